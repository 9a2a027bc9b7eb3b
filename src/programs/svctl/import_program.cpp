#include "import_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "my_init/config/word_split.hpp"
#include "my_init/config/yaml_text.hpp"

namespace my_init::svctl {
namespace {

constexpr std::string_view kBlanks = " \t\n";

std::string number_text(int number, std::string_view format) {
  std::size_t width = 0;
  for (const char c : format)
    if (c >= '0' && c <= '9') width = width * 10 + static_cast<std::size_t>(c - '0');
  std::string text = fmt::format_int(number).str();
  constexpr std::size_t kWidest = 20;
  const std::size_t missing = std::min(width, kWidest) - std::min({width, text.size(), kWidest});
  return std::string(missing, format.starts_with('0') ? '0' : ' ') + text;
}

/// `A="1",B=2` as names and values.
std::vector<std::pair<std::string, std::string>> variables_in(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> variables;
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\n,"), text.size());
    text.remove_prefix(begin);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) break;
    std::string name(text.substr(0, equals));
    name.erase(name.find_last_not_of(kBlanks) + 1);
    text.remove_prefix(equals + 1);
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    const bool is_quoted = text.starts_with('"') || text.starts_with('\'');
    const std::size_t end = is_quoted ? text.find(text[0], 1) : text.find(',');
    std::string value(text.substr(is_quoted ? 1 : 0, end - (is_quoted ? 1 : 0)));
    if (!is_quoted) value.erase(value.find_last_not_of(kBlanks) + 1);
    text.remove_prefix(std::min(end == std::string_view::npos ? end : end + 1, text.size()));
    variables.emplace_back(std::move(name), std::move(value));
  }
  return variables;
}

bool is_container_stream(std::string_view path) {
  constexpr std::array kStreams{"AUTO",         "/dev/stdout",     "/dev/stderr",
                                "/dev/fd/1",    "/dev/fd/2",       "/proc/1/fd/1",
                                "/proc/1/fd/2", "/proc/self/fd/1", "/proc/self/fd/2"};
  return is_one_of(kStreams, path);
}

