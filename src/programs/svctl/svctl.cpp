#include "svctl.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "command.hpp"
#include "my_init/app/options.hpp"
#include "self_description.hpp"
#include "terminal.hpp"
#include "usage_error.hpp"

namespace my_init::svctl {
namespace {

/// Where the options of all commands land. A command reads its own.
struct Words {
  Common common;
  std::string timeout = "60s";
  std::vector<std::string> names;
  std::vector<std::string> directories;
  std::string name, signal, goal = "running", since, format = "text", path, output, picture;
  std::uint32_t lines = 100;
  int exit_code = -1;
  bool json = false, follow = false, no_wait = false, group = false, times = false;
  bool dry_run = false, ready = false, live = false;
  ServeOptions serve;
};

constexpr const char* kExitCodes =
    "exit codes:\n"
    "  0   done; status NAME: it runs; health: healthy\n"
    "  1   a service did not do what was asked; health: not healthy\n"
    "  3   status NAME: it does not run; reload, signal: none of them does\n"
    "  4   no such service, or nobody listens at the socket\n"
    "  5   no answer in time (--timeout)\n"
    "  64  wrong usage\n"
    "  77  not allowed\n"
    "  78  a definition is wrong\n"
    "\n"
    "NAME may be a glob in quotes, such as 'web*'; '*' is all services.\n"
    "svctl COMMAND --help tells more of a command and has an example.";

Duration read_time(const char* option, const std::string& text) {
  const auto time = parse_duration(text);
  if (!time) throw Stop{Outcome::usage, std::string(option) + ": " + time.error().message};
  return *time;
}

protocol::Follow follow_of(const Words& words) {
  return words.follow ? protocol::Follow::yes : protocol::Follow::no;
}

Form form_of(const Words& words) {
  return words.json ? Form::json : Form::text;
}

/// Declares the commands; each is set as `chosen` when its name was given.
class Commands {
 public:
  Commands(CLI::App& app, Words& words) : app_(app), words_(words) {}

  [[nodiscard]] std::function<void()> take_chosen() { return std::move(chosen_); }

  void declare() {
    group_ = "Look";
    declare_looks();
    group_ = "Steer services";
    declare_operations();
    group_ = "Steer the container";
    declare_whole();
    group_ = "For monitoring";
    declare_monitoring();
    group_ = "Without a running my_init";
    declare_offline();
  }

 private:
  CLI::App* add(const char* name, const char* what, const char* example,
                std::function<void()> act) {
    CLI::App* const command = app_.add_subcommand(name, what);
    command->footer(std::string("example: svctl ") + example);
    command->callback([this, act = std::move(act)] { chosen_ = act; });
    command->fallthrough();
    command->group(group_);
    return command;
  }
  void add_names(CLI::App* command, bool required) {
    auto* const option = command->add_option("NAME", words_.names, "services, or globs of them");
    if (required) option->required();
  }
  void add_json(CLI::App* command) {
    command->add_flag("--json", words_.json, "print the answer as a line of JSON");
  }

  void declare_looks() {
    Words& w = words_;
    auto* command =
        add("status", "show services: state, health, time, processes, and why", "status web",
            [&w] { status(w.common, w.names, form_of(w), follow_of(w)); });
    add_names(command, false);
    add_json(command);
    command->add_flag("--watch", w.follow, "stay, and show each change");
    command = add("why", "what happened to a service, its last lines, what happens next", "why web",
                  [&w] { why(w.common, w.name); });
    command->add_option("NAME", w.name, "a service")->required();
    command = add("logs", "show what services wrote", "logs -n 20 web", [&w] {
      LogsOptions options{w.names, w.lines, {}, w.times, form_of(w), follow_of(w)};
      if (!w.since.empty()) options.since = read_time("--since", w.since);
      logs(w.common, options);
    });
    add_names(command, false);
    add_json(command);
    command->add_option("-n,--lines", w.lines, "the newest lines of each service (100)")
        ->type_name("NUMBER");
    command->add_option("--since", w.since, "only what is younger, such as 5m")
        ->type_name("DURATION");
    command->add_flag("-f,--follow", w.follow, "stay, and show what comes");
    command->add_flag("--times", w.times, "show when each line was read");
    command = add("events", "show what happens, until ^C", "events --json",
                  [&w] { events(w.common, w.names, form_of(w)); });
    add_names(command, false);
    add_json(command);
    command = add("tree", "show services with their processes, and strays", "tree",
                  [&w] { tree(w.common, w.names); });
    add_names(command, false);
    command = add("top", "a live screen of services, with keys to steer them (? lists them)", "top",
                  [&w] { top(w.common, w.names); });
    add_names(command, false);
    command = add("env", "show the environment of a service's next start", "env web",
                  [&w] { environment(w.common, w.name); });
    command->add_option("NAME", w.name, "a service")->required();
    command = add("timeline", "show the boot: when each service was started and ready",
                  "timeline --svg boot.svg", [&w] { timeline(w.common, w.picture); });
    command->add_option("--svg", w.picture, "draw it into this file; - is standard output")
        ->type_name("FILE");
    command = add("health", "exit with 0 when all is healthy; for HEALTHCHECK and probes",
                  "health --ready", [&w] {
                    health(w.common, w.live    ? HealthQuestion::live
                                     : w.ready ? HealthQuestion::ready
                                               : HealthQuestion::healthy);
                  });
    auto* const ready = command->add_flag("--ready", w.ready, "only whether all services are up");
    command->add_flag("--live", w.live, "only whether my_init answers")->excludes(ready);
  }

