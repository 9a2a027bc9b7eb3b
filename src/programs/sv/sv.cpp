#include "sv.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <utility>
#include <vector>

#include "../svctl/connection.hpp"
#include "my_init/base/time.hpp"
#include "order.hpp"
#include "service.hpp"

namespace my_init::sv {
namespace {

using protocol::Operation;
using protocol::ServiceStatus;

constexpr std::string_view kLogger = "/log";

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

void print(const std::string& line) {
  std::fputs((line + '\n').c_str(), stdout);
  std::fflush(stdout);
}

/// One call of sv: what it says and does, and what it has come to.
class Call {
 public:
  explicit Call(Order order) : order_(std::move(order)) {
    for (const std::string& word : order_.services) targets_.push_back({.place = place_of(word)});
  }

  /// Nothing when my_init cannot be asked.
  [[nodiscard]] std::optional<Snapshot> look() const {
    try {
      return Snapshot(common_);
    } catch (const svctl::Stop&) {
      return std::nullopt;
    }
  }

  int run(const std::optional<Snapshot>& snapshot) {
    for (Target& target : targets_) begin(snapshot, target);
    if (order_.manner == Manner::init_script && order_.deed == Deed::status) return lsb_code_;
    if (order_.awaited != Awaited::nothing) wait();
    constexpr int kMost = 99;
    return std::min(failures_, kMost);
  }

 private:
  struct Target {
    Place place;
    std::uint64_t run_before = 0;
    bool done = false;
  };

  void say(std::string_view what, const Target& target, std::string_view text) {
    print(fmt::format("{}: {}: {}", what, target.place.word, text));
  }
  void fail(Target& target, std::string_view what, std::string_view text) {
    say(what, target, text);
    ++failures_;
    target.done = true;
  }

  /// What my_init knows of it; nullptr, after a line that says why, when it is done with.
  const ServiceStatus* status_of(const std::optional<Snapshot>& snapshot, Target& target) {
    const ServiceStatus* const service = snapshot ? find(*snapshot, target.place) : nullptr;
    if (service != nullptr) return service;
    if (target.place.directory.empty()) {
      fail(target, "fail",
           "unable to change to service directory: " + runit_text(target.place.number));
    } else if (order_.awaited == Awaited::exit && !snapshot) {
      say("ok", target, "runsv not running");
      target.done = true;
    } else if (!snapshot) {
      fail(target, "fail", "runsv not running");
    } else {
      fail(target, "warning", "unable to open supervise/ok: " + runit_text(ENOENT));
    }
    return nullptr;
  }

  void begin(const std::optional<Snapshot>& snapshot, Target& target) {
    const ServiceStatus* const service = status_of(snapshot, target);
    if (service == nullptr) return;
    target.run_before = service->run;
    if (order_.deed == Deed::status) {
      show(*snapshot, *service, target);
    } else {
      act(*snapshot, *service, target);
    }
  }

  void show(const Snapshot& snapshot, const ServiceStatus& service, Target& target) {
    std::string line = line_about(service, target.place.word);
    if (!service.directory.empty())
      if (const auto* const logger = snapshot.in(service.directory + std::string(kLogger)))
        line += "; " + line_about(*logger, "log");
    print(line);
    constexpr int kLsbNotRunning = 3;
    lsb_code_ = line.starts_with("down") ? kLsbNotRunning : 0;
    target.done = true;
  }

  void act(const Snapshot& snapshot, const ServiceStatus& service, Target& target) {
    switch (order_.deed) {
      case Deed::status:
      case Deed::nothing:
        break;
      case Deed::start:
        start_logger(snapshot, service, target);
        if (!service.wanted || service.ended) operate(Operation::start, service, target);
        break;
      case Deed::stop:
        if (service.wanted || service.live) operate(Operation::stop, service, target);
        break;
      case Deed::once:
        start_logger(snapshot, service, target);
        operate(Operation::once, service, target);
        break;
      case Deed::exit:
        operate(Operation::stop, service, target);
        if (const auto* const logger = snapshot.in(service.directory + std::string(kLogger));
            logger != nullptr && !service.directory.empty())
          operate(Operation::stop, *logger, target);
        break;
      case Deed::restart_if_up:
        if (service.pid == 0) break;
        [[fallthrough]];
      case Deed::restart:
        operate(Operation::restart, service, target);
        break;
      case Deed::signal:
        signal(order_.letter, order_.signo, service, target);
        break;
    }
  }

  /// Of what `exit` has stopped both come back; without its logger it would stop at a full pipe.
  void start_logger(const Snapshot& snapshot, const ServiceStatus& service, Target& target) {
    if (service.directory.empty() || service.wanted) return;
    const auto* const logger = snapshot.in(service.directory + std::string(kLogger));
    if (logger != nullptr && !logger->wanted && logger->enabled)
      operate(Operation::start, *logger, target);
  }

