#include "my_init/app/schedules.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace my_init::app {
namespace {

std::chrono::sys_seconds wall_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

TimePoint now() {
  return std::chrono::steady_clock::now();
}

void take_expirations(int timer) {
  std::uint64_t ignored = 0;
  // ECANCELED: the clock was set, timerfd_create(2).
  [[maybe_unused]] const ssize_t size = ::read(timer, &ignored, sizeof ignored);
}

template <class Time>
timespec timespec_of(Time at) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
  const std::chrono::nanoseconds rest = at.time_since_epoch() - whole;
  return {static_cast<std::time_t>(whole.count()), static_cast<long>(rest.count())};
}

}  // namespace

Schedules::~Schedules() {
  for (const UniqueFd* timer : {&clock_timer_, &interval_timer_})
    if (*timer) loop_.remove(timer->get());
}

void Schedules::begin() {
  for (std::uint32_t service = 0; service < programs_.services.size(); ++service)
    if (const auto& schedule = programs_.services[service].details->schedule)
      add(service, *schedule);
  plan();
}

void Schedules::replace(std::uint32_t service, const std::optional<config::Schedule>& before) {
  const std::optional<config::Schedule>& schedule = programs_.services[service].details->schedule;
  if (schedule == before) return;
  forget(service);
  if (!schedule) return;
  add(service, *schedule);
  plan();
}

void Schedules::forget(std::uint32_t service) {
  // A timer that comes for nothing finds nothing due.
  std::erase_if(by_clock_, [service](const ByClock& job) { return job.service == service; });
  std::erase_if(by_interval_, [service](const ByInterval& job) { return job.service == service; });
}

/// The timers are made when there is something for them.
void Schedules::plan() {
  if (!by_clock_.empty() && !clock_timer_)
    clock_timer_ = make_timer(CLOCK_REALTIME, &Schedules::look_at_clock);
  if (!by_interval_.empty() && !interval_timer_)
    interval_timer_ = make_timer(CLOCK_MONOTONIC, &Schedules::look_at_intervals);
  if (!plan_by_clock()) look_at_clock();
  plan_by_interval();
}

void Schedules::add(std::uint32_t service, const config::Schedule& schedule) {
  if (schedule.every > Duration::zero()) {
    by_interval_.push_back({service, schedule.every, now() + schedule.every});
    return;
  }
  // Both were checked when the definition was read; a zone's file may have gone since.
  const auto cron = Cron::parse(schedule.expression);
  const auto zone = os::TimeZone::load(schedule.time_zone);
  if (!cron || !zone) {
    const std::string& name = programs_.service_names[service];
    log_.write(LogLevel::error, "schedule_unusable",
               fmt::format("{} never runs by its schedule: {}", name,
                           cron ? zone.error().message : cron.error().message),
               {{"service", name}});
    return;
  }
  by_clock_.push_back({service, ClockPlan(*cron, *zone, wall_now())});
}

UniqueFd Schedules::make_timer(int clock, void (Schedules::*look)()) {
  UniqueFd timer(::timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK));
  const auto added =
      timer ? loop_.add(timer.get(), EPOLLIN, [this, look](std::uint32_t) { (this->*look)(); })
            : Result<void>(system_failure("make a timer", errno));
  if (added) return timer;
  log_.write(LogLevel::error, "internal",
             fmt::format("schedules do not work: {}", added.error().message));
  return {};
}

void Schedules::look_at_clock() {
  take_expirations(clock_timer_.get());
  do {
    const std::chrono::sys_seconds at = wall_now();
    for (ByClock& job : by_clock_)
      if (job.plan.take(at)) inbox_.push(core::event::ScheduleDue{ServiceId{job.service}});
  } while (!plan_by_clock());
}

/// False when the clock was set meanwhile, of which there is no other news.
bool Schedules::plan_by_clock() {
  if (!clock_timer_ || by_clock_.empty()) return true;
  const auto first =
      std::ranges::min_element(by_clock_, {}, [](const ByClock& job) { return job.plan.next(); });
  itimerspec when{};
  when.it_value = timespec_of(first->plan.wake_up());
  constexpr int kWhenSet = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  return ::timerfd_settime(clock_timer_.get(), kWhenSet, &when, nullptr) == 0 || errno != ECANCELED;
}

void Schedules::look_at_intervals() {
  take_expirations(interval_timer_.get());
  const TimePoint at = now();
  for (ByInterval& job : by_interval_) {
    if (at < job.next) continue;
    inbox_.push(core::event::ScheduleDue{ServiceId{job.service}});
    const auto missed = (at - job.next) / job.every;
    job.next += job.every * (missed + 1);
  }
  plan_by_interval();
}

void Schedules::plan_by_interval() {
  if (!interval_timer_ || by_interval_.empty()) return;
  const auto first = std::ranges::min_element(by_interval_, {}, &ByInterval::next);
  itimerspec when{};
  when.it_value = timespec_of(first->next);
  ::timerfd_settime(interval_timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

std::string Schedules::next_of(std::uint32_t service) const {
  const auto clock = std::ranges::find(by_clock_, service, &ByClock::service);
  if (clock != by_clock_.end()) {
    const auto days = std::chrono::floor<std::chrono::days>(clock->plan.next());
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss time(clock->plan.next() - days);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
  }
  const auto interval = std::ranges::find(by_interval_, service, &ByInterval::service);
  if (interval == by_interval_.end()) return {};
  const auto left = std::max(interval->next - now(), Duration::zero());
  return "in " + format_duration(std::chrono::ceil<std::chrono::seconds>(left));
}

}  // namespace my_init::app