  void declare_operations() {
    using protocol::Operation;
    Words& w = words_;
    const auto operation = [&](Operation what, const char* help, const char* example) {
      auto* const command =
          add(std::string(protocol::operation_name(what)).c_str(), help, example, [&w, what] {
            operate(w.common, what, w.names, w.no_wait ? Patience::none : Patience::wait);
          });
      add_names(command, true);
      return command;
    };
    constexpr const char* kNoWait = "return at once";
    operation(Operation::start, "start services and wait until they are ready", "start web")
        ->add_flag("--no-wait", w.no_wait, kNoWait);
    operation(Operation::stop, "stop services and wait until they are gone", "stop 'worker*'")
        ->add_flag("--no-wait", w.no_wait, kNoWait);
    operation(Operation::restart, "stop services, start them, wait until they are ready",
              "restart web")
        ->add_flag("--no-wait", w.no_wait, kNoWait);
    operation(Operation::reload, "have services read their configuration again", "reload web");
    auto* command =
        add("signal", "send a signal to the main process of services", "signal USR1 web", [&w] {
          signal(
              w.common, w.signal, w.names,
              w.group ? protocol::request::Receiver::group : protocol::request::Receiver::process);
        });
    command->add_option("SIGNAL", w.signal, "such as HUP, SIGUSR1 or 10")->required();
    add_names(command, true);
    command->add_flag("--group", w.group, "to the whole process group of each");
    command =
        add("wait", "wait until services run, are healthy, or have ended", "wait --for healthy web",
            [&w] {
              const std::vector<std::pair<std::string, Goal>> goals{{"running", Goal::running},
                                                                    {"healthy", Goal::healthy},
                                                                    {"stopped", Goal::stopped},
                                                                    {"completed", Goal::completed}};
              for (const auto& [word, goal] : goals)
                if (word == w.goal) wait(w.common, w.names, goal);
            });
    add_names(command, true);
    command->add_option("--for", w.goal, "running (the default), healthy, stopped or completed")
        ->check(CLI::IsMember({"running", "healthy", "stopped", "completed"}));
  }

  void declare_whole() {
    Words& w = words_;
    auto* command = add("apply", "read the definitions again and do what has changed",
                        "apply --dry-run", [&w] { apply(w.common, w.dry_run); });
    command->add_flag("--dry-run", w.dry_run, "only say what it would do");
    command = add("shutdown", "stop everything in order and end the container", "shutdown", [&w] {
      shutdown(w.common, w.exit_code < 0 ? std::nullopt : std::optional(w.exit_code));
    });
    command->add_option("--exit-code", w.exit_code, "of my_init (else the one that SIGTERM gives)")
        ->check(CLI::Range(0, 255));
  }

