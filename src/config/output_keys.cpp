#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "my_init/config/field_reader.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

OutputSettings& settings_of(Reading& reading) {
  return reading.draft.definition.execution.output.edit();
}

void read_driver(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<std::string_view, 4> kDrivers{"container", "inherit", "file", "none"};
  constexpr std::array<OutputDriver, 4> kValues{OutputDriver::container, OutputDriver::inherit,
                                                OutputDriver::file, OutputDriver::none};
  if (const auto driver = read_choice(key, value, kDrivers, reading.report())) {
    reading.draft.definition.execution.output_driver = kValues[*driver];
  }
}

void read_format(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<std::string_view, 3> kFormats{"prefix", "json", "raw"};
  constexpr std::array<OutputFormat, 3> kValues{OutputFormat::prefix, OutputFormat::json,
                                                OutputFormat::raw};
  if (const auto format = read_choice(key, value, kFormats, reading.report())) {
    settings_of(reading).format = kValues[*format];
  }
}

void read_mode(std::string_view key, const Node& value, Reading& reading) {
  constexpr std::array<std::string_view, 2> kModes{"blocking", "non-blocking"};
  constexpr std::array<OutputMode, 2> kValues{OutputMode::blocking, OutputMode::non_blocking};
  if (const auto mode = read_choice(key, value, kModes, reading.report())) {
    settings_of(reading).mode = kValues[*mode];
  }
}

template <bool OutputSettings::* member>
void read_flag(std::string_view key, const Node& value, Reading& reading) {
  bool& flag = settings_of(reading).*member;
  flag = read_bool(key, value, reading.report()).value_or(flag);
}

void read_path(std::string_view key, const Node& value, Reading& reading) {
  const auto path = read_absolute_path(key, value, reading.report());
  if (!path) return;
  if (path->ends_with('/')) {
    reading.report().error(value.place,
                           fmt::format("'{}' must be that of a file, not {}", key, quote(*path)));
    return;
  }
  settings_of(reading).path = *path;
  reading.draft.output_path = value.place;
}

/// A line is split at 64 KiB; what holds output must hold one line at least.
constexpr std::string_view kLongestLine = "64k";

constexpr SizeBounds kFileSize{.least = kLongestLine, .most = "1024g"};
constexpr SizeBounds kBufferSize{.least = kLongestLine, .most = "256m"};
constexpr SizeBounds kTail{.least = "0", .most = "16m"};

template <std::uint64_t OutputSettings::* member, const SizeBounds& bounds>
void read_bytes(std::string_view key, const Node& value, Reading& reading) {
  std::uint64_t& size = settings_of(reading).*member;
  size = read_size(key, value, bounds, reading.report()).value_or(size);
}

void read_max_file(std::string_view key, const Node& value, Reading& reading) {
  constexpr int kLeast = 1;
  constexpr int kMost = 1000;
  if (const auto number = read_integer(key, value, kLeast, kMost, reading.report())) {
    settings_of(reading).max_file = static_cast<std::uint32_t>(*number);
  }
}

void read_rate_limit(std::string_view key, const Node& value, Reading& reading) {
  constexpr int kMost = 1'000'000;
  if (const auto number = read_integer(key, value, 0, kMost, reading.report())) {
    settings_of(reading).rate_limit = static_cast<std::uint64_t>(*number);
  }
}

constexpr std::array<NamedField, 11> kFields{{
    {"driver", read_driver},
    {"format", read_format},
    {"timestamps", read_flag<&OutputSettings::timestamps>},
    {"path", read_path},
    {"max_size", read_bytes<&OutputSettings::max_size, kFileSize>},
    {"max_file", read_max_file},
    {"compress", read_flag<&OutputSettings::compress>},
    {"mode", read_mode},
    {"max_buffer_size", read_bytes<&OutputSettings::max_buffer_size, kBufferSize>},
    {"tail", read_bytes<&OutputSettings::tail, kTail>},
    {"rate_limit", read_rate_limit},
}};

/// Meaningless without a file of ours.
constexpr std::array<std::string_view, 4> kOfFile{"path", "max_size", "max_file", "compress"};

/// Whether the author of `key` must have known `driver`. Not in the defaults, which serve services
/// of every kind, and not where one file has the driver and an override of it the key or the other
/// way round: an override cannot take a key away.
bool are_written_together(const Node& key, const Node* driver) {
  if (key.place.file == kGlobalFile) return false;
  return driver == nullptr || driver->place.file == kGlobalFile ||
         driver->place.file == key.place.file;
}

bool is_known(std::string_view key) {
  return std::ranges::find(kFields, key, &NamedField::name) != kFields.end();
}

void check_keys(const Node& map, Reading& reading) {
  const OutputDriver driver = reading.draft.definition.execution.output_driver;
  const Node* const written = find(map, "driver");
  const bool is_misspelt =
      written != nullptr && driver == OutputDriver::container && written->text != "container";
  if (is_misspelt) return;  // and was reported
  for (const Entry& entry : map.entries) {
    const std::string_view key = entry.key->text;
    if (key == "driver" || !is_known(key) || !are_written_together(*entry.key, written)) continue;
    if (is_one_of(kOfFile, key) && driver != OutputDriver::file) {
      reading.report().error(entry.key->place, fmt::format("'{}' needs 'driver: file'", key));
    } else if (driver == OutputDriver::inherit) {
      reading.report().error(
          entry.key->place,
          fmt::format(
              "'{}' has no effect with driver inherit: write driver container, file or none", key));
    }
  }
}

void check_path(const Node& map, Reading& reading) {
  const Execution& execution = reading.draft.definition.execution;
  if (execution.output_driver != OutputDriver::file || find(map, "path") != nullptr) return;
  const Node& driver = *find(map, "driver");
  const std::string& service = reading.draft.definition.spec.name;
  if (driver.place.file != kGlobalFile) {
    reading.report().error(driver.place, "driver file needs a 'path'");
  } else if (!service.empty()) {  // else these are the defaults themselves
    reading.report().error(
        reading.draft.place,
        fmt::format("service {} needs a 'path' in 'logging': the defaults say driver file",
                    quote(service)));
  }
}

}  // namespace

std::span<const NamedField> logging_fields() {
  return kFields;
}

void read_logging(std::string_view key, const Node& value, Reading& reading) {
  read_fields(key, value, kFields, reading);
  if (value.kind != NodeKind::map) return;
  check_keys(value, reading);
  check_path(value, reading);
  Indirect<OutputSettings>& output = reading.draft.definition.execution.output;
  if (*output == OutputSettings{}) output = {};  // costs nothing
}

}  // namespace my_init::config
