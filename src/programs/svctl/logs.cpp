#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

std::string time_text(std::int64_t microseconds) {
  const std::time_t seconds = microseconds / 1'000'000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", utc, microseconds % 1'000'000);
}

void show(const protocol::answer::Lines& lines, const LogsOptions& options) {
  if (options.form == Form::json) {
    print(protocol::encode(lines));
    return;
  }
  if (lines.skipped > 0)
    complain(
        fmt::format("{} of output came too fast and are not shown", short_size(lines.skipped)));
  std::string text;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t earliest =
      options.since
          ? std::chrono::duration_cast<std::chrono::microseconds>(now - *options.since).count()
          : 0;
  for (const auto& line : lines.lines) {
    if (line.time < earliest) continue;
    if (options.times) text += time_text(line.time) + ' ';
    text += fmt::format("{} | {}\n", line.service, line.message);
  }
  print(text);
}

}  // namespace

void logs(const Common& common, const LogsOptions& options) {
  Connection connection(common,
                        protocol::request::Logs{options.names, options.lines, options.follow});
  show(connection.get<protocol::answer::Lines>(), options);
  while (options.follow == protocol::Follow::yes)
    show(Connection::as<protocol::answer::Lines>(connection.next_of_stream()), options);
}

}  // namespace my_init::svctl
