#include "my_init/app/options.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "my_init/app/words.hpp"

#ifndef MY_INIT_VERSION
#define MY_INIT_VERSION "unknown"
#endif

namespace my_init::app {
namespace {

enum class OptionId : std::uint8_t {
  skip_startup_files,
  skip_services,
  enable_insecure_key,
  no_kill_all_on_exit,
  quiet,
  services_dir,
  log_level,
  log_format,
  shutdown_timeout,
  exit_on_term,
  check,
  version,
  help,
};

struct OptionRow {
  std::string_view name;
  std::string_view value;  ///< its name in the help; empty: the option takes none
  OptionId id;
  std::string_view help;  ///< empty: another name of the row before
  /// Whether phusion's my_init knows it: then a beginning that is ambiguous only among our own
  /// options still means this one, as it does there.
  bool theirs = false;
};

constexpr std::array kOptions{
    OptionRow{"skip-startup-files", "", OptionId::skip_startup_files,
              "do not run /etc/my_init.d/* and /etc/rc.local", true},
    OptionRow{"skip-services", "", OptionId::skip_services,
              "start no service; needs a COMMAND (also --skip-runit)"},
    OptionRow{"skip-runit", "", OptionId::skip_services, "", true},
    OptionRow{"enable-insecure-key", "", OptionId::enable_insecure_key,
              "let everybody in by ssh: only for trying things out", true},
    OptionRow{"no-kill-all-on-exit", "", OptionId::no_kill_all_on_exit,
              "leave processes that are not ours alone at the end", true},
    OptionRow{"quiet", "", OptionId::quiet, "only warnings and errors of my_init itself", true},
    OptionRow{"services-dir", "DIR", OptionId::services_dir,
              "read services from DIR instead of /etc/services.d"},
    OptionRow{"check", "", OptionId::check, "only check the service definitions; exit 0 or 78"},
    OptionRow{"log-level", "LEVEL", OptionId::log_level,
              "drop lines below debug, info, warning or error"},
    OptionRow{"log-format", "FORMAT", OptionId::log_format, "text or json"},
    OptionRow{"shutdown-timeout", "TIME", OptionId::shutdown_timeout,
              "limit of the whole shutdown, such as 8s; 0: none"},
    OptionRow{"exit-on-term", "N", OptionId::exit_on_term,
              "exit code of a stop by SIGTERM, such as 143"},
    OptionRow{"version", "", OptionId::version, "print the version"},
    OptionRow{"help", "", OptionId::help, "print this help"},
};

/// The row that `name` is, or is the beginning of; the error says what it could be.
Result<OptionRow> find_option(std::string_view name) {
  std::vector<OptionRow> found;
  for (const OptionRow& row : kOptions) {
    if (row.name == name) return row;
    if (!row.name.starts_with(name)) continue;
    if (!found.empty() && found.back().id == row.id) {
      found.back().theirs |= row.theirs;
    } else {
      found.push_back(row);
    }
  }
  if (found.empty()) return failure(fmt::format("unknown option '--{}'", name));
  if (found.size() == 1) return found[0];
  std::optional<OptionRow> theirs;
  std::string candidates;
  bool several_theirs = false;
  for (const OptionRow& row : found) {
    if (!candidates.empty()) candidates += ", ";
    candidates += fmt::format("--{}", row.name);
    if (!row.theirs) continue;
    several_theirs = theirs.has_value();
    theirs = row;
  }
  if (theirs && !several_theirs) return *theirs;
  return failure(fmt::format("option '--{}' is ambiguous: {}", name, candidates));
}

/// Reads the words from the first to the last.
class Parser {
 public:
  explicit Parser(std::span<const std::string> words) : rest_(words) {}

  Result<Options> run() {
    while (!rest_.empty()) {
      const std::string_view word = rest_[0];
      if (!word.starts_with('-') || word == "-") break;
      rest_ = rest_.subspan(1);
      if (word == "--") break;
      if (const auto taken = take(word); !taken) return std::unexpected(taken.error());
    }
    options_.command.assign(rest_.begin(), rest_.end());
    if (options_.request == Request::run && !options_.start_services && options_.command.empty()) {
      return failure("When --skip-runit is given, you must also pass a main command.");
    }
    return std::move(options_);
  }