  void declare_monitoring() {
    Words& w = words_;
    add("metrics", "print all that is counted, as Prometheus reads it", "metrics",
        [&w] { metrics(w.common); });
    auto* const command =
        add("serve", "serve a status page, metrics, health and a JSON API by HTTP",
            "serve --listen 127.0.0.1:9001", [&w] { serve(w.common, w.serve); });
    command
        ->add_option("--listen", w.serve.listen,
                     "address and port (127.0.0.1:9001); * is every address")
        ->type_name("ADDRESS:PORT");
    command
        ->add_option("--token-file", w.serve.token_file,
                     "who sends this secret may start and stop services (else the variable "
                     "MY_INIT_SERVE_TOKEN; without a token nobody may)")
        ->type_name("FILE");
    command
        ->add_option("--allow-host", w.serve.hosts,
                     "a name under which browsers may call it, beside addresses and localhost")
        ->type_name("NAME");
  }

  /// What needs no running my_init.
  void declare_offline() {
    Words& w = words_;
    const auto add_directories = [&w](CLI::App* command) {
      command
          ->add_option("--services-dir", w.directories,
                       "read services from DIR instead of /etc/services.d")
          ->type_name("DIR");
    };
    auto* command = add("check", "check service definitions: all errors, then warnings",
                        "check ./web.yaml", [&w] { check(w.names); });
    command->add_option("PATH", w.names, "files or directories (what my_init would read)");
    command = add("explain", "show the effective definition of a service, and where it comes from",
                  "explain web", [&w] { explain(w.directories, w.name); });
    command->add_option("NAME", w.name, "a service")->required();
    add_directories(command);
    command = add("graph", "show which services wait for which", "graph --format dot",
                  [&w] { graph(w.directories, w.format); });
    command->add_option("--format", w.format, "text (the default), dot or mermaid")
        ->check(CLI::IsMember({"text", "dot", "mermaid"}));
    add_directories(command);
    command = add("import", "make definitions from those of supervisord, s6, runit or Compose",
                  "import supervisord.conf --output services.d",
                  [&w] { import_definitions(w.path, w.output); });
    command->add_option("PATH", w.path, "a .conf, a directory of services, or a compose.yaml")
        ->required();
    command->add_option("-o,--output", w.output, "write NAME.yaml files to DIR (else to stdout)")
        ->type_name("DIR");
    add("schema", "print the JSON Schema of service definitions, for editors", "schema",
        [] { schema(); });
    command = add("completion", "print the script that completes svctl and sv in a shell",
                  "completion bash", [&w] { completion(w.name); });
    command->add_option("SHELL", w.name, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command = add("man", "print a manual page; man -l - shows it", "man my_init-services",
                  [this] { manual(app_, words_.name); });
    command->add_option("PAGE", w.name, "svctl, sv, setuser, my_init or my_init-services")
        ->required()
        ->check(CLI::IsMember({"svctl", "sv", "setuser", "my_init", "my_init-services"}));
  }

  CLI::App& app_;
  Words& words_;
  std::function<void()> chosen_;
  const char* group_ = "";  ///< heading of --help above the next ones
};

int run_checked(std::span<const std::string> given) {
  CLI::App app("Looks into a running my_init and steers it.", "svctl");
  Words words;
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "print this and exit");
  app.set_version_flag("--version", app::version(), "print the version and exit");
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.add_option("--socket", words.common.socket,
                 "where my_init listens (else MY_INIT_CONTROL, else its configuration)")
      ->type_name("PATH");
  app.add_option("--timeout", words.timeout, "how long to wait for an answer or a change (60s)")
      ->type_name("DURATION");
  app.footer(kExitCodes);
  Commands commands(app, words);
  commands.declare();
  if (!given.empty() && given[0] == "complete") {
    complete(app, given.subspan(1));
    return 0;
  }
  if (!given.empty() && given[0] == "complete-sv") {
    complete_sv(given.subspan(1));
    return 0;
  }
  std::vector<std::string> backwards(given.rbegin(), given.rend());
  try {
    app.parse(std::move(backwards));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    throw Stop{Outcome::usage, describe(error, app)};
  }
  words.common.timeout = read_time("--timeout", words.timeout);
  commands.take_chosen()();
  return 0;
}

}  // namespace

int run(std::span<const std::string> words) {
  ::signal(SIGPIPE, SIG_DFL);
  try {
    return run_checked(words);
  } catch (const Stop& stop) {
    if (!stop.message.empty()) complain(stop.message);
    return static_cast<int>(stop.outcome);
  } catch (const std::exception& error) {
    complain(error.what());
    return static_cast<int>(Outcome::failed);
  }
}

}  // namespace my_init::svctl