bool is_nowhere(std::string_view path) {
  return path == "NONE" || path == "/dev/null";
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (text.empty()) return words;
    const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

ProgramImport::ProgramImport(Origin origin, const IniSection& section, const IniEntry* common)
    : origin_(std::move(origin)), section_(section), draft_(origin_.program) {
  take_name();
  take_command();
  take_surroundings();
  take_environment(common);
  take_end();
  take_stop();
  take_output();
  note_the_rest();
}

const IniEntry* ProgramImport::take(std::string_view key) {
  taken_.emplace(key);
  const IniEntry* const entry = section_.find(key);
  return entry == nullptr || entry->value.empty() ? nullptr : entry;
}

bool ProgramImport::is_true(std::string_view key) {
  const IniEntry* const entry = take(key);
  constexpr std::array kYes{"true", "yes", "on", "1", "True"};
  return entry != nullptr && is_one_of(kYes, entry->value);
}

/// What stands for NAME in %(NAME)s, in a definition; empty when that is not known.
std::string ProgramImport::value_of(std::string_view name) const {
  constexpr std::string_view kVariable = "ENV_";
  if (name.starts_with(kVariable)) return fmt::format("${{{}}}", name.substr(kVariable.size()));
  if (name == "program_name" || name == "group_name") return origin_.program;
  if (name == "here") return origin_.directory;
  return {};
}

/// The text as it stands in a definition: %(NAME)s filled in, each '$' doubled.
std::string ProgramImport::expand(std::string_view text, int line) {
  std::string expanded;
  while (!text.empty()) {
    const std::size_t close = text.starts_with("%(") ? text.find(')') : std::string_view::npos;
    const std::size_t end =
        close == std::string_view::npos ? close : text.find_first_of("sd", close);
    if (end != std::string_view::npos) {
      const std::string_view name = text.substr(2, close - 2);
      const std::string value =
          name == "process_num"
              ? number_text(origin_.number, text.substr(close + 1, end - close - 1))
              : value_of(name);
      if (value.empty())
        note(line, fmt::format("'%({})s' stays as it is: what it stands for is not known", name));
      expanded += value.empty() ? text.substr(0, end + 1) : std::string_view(value);
      text.remove_prefix(end + 1);
      continue;
    }
    if (text.starts_with("%%")) text.remove_prefix(1);
    if (text[0] == '$') expanded += '$';
    expanded += text[0];
    text.remove_prefix(1);
  }
  return expanded;
}

void ProgramImport::take_name() {
  skip("numprocs");
  skip("numprocs_start");
  const IniEntry* const name = take("process_name");
  const std::string wanted = name == nullptr ? origin_.program : expand(name->value, name->line);
  draft_.name = service_name(wanted);
  if (draft_.name != wanted)
    note(section_.line, fmt::format("'{}' is called '{}' here", wanted, draft_.name));
}

void ProgramImport::take_command() {
  const IniEntry* const command = take("command");
  if (command == nullptr) {
    note(section_.line, fmt::format("[{}] has no command: left out", section_.name));
    return;
  }
  const auto split = config::split_words(command->value);
  if (!split || split->words.empty()) {
    note(command->line, split ? "the command is empty: left out" : split.error().message);
    return;
  }
  std::string list;
  for (const std::string& word : split->words) {
    const std::string yaml = config::yaml_scalar(expand(word, command->line));
    list += list.empty() ? yaml : ", " + yaml;
  }
  draft_.set("command", "[" + list + "]");
}

void ProgramImport::take_surroundings() {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kSame{
      {{"directory", "working_dir"}, {"user", "user"}}};
  for (const auto& [theirs, ours] : kSame) {
    if (const IniEntry* const entry = take(theirs))
      draft_.set(ours, config::yaml_scalar(expand(entry->value, entry->line)));
  }
  if (const IniEntry* const mask = take("umask")) draft_.set("umask", quoted(mask->value));
  const IniEntry* const starts = section_.find("autostart");
  if (starts != nullptr && !is_true("autostart")) draft_.set("enabled", "false");
  skip("autostart");
  if (const IniEntry* const priority = take("priority"))
    note(priority->line,
         fmt::format("priority={}: the order of the start is that of depends_on", priority->value));
}

void ProgramImport::take_environment(const IniEntry* common) {
  std::vector<std::string> lines;
  for (const IniEntry* const entry : {common, take("environment")}) {
    if (entry == nullptr) continue;
    for (const auto& [name, value] : variables_in(entry->value)) {
      const std::string key = config::yaml_scalar(name) + ": ";
      std::erase_if(lines, [&key](const std::string& line) { return line.starts_with(key); });
      const std::string yaml = config::yaml_scalar(expand(value, entry->line));
      lines.push_back(key + (yaml.starts_with('"') ? yaml : fmt::format("\"{}\"", yaml)));
    }
  }
  draft_.set_lines("environment", std::move(lines));
}

void ProgramImport::take_end() {
  const IniEntry* const again = take("autorestart");
  const std::string_view word = again == nullptr ? "unexpected" : std::string_view(again->value);
  if (word == "unexpected") {
    draft_.set("restart", "on-failure");
  } else if (!is_true("autorestart")) {
    draft_.set("restart", "\"no\"");
  }
  if (const IniEntry* const codes = take("exitcodes"); codes != nullptr && codes->value != "0")
    draft_.set("success_exit_codes", fmt::format("[{}]", codes->value));
  if (const IniEntry* const tries = take("startretries"))
    draft_.set("restart_limit",
               fmt::format("{{count: {}, window: 60s, then: fail}}", tries->value));
  if (const IniEntry* const seconds = take("startsecs");
      seconds != nullptr && seconds->value != "0" && seconds->value != "1")
    note(seconds->line, fmt::format("startsecs={}: a service is ready once it has started, or when "
                                    "its 'ready' says so",
                                    seconds->value));
}

void ProgramImport::take_stop() {
  if (const IniEntry* const signal = take("stopsignal"))
    draft_.set("stop_signal",
               signal->value.starts_with("SIG") ? signal->value : "SIG" + signal->value);
  if (const IniEntry* const seconds = take("stopwaitsecs"))
    draft_.set("stop_grace_period", seconds->value + "s");
  const bool as_group = is_true("stopasgroup");
  if (is_true("killasgroup") || as_group) draft_.set("kill_mode", "group");
}

void ProgramImport::write_log_file(const IniEntry& path, std::string_view stream) {
  std::string map =
      fmt::format("{{driver: file, path: {}", config::yaml_scalar(expand(path.value, path.line)));
  if (const IniEntry* const size = take(fmt::format("{}_logfile_maxbytes", stream))) {
    if (size->value == "0") {
      note(size->line, "a log file without a limit is rotated here at 10 MB (max_size)");
    } else {
      std::string bytes = size->value;
      std::ranges::transform(bytes, bytes.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      map += fmt::format(", max_size: {}", bytes);
    }
  }
  if (const IniEntry* const backups = take(fmt::format("{}_logfile_backups", stream)))
    map += fmt::format(", max_file: {}", std::atoi(backups->value.c_str()) + 1);
  draft_.set("logging", map + "}");
}

void ProgramImport::take_output() {
  const IniEntry* const output = take("stdout_logfile");
  const IniEntry* const errors = take("stderr_logfile");
  const bool is_joined = is_true("redirect_stderr");
  const bool has_error_file =
      !is_joined && errors != nullptr && !is_container_stream(errors->value);
  if (output != nullptr && is_nowhere(output->value)) {
    if (is_joined || (has_error_file && is_nowhere(errors->value))) {
      draft_.set("logging", "{driver: none}");
    } else {
      note(output->line, "standard output is in the log, as standard error is");
    }
  } else if (output != nullptr && !is_container_stream(output->value) &&
             output->value != "syslog") {
    write_log_file(*output, "stdout");
    if (has_error_file && errors->value != output->value)
      note(errors->line, "standard error goes to the file of standard output");
  } else if (has_error_file && errors->value != "syslog") {
    note(errors->line, "standard error is in the log, as standard output is");
  }
  for (const auto* const stream : {"stdout", "stderr"})
    for (const auto* const what : {"maxbytes", "backups"})
      skip(fmt::format("{}_logfile_{}", stream, what));
}

void ProgramImport::note_the_rest() {
  for (const IniEntry& entry : section_.entries) {
    if (taken_.contains(entry.key)) continue;
    note(entry.line, fmt::format("not carried over: {}={}", entry.key, entry.value));
  }
}

}  // namespace my_init::svctl
