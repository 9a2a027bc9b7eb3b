#pragma once

#include <string>
#include <utility>

#include "my_init/core/service_spec.hpp"

namespace my_init::core {

/// A service definition as a test reads best: service("web").needs("db").grace(1s). Without jitter,
/// so that times are exact.
class Define {
 public:
  explicit Define(std::string name) {
    spec_.name = std::move(name);
    spec_.restart_backoff.jitter = 0;
  }

  /// A required dependency.
  Define& needs(std::string name, Condition condition = Condition::started) {
    spec_.depends_on.push_back({std::move(name), condition, true});
    return *this;
  }
  /// A soft one.
  Define& prefers(std::string name, Condition condition = Condition::started) {
    spec_.depends_on.push_back({std::move(name), condition, false});
    return *this;
  }
  Define& restart(RestartMode mode, std::uint32_t max_retries = 0) {
    spec_.restart = {mode, max_retries};
    return *this;
  }
  Define& backoff(Duration initial, double factor, Duration max) {
    spec_.restart_backoff.initial = initial;
    spec_.restart_backoff.factor = factor;
    spec_.restart_backoff.max = max;
    return *this;
  }
  Define& limit(std::uint32_t count, Duration window, LimitEnd then = LimitEnd::fail,
                Duration retry_after = {}) {
    spec_.restart_limit = {count, window, then, retry_after};
    return *this;
  }
  Define& type(ServiceType type) {
    spec_.type = type;
    return *this;
  }
  Define& essential() {
    spec_.essential = true;
    return *this;
  }
  Define& disabled() {
    spec_.enabled = false;
    return *this;
  }
  Define& grace(Duration grace) {
    spec_.stop_grace_period = grace;
    return *this;
  }
  Define& kill_mode(KillMode mode) {
    spec_.kill_mode = mode;
    return *this;
  }
  /// Restarted with it.
  Define& follows(std::string name, Condition condition = Condition::started) {
    spec_.depends_on.push_back({std::move(name), condition, true, true});
    return *this;
  }
  Define& ready(ReadyWay way, Duration timeout = std::chrono::seconds{60},
                Duration interval = std::chrono::milliseconds{200}) {
    spec_.ready = {way, timeout, interval};
    return *this;
  }
  Define& check(HealthCheck check) {
    spec_.healthcheck = check;
    return *this;
  }
  Define& watchdog(Duration limit) {
    spec_.watchdog = limit;
    return *this;
  }
  Define& hooks(HookCounts counts) {
    spec_.hooks = counts;
    return *this;
  }
  Define& stop_by_hook() {
    spec_.pre_stop_may_signal = true;
    return *this;
  }
  Define& scheduled(Overlap overlap = Overlap::skip) {
    spec_.scheduled = true;
    spec_.schedule_overlap = overlap;
    return *this;
  }

  [[nodiscard]] ServiceSpec& spec() { return spec_; }
  [[nodiscard]] const ServiceSpec& spec() const { return spec_; }

 private:
  ServiceSpec spec_;
};

inline Define service(std::string name) {
  return Define(std::move(name));
}
inline Define oneshot(std::string name) {
  return Define(std::move(name)).type(ServiceType::oneshot).restart(RestartMode::no);
}

}  // namespace my_init::core
