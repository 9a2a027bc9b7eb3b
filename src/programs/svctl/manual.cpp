#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "../sv/order.hpp"
#include "my_init/app/options.hpp"
#include "my_init/config/key_notes.hpp"
#include "my_init/config/value_shape.hpp"
#include "roff.hpp"
#include "self_description.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

std::string heading(std::string_view page, int section, std::string_view what) {
  return fmt::format(".TH \"{}\" {} \"\" \"my_init {}\"\n.SH NAME\n{} \\- {}\n", page, section,
                     app::version_number(), roff(page), roff(what));
}

std::string section(std::string_view title) {
  return fmt::format(".SH {}\n", title);
}

// ---- svctl(1) ----

std::string item_of(const CLI::Option& option) {
  if (option.get_positional())
    return roff_item(option.get_name(true), "", option.get_description());
  std::string tag;
  for (const std::string& name : option.get_snames()) tag += "-" + name + ", ";
  for (const std::string& name : option.get_lnames()) tag += "--" + name + ", ";
  tag.resize(tag.size() - 2);
  const bool takes_value = option.get_items_expected_max() > 0;
  return roff_item(tag, takes_value ? " VALUE" : "", option.get_description());
}

std::string items_of(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* option : app.get_options()) text += item_of(*option);
  return text;
}

/// "status [NAME...] [OPTIONS]"
std::string synopsis_of(const CLI::App& command) {
  std::string text;
  bool has_options = false;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) {
      has_options |= option->get_lnames() != std::vector<std::string>{"help"};
      continue;
    }
    const bool is_list = option->get_items_expected_max() > 1;
    const std::string word = option->get_name(true) + (is_list ? "..." : "");
    text += option->get_required() ? " " + word : " [" + word + "]";
  }
  return (has_options ? " [OPTIONS]" : "") + text;
}

std::string svctl_page(const CLI::App& app) {
  std::string text = heading("svctl", 1, "look into a running my_init and steer it");
  text += section("SYNOPSIS") + "\\fBsvctl\\fR [OPTIONS] COMMAND [ARG...]\n";
  text += section("DESCRIPTION");
  text += roff(app.get_description()) + "\n";
  text += section("OPTIONS") + items_of(app);
  text += section("COMMANDS");
  for (const CLI::App* command : app.get_subcommands({})) {
    text += roff_item(command->get_name(), synopsis_of(*command), command->get_description());
    text += ".RS\n";
    for (const CLI::Option* option : command->get_options())
      if (option->get_lnames() != std::vector<std::string>{"help"}) text += item_of(*option);
    text += ".PP\n" + roff(command->get_footer()) + "\n.RE\n";
  }
  text += section("EXIT STATUS") + roff_verbatim(app.get_footer());
  text += section("ENVIRONMENT");
  text += roff_item("MY_INIT_CONTROL", "", "Where my_init listens, unless --socket says it.");
  text += roff_item("NO_COLOR", "", "No colours on a terminal.");
  return text + section("SEE ALSO") + "\\fBmy_init\\fR(8), \\fBmy_init\\-services\\fR(5)\n";
}

// ---- my_init(8) ----

std::string my_init_page() {
  std::string text = heading("my_init", 8, "first process of a container");
  text += section("SYNOPSIS") + "\\fBmy_init\\fR [OPTIONS] [\\-\\-] [COMMAND [ARG...]]\n";
  text += section("DESCRIPTION");
  text += roff(
      "Runs the start-up scripts, starts services in the order of their dependencies and keeps "
      "them running, runs COMMAND if there is one, reaps every orphan, and ends everything in "
      "reverse order. It exits as COMMAND does; without one it runs until it is told to stop.");
  text += "\n" + section("OPTIONS");
  for (const auto& [name, value, what] : app::option_helps()) {
    text +=
        roff_item(fmt::format("--{}", name), value.empty() ? "" : fmt::format(" {}", value), what);
  }
  text += section("SIGNALS");
  text += roff_item("SIGTERM, SIGINT", "",
                    "Stop everything in order. A second one sends SIGKILL to everything at once.");
  text += roff_item("SIGHUP", "", "Read the definitions again and do what has changed.");
  text += roff_item("SIGUSR1", "", "Open log files anew.");
  text += roff_item("SIGUSR2", "", "Write the status of all services to the log.");
  const app::Settings settings;
  text += section("FILES");
  text += roff_item("/etc/services.d/*.yaml", "", "Services, see my_init-services(5).");
  text +=
      roff_item(settings.runit_dir + "/*/run", "", "Services as directories of runit, see sv(1).");
  text += roff_item(settings.global_file, "", "Settings, and defaults for every service.");
  text += roff_item(settings.startup_dir + "/*, " + settings.rc_local, "", "Start-up scripts.");
  text += roff_item(settings.pre_shutdown_dir + "/*, " + settings.post_shutdown_dir + "/*", "",
                    "Run before services are stopped, and after.");
  text += roff_item(std::string(app::kEnvironmentDirectory), "",
                    "The environment: a file for each variable.");
  text += roff_item(settings.control_path, "", "Where svctl(1) finds it.");
  text += section("EXIT STATUS");
  text += roff(
      "That of COMMAND, or of the service or script that ended the container; 0 after an orderly "
      "stop; 64: wrong usage; 78: a definition is wrong.");
  return text + "\n" + section("SEE ALSO") + "\\fBsvctl\\fR(1), \\fBmy_init\\-services\\fR(5)\n";
}

