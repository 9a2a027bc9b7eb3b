#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "my_init/config/command_reader.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"

namespace my_init::config {
namespace {

/// True for an item of [mkdir, -p, /run/web] where [[mkdir, -p, /run/web]] is meant.
bool is_option(const Node& item) {
  return item.kind == NodeKind::scalar && item.text.starts_with('-');
}

std::vector<Command> read_commands(std::string_view key, const Node& value, Report& report) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint16_t>::max();
  std::vector<Command> commands;
  if (value.kind != NodeKind::list) {
    wrong_kind(key, "a list of commands", value, report);
    return commands;
  }
  if (value.entries.size() > kMost) {
    report.error(value.place, fmt::format("'{}' has more than {} commands", key, kMost));
    return commands;
  }
  commands.reserve(value.entries.size());
  for (const Entry& item : value.entries) {
    const std::string name = fmt::format("{}[{}]", key, commands.size());
    if (is_option(*item.value)) {
      report.error(item.value->place,
                   fmt::format("'{}' is a list of commands, and {} is none: write [[program, {}]]",
                               key, quote(item.value->text), item.value->text));
      return commands;
    }
    commands.push_back(read_argv(name, *item.value, report));
  }
  return commands;
}

void read_hook(std::vector<Command> ExecutionDetails::* commands,
               std::uint16_t core::HookCounts::* count, std::string_view key, const Node& value,
               Reading& reading) {
  std::vector<Command> read = read_commands(key, value, reading.report());
  reading.draft.definition.spec.hooks.*count = static_cast<std::uint16_t>(read.size());
  reading.draft.definition.execution.details.edit().*commands = std::move(read);
}

}  // namespace

void read_pre_start(std::string_view key, const Node& value, Reading& reading) {
  read_hook(&ExecutionDetails::pre_start, &core::HookCounts::pre_start, key, value, reading);
}

void read_post_start(std::string_view key, const Node& value, Reading& reading) {
  read_hook(&ExecutionDetails::post_start, &core::HookCounts::post_start, key, value, reading);
}

void read_pre_stop(std::string_view key, const Node& value, Reading& reading) {
  read_hook(&ExecutionDetails::pre_stop, &core::HookCounts::pre_stop, key, value, reading);
}

void read_post_stop(std::string_view key, const Node& value, Reading& reading) {
  read_hook(&ExecutionDetails::post_stop, &core::HookCounts::post_stop, key, value, reading);
}

}  // namespace my_init::config
