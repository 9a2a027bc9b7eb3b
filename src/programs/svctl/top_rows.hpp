#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage.hpp"

namespace my_init::svctl {

/// A service as `svctl top` shows it.
struct TopRow {
  std::string name;
  std::string state;
  std::string health;
  std::optional<double> cpu;  ///< percent of one processor
  std::optional<std::uint64_t> memory;
  std::uint32_t restarts = 0;
  std::int64_t since_ms = 0;

  friend bool operator==(const TopRow&, const TopRow&) = default;
};

/// What stands above them.
struct TopTotals {
  std::string version;
  std::string stage;
  std::string health;
  std::int64_t up_ms = 0;
  std::optional<double> cpu;
  std::optional<std::uint64_t> memory;
  std::size_t strays = 0;
};

enum class SortBy : std::uint8_t { name, state, cpu, memory, restarts, since };
[[nodiscard]] SortBy next_of(SortBy order);
/// "name", ...
[[nodiscard]] std::string_view word_of(SortBy order);

/// Those whose names have `filter` in them, in that order: what an operator looks for comes first
/// (trouble, the most, the newest). The same by name.
[[nodiscard]] std::vector<const TopRow*> arranged(const std::vector<TopRow>& rows, SortBy order,
                                                  std::string_view filter);

/// Percentages of processor time, from how much of it was used between two looks.
class CpuMeter {
 public:
  /// To be called before a new look.
  void begin(TimePoint now);
  /// What has used `used` since it began, by a key that is another one for another life. Nothing at
  /// the first look.
  [[nodiscard]] std::optional<double> percent(const std::string& key, Duration used);

 private:
  std::map<std::string, Duration> before_;
  std::map<std::string, Duration> now_;
  TimePoint time_before_;
  TimePoint time_;
};

}  // namespace my_init::svctl
