#include "my_init/log/line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "my_init/base/json.hpp"

namespace my_init::log {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::string on_one_line(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (const char c : text) {
    if (!is_control(c)) {
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\t') {
      result += "\\t";
    } else if (c == '\r') {
      result += "\\r";
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

/// "17" and "-1", but not "007", "-0", "1.5", nor what could overflow a reader's 64 bits.
bool is_plain_integer(std::string_view text) {
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  constexpr std::size_t kSafeDigits = 18;
  return !text.empty() && text.size() <= kSafeDigits && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Of a line of output in a line of ours; the ring has all of it.
std::string shown(std::string_view line) {
  constexpr std::size_t kShown = 1000;
  if (line.size() <= kShown) return std::string(line);
  return std::string(line.substr(0, kShown)) + "...";
}

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

}  // namespace

std::string rfc3339(WallTime time) {
  using namespace std::chrono;
  // Not gmtime_r(3): it reads the time zone's file first.
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<microseconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::string line_content(LogFormat format, std::string_view event, std::string_view message,
                         std::initializer_list<Field> fields) {
  if (format == LogFormat::text) return on_one_line(message);
  std::string content =
      fmt::format(R"("event":{},"message":{})", json_string(event), json_string(message));
  for (const auto& [name, value] : fields) {
    content += fmt::format(",{}:{}", json_string(name),
                           is_plain_integer(value) ? value : json_string(value));
  }
  return content;
}

std::string whole_line(const LineStyle& style, WallTime time, LogLevel level,
                       std::string_view content) {
  switch (style.format) {
    case LogFormat::text:
      if (style.timestamps) return fmt::format("{} *** {}\n", rfc3339(time), content);
      return fmt::format("*** {}\n", content);
    case LogFormat::json:
      return fmt::format("{{\"time\":\"{}\",\"level\":\"{}\",\"source\":\"my_init\",{}}}\n",
                         rfc3339(time), level_name(level), content);
  }
  return {};
}

std::string line_with_last_lines(const LineStyle& style, const OwnMessage& message,
                                 const LastOutput& output) {
  const auto line = [&](WallTime time, std::string_view content) {
    return whole_line(style, time, message.level, content);
  };
  if (output.lines.empty()) return line(message.time, message.content);
  std::string result(message.content);
  switch (style.format) {
    case LogFormat::text:
      if (result.ends_with('.')) result.pop_back();
      result = line(message.time, result + "; its last lines:");
      for (const RingLine& kept : output.lines) {
        result += line(kept.time,
                       fmt::format("  {} | {}", output.service, on_one_line(shown(kept.text))));
      }
      return result;
    case LogFormat::json:
      for (const RingLine& kept : output.lines) {
        result += &kept == output.lines.data() ? ",\"last_lines\":[" : ",";
        result += json_string(shown(kept.text));
      }
      return line(message.time, result + ']');
  }
  return result;
}

}  // namespace my_init::log
