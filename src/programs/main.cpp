#include <malloc.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "my_init/app/daemon.hpp"
#include "my_init/app/definitions.hpp"
#include "my_init/app/options.hpp"
#include "my_init/os/event_loop.hpp"
#include "my_init/os/signals.hpp"
#include "my_init/os/standard_streams.hpp"
#include "my_init/os/subreaper.hpp"

namespace my_init {
namespace {

constexpr int kExitOsError = 71;  // EX_OSERR of sysexits(3)

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

int complain(const Error& error) {
  std::fprintf(stderr, "*** my_init: %s\n", error.message.c_str());
  return kExitOsError;
}

int supervise(const app::Options& options) {
  os::take_over_signals();
  if (::getpid() != 1)
    if (const auto done = os::become_subreaper(); !done) return complain(done.error());
  auto loop = os::EventLoop::create();
  if (!loop) return complain(loop.error());
  auto signals = os::SignalSource::create();
  if (!signals) return complain(signals.error());
  app::Daemon daemon(options, environment_at_exec(), std::move(*loop), std::move(*signals));
  return daemon.run();
}

int run(int argc, char** argv) {
  os::ensure_standard_streams();
  // The reaper and the log thread share the loop's heap: a heap for each would be memory for
  // nothing.
  ::mallopt(M_ARENA_MAX, 1);
  const auto options = app::parse_options(std::vector<std::string>(argv + 1, argv + argc));
  if (!options) {
    std::fprintf(stderr, "my_init: %s\n%s", options.error().message.c_str(), app::usage().c_str());
    return app::kExitUsage;
  }
  switch (options->request) {
    case app::Request::run:
      return supervise(*options);
    case app::Request::check:
      return app::check_definitions(*options, environment_at_exec());
    case app::Request::version:
      std::fputs(app::version().c_str(), stdout);
      return 0;
    case app::Request::help:
      std::fputs(app::help().c_str(), stdout);
      return 0;
  }
  return 0;
}

}  // namespace
}  // namespace my_init

int main(int argc, char** argv) {
  try {
    return my_init::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "*** my_init: cannot start: %s\n", error.what());
    return my_init::kExitOsError;
  }
}
