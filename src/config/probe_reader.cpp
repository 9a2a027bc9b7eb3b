#include "my_init/config/probe_reader.hpp"

#include <fmt/format.h>

#include <string>

#include "my_init/base/probe_target.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

template <class Target>
std::optional<Probe> read_target(Probe::Kind kind, Result<Target> (*parse)(std::string_view),
                                 std::string_view key, const Node& value, Report& report) {
  const auto text = read_text(key, value, report);
  if (!text) return {};
  if (const Result<Target> parsed = parse(*text); !parsed) {
    report.error(value.place, fmt::format("'{}': {}", key, parsed.error().message));
    return {};
  }
  return Probe{.kind = kind, .command = {}, .target = std::string(*text)};
}

}  // namespace

std::optional<Probe> read_tcp_probe(std::string_view key, const Node& value, Report& report) {
  return read_target(Probe::Kind::tcp, parse_tcp_target, key, value, report);
}

std::optional<Probe> read_http_probe(std::string_view key, const Node& value, Report& report) {
  return read_target(Probe::Kind::http, parse_http_target, key, value, report);
}

bool expect_one_way(std::string_view key, const Node& map, std::span<const std::string_view> ways,
                    Report& report) {
  const Node* first = nullptr;
  for (const Entry& entry : map.entries) {
    if (!is_one_of(ways, entry.key->text)) continue;
    if (first != nullptr) {
      report.error(entry.key->place, fmt::format("'{}' has two ways, '{}' and '{}': one must go",
                                                 key, first->text, entry.key->text));
      return true;
    }
    first = entry.key;
  }
  return first != nullptr;
}

}  // namespace my_init::config
