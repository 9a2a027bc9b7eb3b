#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/service_keys.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

constexpr std::string_view kDriver = "driver";

constexpr std::array<std::string_view, 11> kFields{
    "driver",   "format", "timestamps",      "path", "max_size",  "max_file",
    "compress", "mode",   "max_buffer_size", "tail", "rate_limit"};

/// inherit is what a service without `logging` has: its own stdout and stderr are the container's.
void read_driver(const Node& value, Report& report) {
  constexpr std::array<std::string_view, 4> kDrivers{"inherit", "container", "file", "none"};
  const auto driver = read_choice(kDriver, value, kDrivers, report);
  if (!driver || *driver == 0) return;
  report.error(value.place,
               fmt::format("driver '{}' is not available in this version", kDrivers[*driver]));
}

}  // namespace

void read_logging(std::string_view key, const Node& value, Reading& reading) {
  if (!expect_map(key, value, reading.report())) return;
  for (const Entry& entry : value.entries) {
    if (!is_one_of(kFields, entry.key->text)) {
      unknown_key(*entry.key, kFields, reading.report());
    } else if (entry.key->text != kDriver) {
      unavailable_key(*entry.key, reading.report());
    } else {
      read_driver(*entry.value, reading.report());
    }
  }
}

}  // namespace my_init::config
