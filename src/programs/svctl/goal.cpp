#include "goal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "terminal.hpp"

namespace my_init::svctl {
namespace {

constexpr std::uint32_t kLastLines = 10;
/// Of a service that does not tell when it is ready.
constexpr std::chrono::milliseconds kTrial{300};

using ByName = std::map<std::string, protocol::ServiceStatus>;

void show_progress(const ByName& open) {
  if (::isatty(STDERR_FILENO) != 1 || open.empty()) return;
  std::vector<std::string> words;
  for (const auto& [name, service] : open)
    words.push_back(fmt::format("{} ({})", name, service.state));
  constexpr std::size_t kMost = 5;
  const std::size_t more = words.size() > kMost ? words.size() - kMost : 0;
  words.resize(words.size() - more);
  complain(fmt::format("waiting for {}{}", fmt::join(words, ", "),
                       more > 0 ? fmt::format(" and {} more", more) : ""));
}

std::string sentences_about(const ByName& services) {
  std::vector<std::string> names;
  for (const auto& [name, service] : services) names.push_back(sentence_about(service));
  return fmt::format("{}", fmt::join(names, "\n       "));
}

}  // namespace

Verdict verdict_on(const protocol::ServiceStatus& service, Goal goal) {
  const std::string& state = service.state;
  switch (goal) {
    case Goal::running:
      if (state == "running" || state == "completed") return Verdict::reached;
      if (state == "backoff" || state == "stopped" || service.ended) return Verdict::impossible;
      return Verdict::not_yet;
    case Goal::healthy:
      if (state == "running" && (service.health == "none" || service.health == "healthy"))
        return Verdict::reached;
      return state == "stopped" || service.ended ? Verdict::impossible : Verdict::not_yet;
    case Goal::stopped:
      return state == "stopped" || service.ended ? Verdict::reached : Verdict::not_yet;
    case Goal::completed:
      if (state == "completed") return Verdict::reached;
      return state == "stopped" || service.ended ? Verdict::impossible : Verdict::not_yet;
  }
  return Verdict::not_yet;
}

namespace {

/// What is known of the services that are waited for.
class Watch {
 public:
  explicit Watch(Goal goal) : goal_(goal) {}

  void judge(const protocol::ServiceStatus& service) {
    open_.erase(service.name);
    failed_.erase(service.name);
    trials_.erase(service.name);
    switch (verdict_on(service, goal_)) {
      case Verdict::not_yet:
        open_[service.name] = service;
        break;
      case Verdict::impossible:
        failed_[service.name] = service;
        break;
      case Verdict::reached:
        if (goal_ != Goal::running || service.state != "running" || service.tells_ready) break;
        const Duration left = kTrial - std::chrono::milliseconds(service.since_ms);
        if (left > Duration::zero()) trials_[service.name] = TimePoint::clock::now() + left;
    }
  }

  [[nodiscard]] bool knows(const std::string& name) const {
    return open_.contains(name) || failed_.contains(name) || trials_.contains(name);
  }
  [[nodiscard]] const ByName& open() const { return open_; }
  [[nodiscard]] const ByName& failed() const { return failed_; }
  /// The end of all trials; nothing when there is none.
  [[nodiscard]] std::optional<TimePoint> trial_end() const {
    std::optional<TimePoint> end;
    for (const auto& [name, at] : trials_) end = std::max(end.value_or(at), at);
    return end;
  }

 private:
  Goal goal_;
  ByName open_;
  ByName failed_;
  std::map<std::string, TimePoint> trials_;
};

/// The next change; nothing when all there is to wait for is the end of the trials, and that came.
std::optional<protocol::answer::Change> next_change(Connection& connection, const Watch& watch) {
  if (!watch.open().empty()) return connection.get<protocol::answer::Change>();
  auto answer = connection.next_until(*watch.trial_end());
  if (!answer) return std::nullopt;
  return Connection::as<protocol::answer::Change>(std::move(*answer));
}

}  // namespace

void await(const Common& common, Connection& connection,
           const std::vector<protocol::ServiceStatus>& services, Goal goal) {
  Watch watch(goal);
  for (const protocol::ServiceStatus& service : services) watch.judge(service);
  show_progress(watch.open());
  try {
    while (!watch.open().empty() || watch.trial_end()) {
      const auto change = next_change(connection, watch);
      if (!change) break;
      if (!watch.knows(change->service.name)) continue;
      watch.judge(change->service);
      show_progress(watch.open());
    }
  } catch (const Stop& stop) {
    if (stop.outcome != Outcome::timed_out) throw;
    throw Stop{stop.outcome, "gave up waiting (--timeout): " + sentences_about(watch.open())};
  }
  if (watch.failed().empty()) return;
  std::string message = sentences_about(watch.failed());
  for (const auto& [name, service] : watch.failed())
    if (const std::string lines = last_lines_of(common, name); !lines.empty())
      message +=
          fmt::format("\nlast lines of {} (svctl why {} tells more):\n{}", name, name, lines);
  while (message.ends_with('\n')) message.pop_back();
  throw Stop{Outcome::failed, message};
}

std::string sentence_about(const protocol::ServiceStatus& service) {
  std::string sentence = fmt::format("{} is {}", service.name, service.state);
  if (!service.why.empty()) sentence += fmt::format(": {}", service.why);
  if (!service.next.empty()) sentence += fmt::format("; it {}", service.next);
  return sentence;
}

std::string last_lines_of(const Common& common, const std::string& service) {
  Connection connection(common, protocol::request::Logs{{service}, kLastLines});
  std::string text;
  for (const auto& line : connection.get<protocol::answer::Lines>().lines)
    text += fmt::format("  {} | {}\n", line.service, line.message);
  return text;
}

}  // namespace my_init::svctl
