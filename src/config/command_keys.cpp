#include <fmt/format.h>

#include "my_init/config/command_reader.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"

namespace my_init::config {

void read_command(std::string_view key, const Node& value, Reading& reading) {
  reading.draft.definition.execution.command = read_argv(key, value, reading.report());
}

void read_working_dir(std::string_view key, const Node& value, Reading& reading) {
  if (const auto path = read_absolute_path(key, value, reading.report())) {
    reading.draft.definition.execution.working_dir = *path;
  }
}

void read_umask(std::string_view key, const Node& value, Reading& reading) {
  const auto text = read_text(key, value, reading.report());
  if (!text) return;
  if (!value.quoted && !value.interpolated) {
    reading.report().error(value.place, fmt::format("'{}' must be octal in quotes: write \"{}\"",
                                                    key, text->size() <= 4 ? *text : "0022"));
    return;
  }
  const auto mask = file_mode(*text);
  if (!mask) {
    reading.report().error(
        value.place,
        fmt::format("'{}' must be octal from \"0\" to \"0777\", not {}", key, quote(*text)));
  }
  reading.draft.definition.execution.umask = mask;
}

}  // namespace my_init::config
