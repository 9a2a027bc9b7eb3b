#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "my_init/base/output_settings.hpp"
#include "my_init/log/block.hpp"

namespace my_init::log {

/// Whether the service's name has a colour, as on a terminal.
enum class Colour : std::uint8_t { none, by_service };

/// How the lines of a service are written.
struct LineFormat {
  std::string name;
  LoggedService service{};  ///< chooses the colour
  OutputFormat format = OutputFormat::prefix;
  bool timestamps = false;  ///< not of json, which always has the time

  /// The lines are written as they are read.
  [[nodiscard]] bool changes_nothing() const { return format == OutputFormat::raw && !timestamps; }

  /// The lines of `block` as they are written.
  [[nodiscard]] std::string apply(const Block& block, Colour colour) const;
};

/// Strict JSON for one line without its newline: an object as it is; any other text as a string, in
/// which bytes that are not UTF-8 are U+FFFD, followed by a member "message_base64" with all bytes.
[[nodiscard]] std::string json_message(std::string_view line);

}  // namespace my_init::log
