#include "import_directory.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "import_script.hpp"
#include "my_init/app/directory.hpp"

namespace my_init::svctl {
namespace {

std::string joined(std::string_view directory, std::string_view name) {
  return fmt::format("{}{}{}", directory, directory.ends_with('/') ? "" : "/", name);
}

std::string base_name(const std::string& path) {
  const std::string whole = path_in_image(path);
  return whole.substr(whole.rfind('/') + 1);
}

/// One directory with a `run`.
class RunDirectory {
 public:
  RunDirectory(const std::string& path, std::string_view name, DirectoryKind kind)
      : path_(path), draft_(service_name(name)) {
    const std::string run = joined(path, "run");
    ScriptImport script(draft_, run, content_of(run));
    imported_.notes = script.take_notes();
    if (kind == DirectoryKind::supervised) take_supervised();
    take_stop();
    take_ready(script.notifies_on_check());
    note_the_rest();
    imported_.drafts.push_back(std::move(draft_));
  }

  [[nodiscard]] Imported take_imported() { return std::move(imported_); }

 private:
  [[nodiscard]] std::string file(std::string_view name) const { return joined(path_, name); }

  void take_supervised() {
    if (is_there(file("down"))) draft_.set("enabled", "false");
    if (!is_directory(file("log"))) return;
    imported_.note(file("log"), 0,
                   "not carried over: my_init reads the output; 'logging' with 'driver: file' "
                   "writes it to files");
  }

  void take_stop() {
    if (const auto signal = line_in(file("down-signal")))
      draft_.set("stop_signal", signal->starts_with("SIG") ? *signal : "SIG" + *signal);
    if (const auto time = line_in(file("timeout-kill")); time && *time != "0")
      draft_.set("stop_grace_period", *time + "ms");
    if (const auto tally = line_in(file("max-death-tally")))
      draft_.set("restart_limit", fmt::format("{{count: {}, window: 60s, then: fail}}", *tally));
    if (!is_there(file("finish"))) return;
    const std::string finish = path_in_image(file("finish"));
    draft_.set("post_stop", fmt::format("[{}]", literal_list(std::array{finish})));
    imported_.note(file("finish"), 0, "is called without the exit code and signal as arguments");
    if (const auto missing = missing_interpreter(content_of(file("finish"))); !missing.empty())
      imported_.note(file("finish"), 1, fmt::format("needs {} of s6-overlay", missing));
  }

  void take_ready(bool is_checked) {
    const auto descriptor = line_in(file("notification-fd"));
    if (is_checked && is_there(file("data/check"))) {
      const std::string check = path_in_image(file("data/check"));
      draft_.set("ready", fmt::format("{{exec: {}}}", literal_list(std::array{check})));
    } else if (descriptor) {
      draft_.set("ready", fmt::format("{{fd: {}}}", *descriptor));
    } else if (is_there(file("check"))) {
      const std::string check = path_in_image(file("check"));
      draft_.set("ready", fmt::format("{{exec: {}}}", literal_list(std::array{check})));
    }
  }

  void note_the_rest() {
    for (const char* const name :
         {"control", "env", "timeout-finish", "timeout-up", "timeout-down", "flag-essential"})
      if (is_there(file(name))) imported_.note(file(name), 0, "not carried over");
  }

