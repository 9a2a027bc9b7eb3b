#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string_view>

#include "command.hpp"
#include "import.hpp"
#include "my_init/config/diagnostic.hpp"
#include "my_init/config/word_split.hpp"
#include "my_init/config/yaml_reader.hpp"
#include "my_init/config/yaml_text.hpp"

namespace my_init::svctl {
namespace {

using config::Node;
using config::NodeKind;
using Names = std::set<std::string_view>;

/// A text of Compose is one of ours: variables mean the same in both.
std::string flow(const Node& value) {
  if (value.kind == NodeKind::null) return "";
  if (value.kind == NodeKind::scalar) {
    const std::string yaml = config::yaml_scalar(value.text);
    return value.quoted && !yaml.starts_with('"') ? fmt::format("\"{}\"", yaml) : yaml;
  }
  std::vector<std::string> items;
  for (const config::Entry& entry : value.entries)
    items.push_back(
        entry.key == nullptr
            ? flow(*entry.value)
            : fmt::format("{}: {}", config::yaml_scalar(entry.key->text), flow(*entry.value)));
  return value.kind == NodeKind::map ? fmt::format("{{{}}}", fmt::join(items, ", "))
                                     : fmt::format("[{}]", fmt::join(items, ", "));
}

bool is_true(const Node& value) {
  return value.text == "true" || value.text == "yes" || value.text == "on";
}

/// What is copied as it is.
constexpr std::array kSame{"user",          "working_dir", "group_add",   "environment",
                           "env_file",      "ulimits",     "cap_add",     "cap_drop",
                           "oom_score_adj", "profiles",    "stop_signal", "stop_grace_period"};
/// What needs nothing here, or is said once for all services.
constexpr std::array kSilent{"command",     "entrypoint", "depends_on",     "restart",
                             "healthcheck", "init",       "container_name", "image",
                             "build",       "tty",        "stdin_open",     "attach",
                             "pull_policy", "platform"};

/// One service of Compose. It keeps where the notes go.
class ComposeService {
 public:
  /// `jobs`: services that others wait for to be completed.
  ComposeService(const std::string& file, const config::Entry& entry, const Node& all,
                 const Names& jobs)
      : file_(file),
        name_(entry.key->text),
        place_(entry.key->place),
        value_(*entry.value),
        all_(all),
        draft_(std::string(name_)) {
    if (jobs.contains(name_)) draft_.set("type", "oneshot");
    take_command();
    if (!draft_.has("command")) return;
    for (const config::Entry& key : value_.entries) take(key);
    take_dependencies();
    take_restart();
    take_health();
  }

  /// Whether there is a command, so that it is a definition.
  static bool has_command(const Node& service) {
    const Node* const command = find(service, "command");
    const Node* const entrypoint = find(service, "entrypoint");
    return (command != nullptr && command->kind != NodeKind::null) ||
           (entrypoint != nullptr && entrypoint->kind != NodeKind::null);
  }

  [[nodiscard]] Imported take_imported() {
    if (draft_.has("command")) imported_.drafts.push_back(std::move(draft_));
    return std::move(imported_);
  }

 private:
  void note(const Node& at, std::string_view sentence) {
    imported_.note(file_, at.place.line, fmt::format("{}: {}", name_, sentence));
  }

  /// The words of a command as items of a list; a text is split as Compose does.
  std::vector<std::string> words_in(const Node& command) {
    std::vector<std::string> items;
    if (command.kind == NodeKind::list) {
      for (const config::Entry& item : command.entries) items.push_back(flow(*item.value));
      return items;
    }
    const auto split = config::split_words(command.text);
    if (!split) {
      note(command, split.error().message);
      return items;
    }
    for (const std::string& word : split->words) items.push_back(config::yaml_scalar(word));
    return items;
  }

  void take_command() {
    std::vector<std::string> words;
    for (const char* const key : {"entrypoint", "command"}) {
      const Node* const part = find(value_, key);
      if (part != nullptr && part->kind != NodeKind::null)
        for (std::string& word : words_in(*part)) words.push_back(std::move(word));
    }
    if (!words.empty()) {
      draft_.set("command", fmt::format("[{}]", fmt::join(words, ", ")));
      return;
    }
    const Node* const image = find(value_, "image");
    imported_.note(
        file_, place_.line,
        fmt::format("{}: left out, as its command is that of {}", name_,
                    image == nullptr ? "its image" : fmt::format("the image '{}'", image->text)));
  }

  void take(const config::Entry& entry) {
    const std::string_view key = entry.key->text;
    if (key.starts_with("x-") || is_one_of(kSilent, key)) return;
    if (is_one_of(kSame, key)) {
      copy(key, *entry.value);
    } else if (key == "security_opt") {
      take_security(*entry.value);
    } else {
      note(*entry.key, fmt::format("not carried over: {}", key));
    }
  }

