#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "my_init/base/time.hpp"

namespace my_init::os {

/// What a service says of its watchdog: WATCHDOG=1, or WATCHDOG=trigger ("I am broken").
enum class WatchdogWord : std::uint8_t { none, alive, trigger };

/// What one datagram of sd_notify(3) says. Of a key that stands there twice the first counts.
struct NotifyText {
  bool ready = false;
  bool stopping = false;
  bool reloading = false;
  bool barrier = false;  ///< then it says nothing else
  WatchdogWord watchdog = WatchdogWord::none;
  std::optional<Duration> watchdog_interval;  ///< zero: the service wants no watchdog any more
  std::optional<Duration> extend_timeout;     ///< from now on; more than zero
  std::optional<std::string> status;  ///< one printable line, at most kMaxStatus; empty: no more
  std::optional<pid_t> main_pid;      ///< as the sender's pid namespace numbers it; more than zero
  bool store_fds = false;             ///< keep the descriptors that came along, as fd_name
  bool remove_fds = false;            ///< close the kept descriptors of fd_name
  std::string fd_name;                ///< at most 255 characters; empty unless one of the two

  static constexpr std::size_t kMaxStatus = 4096;

  friend bool operator==(const NotifyText&, const NotifyText&) = default;
};

/// Unknown keys and values that make no sense are skipped; a text with a NUL in it, or with
/// BARRIER=1 beside something else, says nothing at all, as sd_notify(3) has it.
[[nodiscard]] NotifyText parse_notify_text(std::string_view text);

}  // namespace my_init::os
