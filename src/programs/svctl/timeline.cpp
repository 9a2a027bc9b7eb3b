#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

using ByName = std::map<std::string, const protocol::ServiceStatus*>;

/// The dependency that was ready last before the service was started; nullptr when it waited for
/// none.
const protocol::ServiceStatus* waited_for(const protocol::ServiceStatus& service,
                                          const ByName& all) {
  const protocol::ServiceStatus* last = nullptr;
  for (const std::string& name : service.depends_on) {
    const auto found = all.find(name);
    if (found == all.end() || found->second->ready_ms < 0) continue;
    if (found->second->ready_ms > service.started_ms) continue;
    if (last == nullptr || found->second->ready_ms > last->ready_ms) last = found->second;
  }
  return last;
}

/// From the service that was ready last back to one that waited for nobody.
std::set<std::string> critical_chain(const std::vector<protocol::ServiceStatus>& services,
                                     const ByName& all) {
  std::set<std::string> chain;
  const auto last = std::ranges::max_element(services, {}, &protocol::ServiceStatus::ready_ms);
  if (last == services.end() || last->ready_ms < 0) return chain;
  for (const auto* at = &*last; at != nullptr && chain.insert(at->name).second;)
    at = waited_for(*at, all);
  return chain;
}

std::string milliseconds(std::int64_t time) {
  return time < 0 ? "-" : fmt::format("{} ms", time);
}

}  // namespace

/// The first start of each service since my_init began, in the order of the starts.
void timeline(const Common& common) {
  Connection connection(common, protocol::request::Status{});
  auto services = connection.get<protocol::answer::Services>().services;
  std::ranges::sort(services, {}, [](const protocol::ServiceStatus& service) {
    return std::pair(service.started_ms < 0 ? INT64_MAX : service.started_ms, service.name);
  });
  ByName all;
  for (const auto& service : services) all[service.name] = &service;
  const std::set<std::string> chain = critical_chain(services, all);
  Table table({"", "NAME", "STARTED", "READY", "TOOK", "WAITED FOR"});
  for (const auto& service : services) {
    const auto* const before = waited_for(service, all);
    const bool is_done = service.ready_ms >= 0 && service.started_ms >= 0;
    table.add({chain.contains(service.name) ? "*" : "", service.name,
               milliseconds(service.started_ms), milliseconds(service.ready_ms),
               is_done ? milliseconds(service.ready_ms - service.started_ms) : "-",
               before == nullptr ? "" : before->name});
  }
  print(table.text());
  if (!chain.empty()) print("* the chain that the boot had to wait for\n");
}

}  // namespace my_init::svctl
