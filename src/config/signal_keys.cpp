#include <fmt/format.h>

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "my_init/base/signal_name.hpp"
#include "my_init/config/command_reader.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

std::vector<std::string> all_signal_names() {
  std::vector<std::string> names;
  for (int number = 1; number < SIGRTMIN; ++number) names.push_back(signal_name(number));
  return names;
}

std::optional<int> read_signal(std::string_view key, const Node& value, Report& report) {
  const auto text = read_text(key, value, report);
  if (!text) return {};
  if (const auto number = signal_number(*text)) return number;
  const std::vector<std::string> names = all_signal_names();
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string full =
      text->starts_with("SIG") ? std::string(*text) : fmt::format("SIG{}", *text);
  report.error(value.place,
               fmt::format("unknown signal {}{}", quote(*text), suggestion(full, known)));
  return {};
}

}  // namespace

void read_stop_signal(std::string_view key, const Node& value, Reading& reading) {
  int& signal = reading.draft.definition.spec.stop_signal;
  signal = read_signal(key, value, reading.report()).value_or(signal);
}

void finish_reload(Reading& reading) {
  core::ServiceSpec& spec = reading.draft.definition.spec;
  if (const Node* const signal = reading.reload_signal) {
    spec.reload_signal =
        read_signal("reload_signal", *signal, reading.report()).value_or(spec.reload_signal);
  }
  if (const Node* const command = reading.reload_command) {
    spec.has_reload_command = true;
    reading.draft.definition.execution.details.edit().reload_command =
        read_argv("reload_command", *command, reading.report());
    if (reading.reload_signal != nullptr) {
      reading.report().error(
          command->place, fmt::format("'reload_command' beside 'reload_signal' ({}): one must go",
                                      reading.report().position(reading.reload_signal->place)));
    }
  }
}

}  // namespace my_init::config
