#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/protocol/answer.hpp"
#include "my_init/protocol/request.hpp"

namespace my_init::svctl {

using protocol::Outcome;

/// Thrown to end svctl: the message goes to standard error, the outcome is the exit code.
struct Stop {
  Outcome outcome = Outcome::failed;
  std::string message;  ///< may be empty
};

/// What holds for every command.
struct Common {
  std::string socket;  ///< --socket; empty: MY_INIT_CONTROL, the global file, the default
  Duration timeout = std::chrono::seconds{60};
};

/// What a service is to become.
enum class Goal : std::uint8_t { running, healthy, stopped, completed };
enum class HealthQuestion : std::uint8_t { healthy, ready, live };
enum class Form : std::uint8_t { text, json };
enum class Patience : std::uint8_t { wait, none };

// One function for each command, each in a file of its name. They return on success and throw Stop
// otherwise.

void status(const Common& common, const std::vector<std::string>& names, Form form,
            protocol::Follow watch);
void operate(const Common& common, protocol::Operation operation,
             const std::vector<std::string>& names, Patience patience);
void signal(const Common& common, const std::string& word, const std::vector<std::string>& names,
            protocol::request::Receiver receiver);
struct LogsOptions {
  std::vector<std::string> names;
  std::uint32_t lines = 100;
  std::optional<Duration> since;
  bool times = false;
  Form form = Form::text;
  protocol::Follow follow = protocol::Follow::no;
};
void logs(const Common& common, const LogsOptions& options);
void why(const Common& common, const std::string& name);
void wait(const Common& common, const std::vector<std::string>& names, Goal goal);
void health(const Common& common, HealthQuestion question);
void events(const Common& common, const std::vector<std::string>& names, Form form);
void top(const Common& common, const std::vector<std::string>& names);
void tree(const Common& common, const std::vector<std::string>& names);
void environment(const Common& common, const std::string& name);
void apply(const Common& common, bool dry_run);
void shutdown(const Common& common, std::optional<int> exit_code);
/// `picture`: the file for an SVG, "-" for standard output; empty: a table.
void timeline(const Common& common, const std::string& picture);
void metrics(const Common& common);
struct ServeOptions {
  std::string listen = "127.0.0.1:9001";
  std::string token_file;
  std::vector<std::string> hosts;
};
[[noreturn]] void serve(const Common& common, const ServeOptions& options);

// These need no running my_init. No directory means those that my_init would read.

void check(const std::vector<std::string>& paths);
void explain(const std::vector<std::string>& directories, const std::string& name);
void graph(const std::vector<std::string>& directories, const std::string& format);
/// `directory` empty: to standard output, as one file.
void import_definitions(const std::string& path, const std::string& directory);
void schema();

}  // namespace my_init::svctl
