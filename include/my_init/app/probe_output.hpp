#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/os/event_loop.hpp"

namespace my_init::app {

/// What the probes of services print: not part of the container's log, but the reason to show when
/// one fails. The end of the latest probe's output is kept. Loop thread.
class ProbeOutput {
 public:
  explicit ProbeOutput(os::EventLoop& loop) : loop_(loop) {}
  ~ProbeOutput();
  ProbeOutput(const ProbeOutput&) = delete;
  ProbeOutput& operator=(const ProbeOutput&) = delete;

  /// The end to print to for the service's next probe; to be closed once that was forked.
  [[nodiscard]] Result<UniqueFd> open(std::uint32_t service);

  /// A new run of the service begins: what was printed about an older one says nothing about it.
  void forget(std::uint32_t service);

  /// The last line that is not empty, made printable; empty when there is none. While the latest
  /// probe is still at work and has printed nothing, that of the one before it. Reads what has
  /// come.
  [[nodiscard]] std::string last_line(std::uint32_t service);

 private:
  struct Output {
    UniqueFd pipe;
    std::string end;
    std::string before;  ///< last line of the probe before
  };
  void read(std::uint32_t service);

  os::EventLoop& loop_;
  std::unordered_map<std::uint32_t, Output> outputs_;
};

}  // namespace my_init::app
