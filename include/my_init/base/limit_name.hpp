#pragma once

#include <array>
#include <string_view>

namespace my_init {

/// A resource of setrlimit(2).
struct LimitName {
  std::string_view name;  ///< "nofile"
  int resource = 0;       ///< RLIMIT_NOFILE
};

/// Compose's, and `as`; in the order of their names.
[[nodiscard]] const std::array<LimitName, 16>& limit_names();

/// "limit" for a resource without a name.
[[nodiscard]] std::string_view limit_name(int resource);

}  // namespace my_init
