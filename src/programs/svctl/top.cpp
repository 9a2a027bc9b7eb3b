#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "command.hpp"
#include "connection.hpp"
#include "my_init/app/small_file.hpp"
#include "my_init/base/signal_name.hpp"
#include "raw_terminal.hpp"
#include "top_view.hpp"

namespace my_init::svctl {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenLooks{1000};
/// Without an answer for so long, the screen says so.
constexpr milliseconds kPatience{3000};
/// After an escape: the rest of a sequence comes at once, also over a slow line.
constexpr milliseconds kKeyPause{100};
constexpr std::uint32_t kFirstLogLines = 500;

TimePoint now() {
  return TimePoint::clock::now();
}

/// Signals are read while it lives, so that none ends us with the terminal in our hands.
class Signals {
 public:
  Signals() {
    ::sigemptyset(&wanted_);
    for (const int signo : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT})
      ::sigaddset(&wanted_, signo);
    ::sigprocmask(SIG_BLOCK, &wanted_, &before_);
    fd_.reset(::signalfd(-1, &wanted_, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  ~Signals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::optional<int> take() const {
    signalfd_siginfo info{};
    const bool is_there = ::read(fd_.get(), &info, sizeof info) == sizeof info;
    return is_there ? std::optional(static_cast<int>(info.ssi_signo)) : std::nullopt;
  }

 private:
  sigset_t wanted_{};
  sigset_t before_{};
  UniqueFd fd_;
};

/// What the container has in use, where its cgroup tells: then it is more than its processes.
std::optional<std::uint64_t> memory_of_container() {
  for (const auto* path :
       {"/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory/memory.usage_in_bytes"}) {
    constexpr std::size_t kLongest = 64;
    const auto text = app::read_beginning(path, kLongest);
    if (text && !text->empty()) return std::strtoull(text->c_str(), nullptr, 10);
  }
  return std::nullopt;
}

class Top {
 public:
  Top(const Common& common, const std::vector<std::string>& names)
      : common_(common),
        names_(names),
        status_(std::in_place, common, protocol::request::Status{names}) {}

  void run() {
    view_.resize(RawTerminal::size());
    // The first answer makes the first screen: without a server there is none.
    take_status(status_->get<protocol::answer::Services>());
    status_.reset();
    terminal_.emplace();
    while (!is_over_) {
      ask();
      draw();
      wait();
      take_answers();
      take_signals();
      take_keys();
    }
  }

 private:
  void ask() {
    if (status_ || lines_ || now() < look_due_) return;
    try {
      status_.emplace(common_, protocol::request::Status{names_});
      lines_.emplace(common_, protocol::request::Logs{names_, 1});
    } catch (const Stop& stop) {
      throw Stop{Outcome::failed, "my_init is gone: " + stop.message};
    }
    asked_at_ = now();
    look_due_ = asked_at_ + kBetweenLooks;
  }

  void draw() {
    const bool is_late = (status_ || lines_) && now() - asked_at_ > kPatience;
    view_.set_trouble(is_late ? "my_init does not answer" : "");
    std::string text =
        drawn(view_.frame(), RawTerminal::size(), has_colours() ? Paint::coloured : Paint::plain);
    if (text == drawn_) return;
    RawTerminal::write(text);
    drawn_ = std::move(text);
  }

  void wait() {
    std::array<pollfd, 6> watched{{{STDIN_FILENO, POLLIN, 0},
                                   {signals_.fd(), POLLIN, 0},
                                   {fd_of(status_), POLLIN, 0},
                                   {fd_of(lines_), POLLIN, 0},
                                   {fd_of(operation_), POLLIN, 0},
                                   {fd_of(log_), POLLIN, 0}}};
    Duration left = std::max<Duration>(look_due_ - now(), Duration::zero());
    if (status_ || lines_) left = kBetweenLooks;
    if (keys_.is_waiting()) left = std::min<Duration>(left, kKeyPause);
    const auto patience = std::chrono::ceil<milliseconds>(left).count();
    ::poll(watched.data(), watched.size(), static_cast<int>(patience));
    has_keys_ = watched[0].revents != 0;
  }

  static int fd_of(const std::optional<Connection>& connection) {
    return connection ? connection->fd() : -1;
  }

  void take_answers() {
    take_state();
    take_last_lines();
    if ((status_ || lines_) && now() - asked_at_ > common_.timeout)
      throw Stop{Outcome::timed_out, "my_init does not answer in time (--timeout)"};
    take_log();
    take_operation();
  }

  void take_state() {
    auto answer = status_ ? status_->next_until(now()) : std::nullopt;
    if (!answer) return;
    status_.reset();
    take_status(Connection::as<protocol::answer::Services>(std::move(*answer)));
  }

  void take_last_lines() {
    auto answer = lines_ ? lines_->next_until(now()) : std::nullopt;
    if (!answer) return;
    lines_.reset();
    std::map<std::string, std::string> last;
    for (auto& line : Connection::as<protocol::answer::Lines>(std::move(*answer)).lines)
      last[line.service] = std::move(line.message);
    view_.set_last_lines(std::move(last));
  }

  /// The service may be gone by now; whether my_init is, the next look at all of them tells.
  void take_log() {
    try {
      while (log_) {
        auto answer = log_->next_until(now());
        if (!answer) return;
        for (auto& line : Connection::as<protocol::answer::Lines>(std::move(*answer)).lines)
          view_.add_log_line(std::move(line.message));
      }
    } catch (const Stop& stop) {
      log_.reset();
      view_.add_log_line("(" + stop.message + ")");
    }
  }

  /// What was asked for may be refused: that is no reason to end.
  void take_operation() {
    if (!operation_) return;
    try {
      if (!operation_->next_until(now())) return;
      operation_.reset();
      look_due_ = now();
    } catch (const Stop& stop) {
      operation_.reset();
      view_.notify(stop.message);
    }
  }

  void take_status(const protocol::answer::Services& answer) {
    const Processes processes = Processes::look();
    meter_.begin(now());
    std::vector<TopRow> rows;
    for (const protocol::ServiceStatus& service : answer.services) {
      const Usage usage = usage_of(service, processes);
      TopRow row{service.name, service.state,    service.health,  {},
                 usage.memory, service.restarts, service.since_ms};
      if (usage.cpu)
        row.cpu = meter_.percent(fmt::format("{}/{}", service.name, service.run), *usage.cpu);
      rows.push_back(std::move(row));
    }
    TopTotals totals{answer.container.version,
                     answer.container.stage,
                     answer.container.health,
                     answer.container.up_ms,
                     {},
                     {},
                     answer.container.strays.size()};
    if (!processes.empty()) {
      const ProcessUsage sum = processes.sum();
      totals.cpu = meter_.percent("", sum.cpu);
      totals.memory = memory_of_container().value_or(sum.resident);
    }
    view_.set_rows(std::move(rows), std::move(totals));
  }

  void take_signals() {
    while (const auto signo = signals_.take()) {
      if (*signo != SIGWINCH && *signo != SIGCONT)
        throw Stop{Outcome::failed, "ended by " + signal_name(*signo)};
      if (*signo == SIGCONT) terminal_->take_over();
      RawTerminal::write("\x1b[2J");
      drawn_.clear();
      view_.resize(RawTerminal::size());
    }
  }

  void take_keys() {
    std::vector<Key> keys;
    if (has_keys_) {
      keys = keys_.take(RawTerminal::read());
      last_key_at_ = now();
    } else if (now() - last_key_at_ >= kKeyPause) {
      keys = keys_.settle();
    }
    for (const Key& key : keys)
      if (const auto wish = view_.press(key)) fulfil(*wish);
  }

  void fulfil(const TopWish& wish) {
    switch (wish.kind) {
      case TopWish::Kind::quit:
        is_over_ = true;
        break;
      case TopWish::Kind::operate:
        operation_.emplace(common_, protocol::request::Operate{wish.operation, {wish.service}});
        view_.notify(fmt::format("{} {}", protocol::operation_name(wish.operation), wish.service));
        break;
      case TopWish::Kind::follow:
        log_.emplace(common_, protocol::request::Logs{
                                  {wish.service}, kFirstLogLines, protocol::Follow::yes});
        break;
      case TopWish::Kind::unfollow:
        log_.reset();
        break;
    }
  }

  const Common& common_;
  const std::vector<std::string>& names_;
  Signals signals_;
  std::optional<RawTerminal> terminal_;
  TopView view_;
  KeyReader keys_;
  CpuMeter meter_;
  // Questions whose answers have not come.
  std::optional<Connection> status_;
  std::optional<Connection> lines_;
  std::optional<Connection> operation_;
  std::optional<Connection> log_;  ///< while it is followed
  TimePoint asked_at_;             ///< the first two
  TimePoint look_due_;
  TimePoint last_key_at_;
  std::string drawn_;  ///< what the screen shows
  bool has_keys_ = false;
  bool is_over_ = false;
};

}  // namespace

/// A live screen of services, until the key q.
void top(const Common& common, const std::vector<std::string>& names) {
  RawTerminal::check();
  Top(common, names).run();
}

}  // namespace my_init::svctl
