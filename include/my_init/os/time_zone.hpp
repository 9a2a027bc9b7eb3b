#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "my_init/base/result.hpp"

namespace my_init::os {

/// What a local time stands for. `unique` and `skipped` have one moment: the only one, and the
/// first behind the gap. `repeated` has two, of the first pass and of the second.
struct LocalMeaning {
  enum class Kind { unique, skipped, repeated };
  Kind kind = Kind::unique;
  std::chrono::sys_seconds first;
  std::chrono::sys_seconds last;

  friend bool operator==(const LocalMeaning&, const LocalMeaning&) = default;
};

/// The rules of a time zone; a cheap copy, never changed, for any thread.
class TimeZone {
 public:
  /// UTC, which needs no file.
  TimeZone() = default;

  /// By its name in the directory, as in tzdata: "Europe/Berlin"; "UTC" always works. A file is
  /// read once in the life of the process: a new tzdata counts from the next start on. Errors: a
  /// name that leaves the directory, one without a file, a file that is no time zone.
  [[nodiscard]] static Result<TimeZone> load(const std::string& name,
                                             const std::string& directory = "/usr/share/zoneinfo");

  [[nodiscard]] std::chrono::local_seconds to_local(std::chrono::sys_seconds time) const;

  [[nodiscard]] LocalMeaning to_sys(std::chrono::local_seconds time) const;

  /// The first moment behind `after` at which the offset to UTC is another; nothing when it stays
  /// for good.
  [[nodiscard]] std::optional<std::chrono::sys_seconds> next_change(
      std::chrono::sys_seconds after) const;

 private:
  struct Rules;
  std::shared_ptr<const Rules> rules_;
};

}  // namespace my_init::os