  std::string path_;
  Imported imported_;
  Draft draft_;
};

/// Scripts that are no services: where they go.
Imported notes_about_scripts(const std::string& path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kPlaces{
      {{"cont-init.d", "/etc/my_init.d"},
       {"cont-finish.d", "/etc/my_init.post_shutdown.d"},
       {"fix-attrs.d", "a script in /etc/my_init.d"}}};
  Imported imported;
  for (const auto& [theirs, ours] : kPlaces) {
    for (const std::string& name : names_below(joined(path, theirs))) {
      const std::string file = joined(joined(path, theirs), name);
      imported.note(file, 0, fmt::format("not carried over: it belongs into {}", ours));
      const std::string_view missing = missing_interpreter(content_of(file));
      if (!missing.empty())
        imported.note(file, 1, fmt::format("needs {} of s6-overlay: write #!/bin/sh", missing));
    }
  }
  return imported;
}

/// A directory like /etc, in which s6-overlay has several of its own.
bool is_root_of_s6_overlay(const std::string& path) {
  return is_directory(joined(path, "s6-overlay/s6-rc.d")) ||
         is_directory(joined(path, "cont-init.d")) || is_directory(joined(path, "services.d"));
}

}  // namespace

bool is_there(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

bool is_directory(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::vector<std::string> names_below(const std::string& directory) {
  return app::names_in(directory).value_or(std::vector<std::string>{});
}

std::optional<std::string> line_in(const std::string& path) {
  if (!is_there(path)) return std::nullopt;
  std::string text = content_of(path);
  text.erase(std::min(text.find('\n'), text.size()));
  text.erase(text.find_last_not_of(" \t\r") + 1);
  return text;
}

std::string path_in_image(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                         &std::free);
  const std::string whole = real ? real.get() : path;
  const std::size_t etc = whole.rfind("/etc/");
  return etc == std::string::npos ? whole : whole.substr(etc);
}

ScriptImport::ScriptImport(Draft& draft, const std::string& file, std::string_view text) {
  const auto script = read_simple_script(text);
  const std::string path = path_in_image(file);
  if (!script) {
    draft.set("command", literal_list(std::array{path}));
    draft.set("working_dir", literal(path.substr(0, path.rfind('/'))));
    if (const std::string_view missing = missing_interpreter(text); !missing.empty())
      notes_.note(file, 1, fmt::format("needs {} of s6-overlay", missing));
    if (::access(file.c_str(), X_OK) != 0) notes_.note(file, 0, "must be executable: chmod +x");
    return;
  }
  draft.set("command", literal_list(script->command));
  notifies_on_check_ = script->notifies_on_check;
  if (!script->working_dir.empty()) {
    draft.set("working_dir", literal(script->working_dir));
  } else if (script->command[0].starts_with('.')) {
    draft.set("working_dir", literal(path.substr(0, path.rfind('/'))));
  }
  if (!script->user.empty()) draft.set("user", literal(script->user));
  std::vector<std::string> variables;
  for (const std::string& variable : script->environment) {
    const std::size_t equals = variable.find('=');
    variables.push_back(fmt::format("{}: {}", literal(variable.substr(0, equals)),
                                    quoted(variable.substr(equals + 1))));
  }
  draft.set_lines("environment", std::move(variables));
}

Imported import_run_directory(const std::string& path, std::string_view name, DirectoryKind kind) {
  return RunDirectory(path, name, kind).take_imported();
}

Imported import_service_directories(const std::string& path) {
  if (is_there(joined(path, "run")))
    return import_run_directory(path, base_name(path), DirectoryKind::supervised);
  Imported imported;
  if (is_root_of_s6_overlay(path)) {
    for (const char* const below : {"s6-overlay/s6-rc.d", "services.d", "service"}) {
      const std::string directory = joined(path, below);
      if (is_directory(directory)) imported.add(import_service_directories(directory));
    }
    imported.add(notes_about_scripts(path));
    return imported;
  }
  const std::vector<std::string> names = names_below(path);
  const bool is_s6_rc = std::ranges::any_of(
      names, [&](const std::string& name) { return is_there(joined(path, name + "/type")); });
  if (is_s6_rc) return import_s6_rc(path);
  for (const std::string& name : names) {
    const std::string directory = joined(path, name);
    if (name.starts_with('.') || !is_there(joined(directory, "run"))) continue;
    imported.add(import_run_directory(directory, name, DirectoryKind::supervised));
  }
  return imported;
}

}  // namespace my_init::svctl
