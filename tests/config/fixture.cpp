#include "fixture.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "catch.hpp"

using namespace my_init;
using namespace my_init::config;

namespace {

std::string_view without_first_line_end(std::string_view text) {
  if (text.starts_with('\n')) text.remove_prefix(1);
  return text;
}

std::optional<Account> find_user(std::string_view name) {
  if (name == "www-data") return Account{"www-data", 33, 33, "/var/www", "/usr/sbin/nologin"};
  if (name.find_first_not_of("0123456789") != std::string_view::npos) return {};
  Account account;
  account.uid = static_cast<uid_t>(std::stoul(std::string(name)));
  return account;
}

std::optional<gid_t> find_group(std::string_view name) {
  if (name == "ssl-cert") return gid_t{101};
  if (name.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return static_cast<gid_t>(std::stoul(std::string(name)));
}

Result<void> check_time_zone(std::string_view name) {
  if (name == "UTC" || name == "Europe/Berlin") return {};
  return failure("cannot use time zone '" + std::string(name) + "': no such file");
}

std::vector<gid_t> groups_of(const Account& account) {
  return account.name == "www-data" ? std::vector<gid_t>{4, 20} : std::vector<gid_t>{};
}

}  // namespace

DefinitionTree::DefinitionTree() {
  std::string pattern = (std::filesystem::temp_directory_path() / "my_init_config.XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  root_ = pattern + "/";
  std::filesystem::create_directory(root_ + "services");
  std::filesystem::create_directory(root_ + "second");
}

DefinitionTree::~DefinitionTree() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void DefinitionTree::write(std::string_view name, std::string_view text) const {
  std::ofstream file(path(name), std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  REQUIRE(file.good());
}

std::string DefinitionTree::path(std::string_view name) const {
  const bool has_place = name == "my_init.yaml" || name.starts_with("second/");
  return root_ + (has_place ? "" : "services/") + std::string(name);
}

Surroundings DefinitionTree::surroundings() const {
  Surroundings surroundings;
  surroundings.services_dirs = {root_ + "services", root_ + "missing", root_ + "second/"};
  surroundings.global_file = path("my_init.yaml");
  surroundings.environment = &environment;
  surroundings.find_user = find_user;
  surroundings.find_group = find_group;
  surroundings.groups_of = groups_of;
  surroundings.check_time_zone = check_time_zone;
  surroundings.is_read_only = [](const std::string& path) { return path.starts_with("/ro/"); };
  return surroundings;
}

Loaded DefinitionTree::load() const {
  return my_init::config::load(surroundings());
}

Loaded DefinitionTree::load_settings() const {
  return my_init::config::load_settings(path("my_init.yaml"), environment);
}

std::string DefinitionTree::diagnostics() const {
  return rendered(load());
}

std::string DefinitionTree::rendered(const Loaded& loaded) const {
  std::string text;
  for (const Diagnostic& diagnostic : loaded.diagnostics) text += render(diagnostic);
  for (const std::string& prefix : {root_ + "services/", root_}) {
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
      text.erase(at, prefix.size());
    }
  }
  return text;
}

void check_broken(std::span<const BrokenFiles> table) {
  for (const BrokenFiles& broken : table) {
    CAPTURE(broken.title);
    const DefinitionTree tree;
    for (const NamedText& file : broken.files) {
      if (!file.name.empty()) tree.write(file.name, without_first_line_end(file.text));
    }
    CHECK(tree.diagnostics() == std::string(without_first_line_end(broken.diagnostics)));
  }
}

ServiceDefinition loaded_service(std::string_view text) {
  const DefinitionTree tree;
  tree.write("web.yaml", without_first_line_end(text));
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 1);
  return loaded.services[0];
}
