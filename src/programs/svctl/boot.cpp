#include "boot.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

namespace my_init::svctl {
namespace {

using ByName = std::map<std::string_view, BootRow*>;

/// The dependency that was ready last before the service was started; nullptr when it waited for
/// none.
const BootRow* waited_for(const protocol::ServiceStatus& service, const ByName& all) {
  const BootRow* last = nullptr;
  for (const std::string& name : service.depends_on) {
    const auto found = all.find(name);
    if (found == all.end() || found->second->ready_ms < 0) continue;
    if (found->second->ready_ms > service.started_ms) continue;
    if (last == nullptr || found->second->ready_ms > last->ready_ms) last = found->second;
  }
  return last;
}

/// What is started when nothing has happened for a while was not waited for by the boot.
void mark_later_ones(std::vector<BootRow>& rows) {
  constexpr std::int64_t kQuietMs = 2000;
  std::int64_t busy_until = -1;
  for (BootRow& row : rows) {
    if (row.started_ms < 0) continue;
    row.is_later = busy_until >= 0 && row.started_ms > busy_until + kQuietMs;
    const std::int64_t done = row.ready_ms < 0 ? row.started_ms : row.ready_ms;
    if (!row.is_later) busy_until = std::max(busy_until, done);
  }
}

/// From the service that was ready last back to one that waited for nobody.
std::vector<std::string> mark_critical_chain(Boot& boot, const ByName& all) {
  std::vector<std::string> chain;
  const auto last = std::ranges::max_element(
      boot.rows, {}, [](const BootRow& row) { return row.is_later ? -1 : row.ready_ms; });
  if (last == boot.rows.end() || last->is_later || last->ready_ms < 0) return chain;
  for (BootRow* at = &*last; at != nullptr && !at->is_critical;) {
    at->is_critical = true;
    chain.push_back(at->name);
    const auto before = all.find(at->waited_for);
    at = before == all.end() ? nullptr : before->second;
  }
  std::ranges::reverse(chain);
  return chain;
}

}  // namespace

Boot boot_of(const std::vector<protocol::ServiceStatus>& services) {
  Boot boot;
  for (const protocol::ServiceStatus& service : services)
    boot.rows.push_back({service.name, service.state, service.started_ms, service.ready_ms, {}});
  std::ranges::sort(boot.rows, {}, [](const BootRow& row) {
    return std::pair(row.started_ms < 0 ? INT64_MAX : row.started_ms, row.name);
  });
  mark_later_ones(boot.rows);
  ByName all;
  for (BootRow& row : boot.rows) all[row.name] = &row;
  for (const protocol::ServiceStatus& service : services)
    if (const BootRow* const before = waited_for(service, all))
      all.at(service.name)->waited_for = before->name;
  boot.critical_chain = mark_critical_chain(boot, all);
  return boot;
}

}  // namespace my_init::svctl
