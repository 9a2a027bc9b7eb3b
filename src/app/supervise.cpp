#include "my_init/app/supervise.hpp"

#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>

#include "my_init/app/daemon.hpp"
#include "my_init/os/event_loop.hpp"
#include "my_init/os/signals.hpp"
#include "my_init/os/standard_streams.hpp"
#include "my_init/os/subreaper.hpp"

namespace my_init::app {
namespace {

constexpr int kExitOsError = 71;  // EX_OSERR of sysexits(3)

int complain(const char* what) {
  std::fprintf(stderr, "*** my_init: cannot start: %s\n", what);
  return kExitOsError;
}

}  // namespace

config::Environment environment_at_exec() {
  config::Environment environment;
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view line(*entry);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    environment.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  return environment;
}

int supervise(const Options& options) {
  // First of all: the kernel drops a SIGTERM to a PID 1 that neither handles nor blocks it.
  os::take_over_signals();
  os::ensure_standard_streams();
  // The reaper and the log thread share the loop's heap: a heap for each would be memory for
  // nothing.
  ::mallopt(M_ARENA_MAX, 1);
  if (::getpid() != 1)
    if (const auto done = os::become_subreaper(); !done)
      return complain(done.error().message.c_str());
  auto loop = os::EventLoop::create();
  if (!loop) return complain(loop.error().message.c_str());
  auto signals = os::SignalSource::create();
  if (!signals) return complain(signals.error().message.c_str());
  try {
    Daemon daemon(options, environment_at_exec(), std::move(*loop), std::move(*signals));
    return daemon.run();
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}

}  // namespace my_init::app