 private:
  Result<void> take(std::string_view word) {
    if (word == "-h") return apply(OptionId::help, "");
    if (!word.starts_with("--")) return failure(fmt::format("unknown option '{}'", word));
    const std::size_t equals = word.find('=');
    const auto option = find_option(word.substr(2, equals - 2));
    if (!option) return std::unexpected(option.error());
    const bool has_value = equals != word.npos;
    if (option->value.empty()) {
      if (has_value) return failure(fmt::format("option '--{}' takes no value", option->name));
      return apply(option->id, "");
    }
    if (has_value) return apply(option->id, word.substr(equals + 1));
    if (rest_.empty()) {
      return failure(fmt::format("option '--{}' needs a value: {}", option->name, option->value));
    }
    const std::string_view value = rest_[0];
    rest_ = rest_.subspan(1);
    return apply(option->id, value);
  }

  Result<void> apply(OptionId id, std::string_view value) {
    switch (id) {
      case OptionId::skip_startup_files:
        options_.run_startup_files = false;
        return {};
      case OptionId::skip_services:
        options_.start_services = false;
        return {};
      case OptionId::enable_insecure_key:
        options_.enable_insecure_key = true;
        return {};
      case OptionId::no_kill_all_on_exit:
        options_.kill_all_on_exit = false;
        return {};
      case OptionId::quiet:
        options_.log_level = LogLevel::warning;
        return {};
      case OptionId::services_dir:
        if (value.empty()) return failure("option '--services-dir' needs a value: DIR");
        options_.services_dirs.emplace_back(value);
        return {};
      case OptionId::log_level:
        return keep(options_.log_level, "log-level", read_log_level(value));
      case OptionId::log_format:
        return keep(options_.log_format, "log-format", read_log_format(value));
      case OptionId::shutdown_timeout:
        return keep(options_.shutdown_timeout, "shutdown-timeout", parse_duration(value));
      case OptionId::exit_on_term:
        return keep(options_.exit_on_term, "exit-on-term", read_exit_code(value));
      case OptionId::check:
        return request(Request::check);
      case OptionId::version:
        return request(Request::version);
      case OptionId::help:
        return request(Request::help);
    }
    return {};
  }

  template <class T>
  static Result<void> keep(std::optional<T>& place, std::string_view name, const Result<T>& value) {
    if (!value) return failure(fmt::format("option '--{}': {}", name, value.error().message));
    place = *value;
    return {};
  }

  /// --help beside anything else is --help, and --version comes before --check.
  Result<void> request(Request wanted) {
    if (wanted > options_.request) options_.request = wanted;
    return {};
  }

  std::span<const std::string> rest_;
  Options options_;
};

}  // namespace

Result<Options> parse_options(std::span<const std::string> words) {
  return Parser(words).run();
}

std::vector<OptionHelp> option_helps() {
  std::vector<OptionHelp> helps;
  for (const OptionRow& row : kOptions)
    if (!row.help.empty()) helps.push_back({row.name, row.value, row.help});
  return helps;
}

std::string usage() {
  return "usage: my_init [OPTIONS] [--] [COMMAND [ARG...]]\n";
}

std::string help() {
  std::string text = usage();
  text +=
      "\n"
      "The first process of a container: runs the start-up scripts, starts services and\n"
      "keeps them running, runs COMMAND if there is one, and ends everything in order.\n"
      "It exits as COMMAND does; without one it runs until it is told to stop.\n"
      "\n"
      "options:\n";
  for (const auto& [name, value, what] : option_helps()) {
    const std::string left = fmt::format("--{}{}{}", name, value.empty() ? "" : " ", value);
    text += fmt::format("  {:<24} {}\n", left, what);
  }
  text +=
      "\n"
      "example: my_init --quiet -- bash -l\n"
      "\n"
      "Services are YAML files in /etc/services.d, such as web.yaml:\n"
      "\n"
      "  services:\n"
      "    web:\n"
      "      command: [nginx, -g, daemon off;]\n";
  return text;
}

std::string version_number() {
  return MY_INIT_VERSION;
}

std::string version() {
  return "my_init " MY_INIT_VERSION "\n";
}

}  // namespace my_init::app
