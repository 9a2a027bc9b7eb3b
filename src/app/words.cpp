#include "my_init/app/words.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>

namespace my_init::app {
namespace {

std::unexpected<Error> expected(std::string_view word, std::string_view right) {
  return failure(fmt::format("cannot read '{}': expected {}", word, right));
}

}  // namespace

Result<LogLevel> read_log_level(std::string_view word) {
  if (word == "debug") return LogLevel::debug;
  if (word == "info") return LogLevel::info;
  if (word == "warning") return LogLevel::warning;
  if (word == "error") return LogLevel::error;
  return expected(word, "debug, info, warning or error");
}

Result<LogFormat> read_log_format(std::string_view word) {
  if (word == "text") return LogFormat::text;
  if (word == "json") return LogFormat::json;
  return expected(word, "text or json");
}

Result<bool> read_flag(std::string_view word) {
  if (word == "true") return true;
  if (word == "false") return false;
  return expected(word, "true or false");
}

Result<int> read_exit_code(std::string_view word) {
  int code = 0;
  const char* end = word.data() + word.size();
  const auto [rest, problem] = std::from_chars(word.data(), end, code);
  if (problem != std::errc{} || rest != end || code < 0 || code > 255 || word.starts_with('-')) {
    return expected(word, "an exit code, 0 to 255");
  }
  return code;
}

Result<std::string> read_socket_place(std::string_view word) {
  if (word.starts_with('/') || word.starts_with('@')) return std::string(word);
  return expected(word, "an absolute path, or @ and a name");
}

Result<Duration> read_seconds(std::string_view word) {
  const bool plain = !word.empty() && word.find_first_not_of("0123456789.") == word.npos;
  if (plain) {
    if (const auto seconds = parse_duration(std::string(word) + "s")) return *seconds;
  }
  return expected(word, "seconds, such as 30 or 0.5");
}

}  // namespace my_init::app