  void operate(Operation operation, const ServiceStatus& service, Target& target) {
    ask(protocol::request::Operate{operation, {service.name}}, target);
  }

  /// A script of its own may stand for the signal.
  void signal(char letter, int signo, const ServiceStatus& service, Target& target) {
    if (service.pid == 0) return;
    if (signo == SIGHUP) {  // what stands for that my_init knows itself
      operate(Operation::reload, service, target);
      return;
    }
    const bool is_logger = service.directory.ends_with(kLogger);
    if (!service.directory.empty() && !is_logger &&
        run_script(service.directory, fmt::format("control/{}", letter)).value_or(false))
      return;
    ask(protocol::request::Signal{signo, {service.name}}, target);
  }

  void ask(const protocol::Request& request, Target& target) {
    try {
      svctl::Connection connection(common_, request);
      static_cast<void>(connection.get<protocol::answer::Services>());
    } catch (const svctl::Stop& stop) {
      // It may have ended since we looked.
      if (stop.outcome != svctl::Outcome::not_running) fail(target, "warning", stop.message);
    }
  }

  void wait() {
    constexpr std::chrono::milliseconds kPause{50};
    while (true) {
      const Duration waited = TimePoint::clock::now() - begun_;
      const auto snapshot = look();
      bool all_done = true;
      for (Target& target : targets_) {
        if (!target.done) look_at(snapshot, target, waited);
        all_done = all_done && target.done;
      }
      if (all_done) return;
      std::this_thread::sleep_for(kPause);
    }
  }

  void look_at(const std::optional<Snapshot>& snapshot, Target& target, Duration waited) {
    const ServiceStatus* const service = status_of(snapshot, target);
    if (service == nullptr) return;
    if (has_come(*snapshot, *service, target)) {
      if (order_.awaited == Awaited::exit) {
        say("ok", target, "runsv not running");
      } else {
        print("ok: " + line_about(*service, target.place.word));
      }
      target.done = true;
    } else if (waited > order_.patience) {
      print((order_.kills ? "kill: " : "timeout: ") + line_about(*service, target.place.word));
      ++failures_;
      target.done = true;
      if (order_.kills) signal('k', SIGKILL, *service, target);
    }
  }

  /// What is waited for.
  bool has_come(const Snapshot& snapshot, const ServiceStatus& service, const Target& target) {
    const pid_t pid = service.pid != 0 ? service.pid : service.hook_pid;
    const bool is_up = service.state == "running" || service.state == "completed";
    switch (order_.awaited) {
      case Awaited::nothing:
      case Awaited::other:
        return true;
      case Awaited::up:
        return is_up && passes_check(service);
      case Awaited::down:
        return !service.live;
      case Awaited::check:
        return pid == 0 || passes_check(service);
      case Awaited::term:
        if (!service.live && !service.wanted) return true;
        return is_up && service.run != target.run_before && passes_check(service);
      case Awaited::once:
        return service.pid != 0 ? !service.wanted : service.run != target.run_before;
      case Awaited::exit: {
        const auto* const logger = snapshot.in(service.directory + std::string(kLogger));
        return !service.live && (logger == nullptr || !logger->live);
      }
    }
    return true;
  }

  static bool passes_check(const ServiceStatus& service) {
    return service.directory.empty() || run_script(service.directory, "check").value_or(true);
  }

  Order order_;
  svctl::Common common_;
  std::vector<Target> targets_;
  TimePoint begun_ = TimePoint::clock::now();
  int failures_ = 0;
  int lsb_code_ = 4;  ///< of status, as LSB has it: unknown
};

/// Where no my_init runs, runsv may. The sv of Debian's runit has got out of the way of ours, in
/// the image as by our package. Returns where there is none.
void become_runits(std::string_view path, std::span<const std::string> words) {
  std::vector<std::string> kept{std::string(path)};
  kept.insert(kept.end(), words.begin(), words.end());
  std::vector<char*> argv;
  argv.reserve(kept.size() + 1);
  for (std::string& word : kept) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv("/usr/bin/sv.distrib", argv.data());
}

}  // namespace

bool is_called_by(std::string_view path) {
  constexpr std::string_view kInitScripts = "init.d";
  if (base_name(path) == "sv") return true;
  const std::size_t slash = path.rfind('/');
  return slash != std::string_view::npos && base_name(path.substr(0, slash)) == kInitScripts;
}

int run(std::string_view path, std::span<const std::string> words) {
  ::signal(SIGPIPE, SIG_DFL);
  const std::string_view program = base_name(path);
  auto order = read_order(program, words);
  if (!order) {
    std::fputs(usage(program).c_str(), stderr);
    return exit_code_of_usage(program);
  }
  try {
    Call call(std::move(*order));
    const auto snapshot = call.look();
    if (!snapshot) become_runits(path, words);
    return call.run(snapshot);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sv: %s\n", error.what());
    return 1;
  }
}

}  // namespace my_init::sv
