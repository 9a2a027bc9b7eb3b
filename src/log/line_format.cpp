#include "my_init/log/line_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "my_init/base/json.hpp"
#include "my_init/base/utf8.hpp"
#include "my_init/log/json_object.hpp"

namespace my_init::log {
namespace {

/// SGR parameters that are readable on a dark and on a light background.
constexpr std::array<int, 6> kColours{36, 33, 32, 35, 34, 31};

std::string prefix(const LineFormat& format, WallTime time, Colour colour) {
  std::string result = format.timestamps ? rfc3339(time) + ' ' : "";
  if (format.format == OutputFormat::raw) return result;
  switch (colour) {
    case Colour::none:
      return result + format.name + " | ";
    case Colour::by_service: {
      const auto chosen = static_cast<std::size_t>(format.service) % kColours.size();
      return result + fmt::format("\x1b[{}m{}\x1b[0m | ", kColours.at(chosen), format.name);
    }
  }
  return result;
}

std::string with_prefix(std::string_view lines, std::string_view before) {
  std::string result;
  result.reserve(lines.size() + count_lines(lines) * before.size());
  while (!lines.empty()) {
    const std::string_view line = first_line(lines);
    result += before;
    result += line;
    lines.remove_prefix(line.size());
  }
  return result;
}

std::string_view stream_name(Stream stream) {
  switch (stream) {
    case Stream::out:
      return "stdout";
    case Stream::err:
      return "stderr";
  }
  return "stdout";
}

std::string as_json(const Block& block, std::string_view name) {
  const std::string before = fmt::format(
      R"({{"time":"{}","service":{},"run":{},"stream":"{}","message":)", rfc3339(block.time),
      json_string(name), static_cast<std::uint64_t>(block.run), stream_name(block.stream));
  std::string result;
  for (std::string_view rest = block.text; !rest.empty();) {
    std::string_view line = first_line(rest);
    rest.remove_prefix(line.size());
    line.remove_suffix(1);
    result += before;
    result += json_message(line);
    result += "}\n";
  }
  return result;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 3))) {
    const std::string_view group = bytes.substr(0, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      const std::uint32_t digit = bits >> (18U - 6U * static_cast<std::uint32_t>(i)) & 63U;
      result += i <= group.size() ? kDigits[digit] : '=';
    }
  }
  return result;
}

}  // namespace

std::size_t count_lines(std::string_view text) {
  std::size_t lines = 0;
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) ++lines;
  return lines;
}

std::string LineFormat::apply(const Block& block, Colour colour) const {
  switch (format) {
    case OutputFormat::prefix:
    case OutputFormat::raw:
      return with_prefix(block.text, prefix(*this, block.time, colour));
    case OutputFormat::json:
      return as_json(block, name);
  }
  return {};
}

std::string json_message(std::string_view line) {
  if (is_json_object(line)) return std::string(line);
  std::string result = json_string(line);
  if (!is_utf8(line)) result += fmt::format(R"(,"message_base64":"{}")", base64(line));
  return result;
}

}  // namespace my_init::log
