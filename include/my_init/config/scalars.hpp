#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/config/node.hpp"
#include "my_init/config/report.hpp"

namespace my_init::config {

// Each of these reads the value of the key `key` and returns nothing after it has reported what is
// wrong with it.

[[nodiscard]] std::optional<std::string_view> read_text(std::string_view key, const Node& value,
                                                        Report& report);

/// Only `true` and `false`, without quotes: what else YAML 1.1 takes for one is an error.
[[nodiscard]] std::optional<bool> read_bool(std::string_view key, const Node& value,
                                            Report& report);

/// A decimal whole number; leading zeros do not make it octal.
[[nodiscard]] std::optional<std::int64_t> read_integer(std::string_view key, const Node& value,
                                                       std::int64_t least, std::int64_t most,
                                                       Report& report);

/// A decimal number such as 0.1 between the two bounds.
[[nodiscard]] std::optional<double> read_number(std::string_view key, const Node& value,
                                                double least, double most, Report& report);

/// What a size may be, as it is written: "64k".
struct SizeBounds {
  std::string_view least;
  std::string_view most;
};

/// A size in bytes such as 10m.
[[nodiscard]] std::optional<std::uint64_t> read_size(std::string_view key, const Node& value,
                                                     SizeBounds bounds, Report& report);

[[nodiscard]] std::optional<Duration> read_duration(std::string_view key, const Node& value,
                                                    Report& report);

/// The same, longer than 0.
[[nodiscard]] std::optional<Duration> read_positive_duration(std::string_view key,
                                                             const Node& value, Report& report);

[[nodiscard]] std::optional<std::string_view> read_absolute_path(std::string_view key,
                                                                 const Node& value, Report& report);

/// The index of the one of `known` that the text is.
[[nodiscard]] std::optional<std::size_t> read_choice(std::string_view key, const Node& value,
                                                     std::span<const std::string_view> known,
                                                     Report& report);

/// The items of a list, each a text; empty after an error.
[[nodiscard]] std::vector<const Node*> read_texts(std::string_view key, const Node& value,
                                                  Report& report);

/// False, reported, when `name` cannot be the name of a variable.
[[nodiscard]] bool expect_variable_name(const Node& name, Report& report);

/// False, reported, when `value` is no map.
[[nodiscard]] bool expect_map(std::string_view key, const Node& value, Report& report);

/// Reports that `value` is not `wanted` ("a text", "a list of texts").
void wrong_kind(std::string_view key, std::string_view wanted, const Node& value, Report& report);

/// "0" to "0777", octal; nothing for anything else.
[[nodiscard]] std::optional<mode_t> file_mode(std::string_view text);

}  // namespace my_init::config