// ---- setuser(1) ----

std::string setuser_page() {
  std::string text = heading("setuser", 1, "run a command as another user");
  text += section("SYNOPSIS") + "\\fBsetuser\\fR USER[:GROUP] COMMAND [ARG...]\n";
  text += section("DESCRIPTION");
  text += roff(
      "Takes on the user, its group and its supplementary groups, sets HOME, USER and UID, and "
      "becomes COMMAND: no process stays between. USER and GROUP are names or numbers; a number "
      "means just that number, needs no entry and has no supplementary groups.");
  text += "\n" + section("EXIT STATUS");
  text += roff(
      "That of COMMAND; 1: wrong usage, or the user cannot be taken on; 126: COMMAND cannot be "
      "executed; 127: there is none of that name.");
  text += "\n" + section("EXAMPLE") + roff_verbatim("setuser www-data:adm tail -f /var/log/syslog");
  return text + section("SEE ALSO") + "\\fBmy_init\\fR(8)\n";
}

// ---- sv(1) ----

std::string sv_page() {
  std::string text = heading("sv", 1, "steer runit services, and others of my_init");
  text += section("SYNOPSIS") + "\\fBsv\\fR [\\-v] [\\-w SECONDS] COMMAND SERVICE...\n";
  text += section("DESCRIPTION");
  text += roff(
      "Does as sv of runit, for the directories in /etc/service that my_init supervises. SERVICE "
      "is "
      "a name in SVDIR or /etc/service, a path that begins with / or a dot, or the name of a "
      "definition in /etc/services.d. Called through a link in a directory init.d, it is the init "
      "script of the service of the link's name.");
  text += "\n" + section("COMMANDS");
  for (const auto& [word, what] : sv::commands()) text += roff_item(word, "", what);
  text += ".PP\n";
  text += roff(
      "A script control/LETTER in the directory stands for the signal of the command that begins "
      "with that letter.");
  text += "\n";
  text += section("OPTIONS");
  text += roff_item("-w", " SECONDS", "How long to wait (7, or SVWAIT).");
  text += roff_item("-v", "", "Wait, and say what has become of it, after the short commands too.");
  text += section("EXIT STATUS");
  text += roff(
      "The number of services for which it went wrong, at most 99; 100: wrong usage. Of an init "
      "script as LSB has it.");
  return text + "\n" + section("SEE ALSO") + "\\fBsvctl\\fR(1), \\fBmy_init\\fR(8)\n";
}

// ---- my_init-services(5) ----

std::string item_of(const config::KeyNote& note) {
  const std::string fallback =
      note.fallback.empty() ? "" : fmt::format("; default {}", note.fallback);
  return roff_item(note.name(),
                   fmt::format(": {}{}", config::words_for_shape(note.shape), fallback), note.what);
}

std::string services_page() {
  std::string text = heading("my_init-services", 5, "service definitions of my_init");
  text += section("DESCRIPTION");
  text += roff(
      "Each file /etc/services.d/NAME.yaml defines the service NAME, or, with a map services at "
      "the top, several. NAME.override.yaml is merged over NAME.yaml. The map defaults of "
      "/etc/my_init.yaml holds for every service.");
  text += "\n.PP\n" + roff(
                          "svctl check tells what is wrong in them, svctl explain NAME what is in "
                          "effect, svctl schema prints a JSON Schema for editors.");
  text += "\n.PP\n" + roff(
                          "In every value $VAR, ${VAR}, ${VAR:-default}, ${VAR-default}, "
                          "${VAR:?message} and ${VAR:+other} are replaced from the container's "
                          "environment; $$ is a dollar sign.");
  text += "\n" + section("KEYS");
  for (const config::KeyNote& note : config::key_notes()) {
    if (note.is_field()) continue;
    text += item_of(note);
    const auto fields = config::field_notes(note.path);
    if (fields.empty()) continue;
    text += ".RS\n";
    for (const config::KeyNote& field : fields) text += item_of(field);
    text += ".RE\n";
  }
  text += section("EXAMPLE");
  text += roff_verbatim(
      "command: [nginx, -g, \"daemon off;\"]\nstop_signal: SIGQUIT\ndepends_on: [db]");
  return text + section("SEE ALSO") + "\\fBmy_init\\fR(8), \\fBsvctl\\fR(1)\n";
}

}  // namespace

void manual(const CLI::App& app, std::string_view page) {
  print(page == "svctl"     ? svctl_page(app)
        : page == "my_init" ? my_init_page()
        : page == "setuser" ? setuser_page()
        : page == "sv"      ? sv_page()
                            : services_page());
}

}  // namespace my_init::svctl
