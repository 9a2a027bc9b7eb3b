#include "top_rows.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace my_init::svctl {
namespace {

constexpr std::array<std::pair<SortBy, std::string_view>, 6> kOrders{{
    {SortBy::name, "name"},
    {SortBy::state, "state"},
    {SortBy::cpu, "cpu"},
    {SortBy::memory, "memory"},
    {SortBy::restarts, "restarts"},
    {SortBy::since, "since"},
}};

/// Trouble first, then what is on its way, then what runs, then what does not.
int rank_of(const TopRow& row) {
  constexpr std::array<std::string_view, 10> kStates{"failed",    "backoff",  "skipped", "stopping",
                                                     "waiting",   "starting", "running", "stopped",
                                                     "completed", "disabled"};
  if (row.health == "unhealthy") return 1;
  return static_cast<int>(std::ranges::find(kStates, row.state) - kStates.begin());
}

/// What is smaller comes first.
double weight_of(const TopRow& row, SortBy order) {
  switch (order) {
    case SortBy::name:
      return 0;
    case SortBy::state:
      return rank_of(row);
    case SortBy::cpu:
      return -row.cpu.value_or(-1);
    case SortBy::memory:
      return row.memory ? -static_cast<double>(*row.memory) : 1;
    case SortBy::restarts:
      return -static_cast<double>(row.restarts);
    case SortBy::since:
      return static_cast<double>(row.since_ms);
  }
  return 0;
}

}  // namespace

SortBy next_of(SortBy order) {
  const auto next = (static_cast<std::size_t>(order) + 1) % kOrders.size();
  return kOrders.at(next).first;
}

std::string_view word_of(SortBy order) {
  return kOrders.at(static_cast<std::size_t>(order)).second;
}

std::vector<const TopRow*> arranged(const std::vector<TopRow>& rows, SortBy order,
                                    std::string_view filter) {
  std::vector<const TopRow*> shown;
  for (const TopRow& row : rows)
    if (row.name.find(filter) != std::string::npos) shown.push_back(&row);
  std::ranges::sort(shown, {}, [order](const TopRow* row) {
    return std::pair<double, std::string_view>(weight_of(*row, order), row->name);
  });
  return shown;
}

void CpuMeter::begin(TimePoint now) {
  before_ = std::exchange(now_, {});
  time_before_ = std::exchange(time_, now);
}

std::optional<double> CpuMeter::percent(const std::string& key, Duration used) {
  now_[key] = used;
  const auto found = before_.find(key);
  const Duration passed = time_ - time_before_;
  if (found == before_.end() || passed <= Duration::zero()) return std::nullopt;
  // A process that has ended takes what it used out of the sum.
  const Duration more = std::max(used - found->second, Duration::zero());
  return 100 * std::chrono::duration<double>(more) / std::chrono::duration<double>(passed);
}

}  // namespace my_init::svctl
