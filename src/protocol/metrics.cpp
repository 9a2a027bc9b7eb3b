#include "my_init/protocol/metrics.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace my_init::protocol {
namespace {

using Value = std::optional<double>;

constexpr double kPerSecond = 1000;
constexpr double kMicrosecondsPerSecond = 1'000'000;

/// A state of no service is shown as well, so that it has a beginning in a graph.
constexpr std::array kStates{"waiting", "starting",  "running", "stopping", "backoff",
                             "stopped", "completed", "failed",  "skipped",  "disabled"};

/// What is not known is -1 there.
Value known(std::int64_t number, double unit) {
  if (number < 0) return std::nullopt;
  return static_cast<double>(number) / unit;
}

/// A number that each service has, in the words of the format.
struct Family {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  Value (*value)(const ServiceStatus& service);
};

constexpr std::array kFamilies{
    Family{"up", "gauge", "Whether the service runs and is ready.",
           [](const ServiceStatus& s) -> Value { return s.state == "running" ? 1 : 0; }},
    Family{"healthy", "gauge", "Whether its health check or watchdog is content, where it has one.",
           [](const ServiceStatus& s) -> Value {
             if (s.health == "none") return std::nullopt;
             return s.health == "healthy" ? 1 : 0;
           }},
    Family{"restarts_total", "counter", "Starts after an end that nobody asked for.",
           [](const ServiceStatus& s) -> Value { return s.restarts; }},
    Family{"last_exit_code", "gauge", "Exit code of the last end, 128 + N after signal N.",
           [](const ServiceStatus& s) -> Value {
             if (s.last_exit.empty()) return std::nullopt;
             return s.exit_code;
           }},
    Family{"last_start_seconds", "gauge", "How long the last start took until it was ready.",
           [](const ServiceStatus& s) { return known(s.last_start_ms, kPerSecond); }},
    Family{"last_stop_seconds", "gauge",
           "How long the last stop took until the main process was gone.",
           [](const ServiceStatus& s) { return known(s.last_stop_ms, kPerSecond); }},
    Family{"cpu_seconds_total", "counter", "Processor time of its processes.",
           [](const ServiceStatus& s) { return known(s.cpu_us, kMicrosecondsPerSecond); }},
    Family{"memory_bytes", "gauge", "Memory of its processes.",
           [](const ServiceStatus& s) { return known(s.memory, 1); }},
    Family{"output_lines_total", "counter", "Lines that it wrote, where its output is captured.",
           [](const ServiceStatus& s) -> Value { return static_cast<double>(s.output_lines); }},
    Family{"output_bytes_total", "counter", "Bytes that it wrote, where its output is captured.",
           [](const ServiceStatus& s) -> Value { return static_cast<double>(s.output_bytes); }},
    Family{"dropped_lines_total", "counter", "Lines of these that never reached their output.",
           [](const ServiceStatus& s) -> Value { return static_cast<double>(s.dropped_lines); }},
    Family{"dropped_bytes_total", "counter", "Bytes of these that never reached their output.",
           [](const ServiceStatus& s) -> Value { return static_cast<double>(s.dropped_bytes); }},
};

class Text {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = fmt::format("my_init_{}", name);
    text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type);
  }

  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  void add(Labels labels, double value) {
    text_ += name_;
    char separator = '{';
    for (const auto& [name, content] : labels) {
      text_ += fmt::format("{}{}=\"", std::exchange(separator, ','), name);
      for (const char c : content) add_escaped(c);
      text_ += '"';
    }
    text_ += fmt::format("{} {}\n", labels.size() > 0 ? "}" : "", value);
  }

  void add_one(std::string_view name, std::string_view type, std::string_view help, double value) {
    begin(name, type, help);
    add({}, value);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void add_escaped(char c) {
    if (c == '\\' || c == '"') text_ += '\\';
    text_ += c == '\n' ? "\\n" : std::string(1, c);
  }

  std::string name_;
  std::string text_;
};

void add_container(const answer::Services& answer, Text& text) {
  const ContainerStatus& container = answer.container;
  text.begin("info", "gauge", "The running my_init.");
  text.add({{"version", container.version}}, 1);
  text.add_one("uptime_seconds", "gauge", "How long my_init has been running.",
               static_cast<double>(container.up_ms) / kPerSecond);
  text.begin("stage", "gauge", "How far the container is, as a label.");
  text.add({{"stage", container.stage}}, 1);
  text.add_one("healthy", "gauge", "Whether no service is unhealthy, has failed, or still starts.",
               container.health == "healthy" ? 1 : 0);
  text.add_one("orphans_reaped_total", "counter", "Processes that my_init reaped for others.",
               static_cast<double>(container.orphans_reaped));
  text.add_one("stray_processes", "gauge", "Running processes that services have left behind.",
               static_cast<double>(container.strays.size()));
  std::map<std::string_view, std::uint32_t> states;
  for (const std::string_view state : kStates) states[state] = 0;
  for (const ServiceStatus& service : answer.services) ++states[service.state];
  text.begin("services", "gauge", "Services in each state.");
  for (const auto& [state, count] : states) text.add({{"state", state}}, count);
}

void add_exits(const answer::Services& answer, Text& text) {
  text.begin("service_exits_total", "counter", "Ends of runs by what ended them.");
  for (const ServiceStatus& service : answer.services) {
    const ExitCounts& exits = service.exits;
    const std::array<std::pair<std::string_view, std::uint32_t>, 6> counts{
        {{"success", exits.success},
         {"status", exits.status},
         {"signal", exits.signal},
         {"stopped", exits.stopped},
         {"killed", exits.killed},
         {"not_started", exits.not_started}}};
    for (const auto& [cause, count] : counts)
      text.add({{"service", service.name}, {"cause", cause}}, count);
  }
}

}  // namespace

std::string metrics_text(const answer::Services& answer) {
  Text text;
  add_container(answer, text);
  text.begin("service_state", "gauge", "The state that the service is in, each 1.");
  for (const ServiceStatus& service : answer.services)
    text.add({{"service", service.name}, {"state", service.state}}, 1);
  add_exits(answer, text);
  for (const Family& family : kFamilies) {
    text.begin(fmt::format("service_{}", family.name), family.type, family.help);
    for (const ServiceStatus& service : answer.services)
      if (const Value value = family.value(service)) text.add({{"service", service.name}}, *value);
  }
  return text.take();
}

}  // namespace my_init::protocol
