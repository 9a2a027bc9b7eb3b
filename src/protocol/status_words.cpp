#include "my_init/protocol/status_words.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <string_view>

namespace my_init::protocol {

std::string because(const ServiceStatus& service) {
  const std::string dropped = service.dropped_lines > 0
                                  ? fmt::format("{} lines of output dropped", service.dropped_lines)
                                  : std::string{};
  std::string text;
  for (const std::string_view clause :
       {std::string_view(service.why), std::string_view(service.next),
        std::string_view(service.says), std::string_view(dropped)})
    if (!clause.empty()) text += fmt::format("{}{}", text.empty() ? "" : "; ", clause);
  return text;
}

std::string describe(const StrayStatus& stray) {
  return fmt::format("{} ({}){}{}", stray.pid, stray.command, stray.service.empty() ? "" : " of ",
                     stray.service);
}

std::string ways_to_follow(const std::vector<ServiceStatus>& services) {
  std::map<std::string_view, std::size_t> ways;
  for (const ServiceStatus& service : services)
    if (!service.followed_by.empty()) ++ways[service.followed_by];
  std::string text;
  for (const auto& [way, count] : ways) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", way);
    if (ways.size() > 1) text += fmt::format(" ({})", count);
  }
  return text;
}

}  // namespace my_init::protocol
