#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "import_directory.hpp"
#include "import_script.hpp"

namespace my_init::svctl {
namespace {

using Names = std::set<std::string, std::less<>>;

/// The sources as they depend on each other.
class Sources {
 public:
  explicit Sources(std::string path) : path_(std::move(path)) {
    for (const std::string& name : names_below(path_))
      if (const auto type = line_in(file(name, "type"))) types_[name] = *type;
    find_started();
  }

  [[nodiscard]] Imported import() {
    Imported imported;
    for (const auto& [name, type] : types_) {
      if (type == "longrun") {
        imported.add(import_longrun(name));
      } else if (type == "oneshot") {
        imported.add(import_oneshot(name));
      } else if (type != "bundle") {
        imported.note(file(name, "type"), 1, fmt::format("unknown type '{}'", type));
      }
    }
    return imported;
  }

 private:
  [[nodiscard]] std::string directory(std::string_view name) const {
    return fmt::format("{}/{}", path_, name);
  }
  [[nodiscard]] std::string file(std::string_view name, std::string_view part) const {
    return fmt::format("{}/{}/{}", path_, name, part);
  }
  [[nodiscard]] std::string type_of(std::string_view name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? "" : found->second;
  }

  /// What `part` of a source names: files in PART.d, or lines of the file PART.
  [[nodiscard]] std::vector<std::string> names_in_part(std::string_view name,
                                                       const std::string& part) const {
    std::vector<std::string> names = names_below(file(name, part + ".d"));
    if (!is_there(file(name, part))) return names;
    std::string text = content_of(file(name, part)) + '\n';
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      if (end > 0 && text[0] != '#') names.push_back(text.substr(0, end));
      text.erase(0, end + 1);
    }
    return names;
  }

  /// A bundle stands for what is in it.
  void expand(const std::string& name, Names& seen, std::vector<std::string>& into) const {
    if (!seen.insert(name).second) return;
    if (type_of(name) != "bundle") {
      into.push_back(name);
      return;
    }
    for (const std::string& part : names_in_part(name, "contents")) expand(part, seen, into);
  }

  [[nodiscard]] std::vector<std::string> dependencies_of(const std::string& name) const {
    Names seen{name};
    std::vector<std::string> all;
    for (const std::string& one : names_in_part(name, "dependencies")) expand(one, seen, all);
    return all;
  }

  /// What s6-overlay starts: the bundle `user`, with all that it depends on. Without that bundle:
  /// everything.
  void find_started() {
    has_user_bundle_ = type_of("user") == "bundle";
    if (!has_user_bundle_) return;
    Names seen;
    std::vector<std::string> open;
    for (const char* const bundle : {"user", "user2"})
      if (type_of(bundle) == "bundle") expand(bundle, seen, open);
    while (!open.empty()) {
      const std::string name = std::move(open.back());
      open.pop_back();
      if (!started_.insert(name).second) continue;
      for (std::string& one : dependencies_of(name)) open.push_back(std::move(one));
    }
  }

  [[nodiscard]] Imported import_longrun(const std::string& name) const {
    Imported imported;
    if (is_there(file(name, "consumer-for"))) {
      imported.note(file(name, "consumer-for"), 0,
                    "a logger, not carried over: my_init reads the output; 'logging' with 'driver: "
                    "file' writes it to files");
      return imported;
    }
    imported = import_run_directory(directory(name), name, DirectoryKind::s6_rc);
    finish(name, imported.drafts.back(), imported.notes);
    return imported;
  }

  [[nodiscard]] Imported import_oneshot(const std::string& name) const {
    Imported imported;
    Draft draft(service_name(name));
    draft.set("type", "oneshot");
    const std::string up = file(name, "up");
    const std::string script = "#!execlineb -P\n" + content_of(up);
    if (read_simple_script(script)) {
      std::ignore = ScriptImport(draft, up, script);
    } else {
      draft.set("command",
                literal_list(std::array<std::string, 3>{"execlineb", "-P", path_in_image(up)}));
      imported.note(up, 0, "needs execlineb of s6-overlay");
    }
    for (const char* const part : {"down", "timeout-up", "timeout-down"})
      if (is_there(file(name, part))) imported.note(file(name, part), 0, kNotCarriedOver);
    finish(name, draft, imported.notes);
    imported.drafts.push_back(std::move(draft));
    return imported;
  }

  /// What longruns and oneshots have in common.
  void finish(const std::string& name, Draft& draft, std::vector<std::string>& notes) const {
    std::vector<std::string> lines;
    for (const std::string& one : dependencies_of(name)) {
      if (one == "base" || is_there(file(one, "consumer-for"))) continue;
      const std::string type = type_of(one);
      const std::string line =
          fmt::format("{}: {{condition: {}}}", service_name(one),
                      type == "oneshot"                        ? "service_completed_successfully"
                      : is_there(file(one, "notification-fd")) ? "service_healthy"
                                                               : "service_started");
      if (type.empty()) {
        notes.push_back(
            fmt::format("{}: '{}' is not here: not waited for", file(name, "dependencies.d"), one));
      } else {
        lines.push_back(line);
      }
    }
    draft.set_lines("depends_on", std::move(lines));
    if (!has_user_bundle_ || started_.contains(name)) return;
    draft.set("enabled", "false");
    notes.push_back(fmt::format("{}: not in the bundle 'user': not enabled", directory(name)));
  }

  static constexpr std::string_view kNotCarriedOver = "not carried over";
  std::string path_;
  std::map<std::string, std::string, std::less<>> types_;
  Names started_;
  bool has_user_bundle_ = false;
};

}  // namespace

Imported import_s6_rc(const std::string& path) {
  return Sources(path).import();
}

}  // namespace my_init::svctl