  /// Longer maps stand on lines of their own.
  void copy(std::string_view key, const Node& value) {
    if (value.kind != NodeKind::map || value.entries.size() < 2) {
      draft_.set(key, flow(value));
      return;
    }
    std::vector<std::string> lines;
    for (const config::Entry& entry : value.entries) {
      const std::string text = flow(*entry.value);
      lines.push_back(fmt::format("{}:{}{}", config::yaml_scalar(entry.key->text),
                                  text.empty() ? "" : " ", text));
    }
    draft_.set_lines(key, std::move(lines));
  }

  void take_security(const Node& options) {
    for (const config::Entry& option : options.entries) {
      const std::string_view text = option.value->text;
      if (text == "no-new-privileges:true" || text == "no-new-privileges") {
        draft_.set("no_new_privileges", "true");
      } else {
        note(*option.value, fmt::format("not carried over: security_opt '{}'", text));
      }
    }
  }

  void take_dependencies() {
    const Node* const on = find(value_, "depends_on");
    if (on == nullptr) return;
    std::vector<std::string> lines;
    for (const config::Entry& entry : on->entries) {
      const Node& name = entry.key == nullptr ? *entry.value : *entry.key;
      const Node* const service = find(all_, name.text);
      if (service == nullptr || !has_command(*service)) {
        note(name, fmt::format("does not wait for '{}', which is not carried over", name.text));
        continue;
      }
      lines.push_back(fmt::format("{}: {}", config::yaml_scalar(name.text),
                                  entry.key == nullptr ? "{}" : flow(*entry.value)));
    }
    draft_.set_lines("depends_on", std::move(lines));
  }

  /// Compose restarts nothing of itself.
  void take_restart() {
    const Node* const restart = find(value_, "restart");
    const std::string_view word = restart == nullptr ? "no" : restart->text;
    if (draft_.has("type") && !word.starts_with("on-failure")) return;
    draft_.set("restart", word == "no" || word == "false" ? "\"no\"" : config::yaml_scalar(word));
  }

  /// Compose does nothing about a service that is unhealthy.
  void take_health() {
    const Node* const health = find(value_, "healthcheck");
    if (health == nullptr || health->kind != NodeKind::map) return;
    const Node* const disable = find(*health, "disable");
    if (disable != nullptr && is_true(*disable)) return;
    if (find(*health, "test") == nullptr) {
      note(*health, "healthcheck: its test is that of the image: left out");
      return;
    }
    std::vector<std::string> lines;
    for (const config::Entry& entry : health->entries)
      if (entry.key->text != "disable")
        lines.push_back(fmt::format("{}: {}", entry.key->text, flow(*entry.value)));
    lines.emplace_back("on_failure: none");
    draft_.set_lines("healthcheck", std::move(lines));
  }

  const std::string& file_;
  std::string_view name_;
  config::Place place_;
  const Node& value_;
  const Node& all_;
  Imported imported_;
  Draft draft_;
};

Imported notes_about_the_rest(const std::string& path, const Node& root) {
  constexpr std::array kUnderstood{"services", "version", "name"};
  Imported imported;
  for (const config::Entry& entry : root.entries) {
    const std::string_view key = entry.key->text;
    if (!key.starts_with("x-") && !is_one_of(kUnderstood, key))
      imported.note(path, entry.key->place.line, fmt::format("not carried over: {}", key));
  }
  return imported;
}

/// Services that others wait for to be completed: jobs.
Names completed_ones(const Node& services) {
  Names names;
  for (const config::Entry& service : services.entries) {
    const Node* const on = find(*service.value, "depends_on");
    if (on == nullptr || on->kind != NodeKind::map) continue;
    for (const config::Entry& entry : on->entries) {
      const Node* const condition = find(*entry.value, "condition");
      if (condition != nullptr && condition->text == "service_completed_successfully")
        names.insert(entry.key->text);
    }
  }
  return names;
}

[[noreturn]] void stop_at_errors(config::Report& report) {
  for (const config::Diagnostic& diagnostic : report.take())
    if (diagnostic.severity == config::Severity::error)
      std::fputs(config::render(diagnostic).c_str(), stderr);
  throw Stop{Outcome::definitions, "nothing was imported"};
}

}  // namespace

Imported import_compose(const std::string& path) {
  const std::string text = content_of(path);
  config::Arena arena;
  config::Report report;
  const Node* const root = config::read_yaml(report.add_file(path, text), text, arena, report);
  if (root == nullptr || report.has_errors()) stop_at_errors(report);
  const Node* const services = find(*root, "services");
  if (services == nullptr || services->kind != NodeKind::map)
    throw Stop{Outcome::usage,
               fmt::format("cannot import '{}': it has no map 'services', as Compose has", path)};
  Imported imported;
  const Names jobs = completed_ones(*services);
  for (const config::Entry& entry : services->entries)
    imported.add(ComposeService(path, entry, *services, jobs).take_imported());
  imported.note(
      path, services->place.line,
      "the programs, files and ports are those of one image now: what 'image' and 'build' "
      "bring goes into it");
  imported.add(notes_about_the_rest(path, *root));
  return imported;
}

}  // namespace my_init::svctl
