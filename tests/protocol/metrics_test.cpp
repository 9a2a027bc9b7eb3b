#include "my_init/protocol/metrics.hpp"

#include <regex.h>

#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"

namespace my_init::protocol {
namespace {

/// A POSIX extended expression: std::regex makes g++ 12 warn of its own insides under a sanitizer.
class Pattern {
 public:
  explicit Pattern(const std::string& text) {
    REQUIRE(::regcomp(&compiled_, ("^" + text + "$").c_str(), REG_EXTENDED) == 0);
  }
  ~Pattern() { ::regfree(&compiled_); }
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  /// What the whole and each group matched; empty when the line is none of these.
  [[nodiscard]] std::vector<std::string> match(const std::string& line) const {
    std::array<regmatch_t, 7> found{};
    if (::regexec(&compiled_, line.c_str(), found.size(), found.data(), 0) != 0) return {};
    std::vector<std::string> groups;
    for (const regmatch_t& one : found) {
      const auto begin = static_cast<std::size_t>(one.rm_so);
      const auto end = static_cast<std::size_t>(one.rm_eo);
      groups.push_back(one.rm_so < 0 ? "" : line.substr(begin, end - begin));
    }
    return groups;
  }

 private:
  regex_t compiled_{};
};

/// The text format 0.0.4, read more strictly than Prometheus does: HELP, TYPE and all samples of a
/// metric in one piece, counters and only they are totals, no sample twice.
class Metrics {
 public:
  explicit Metrics(const std::string& text) {
    REQUIRE(text.ends_with('\n'));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      if (const auto help = help_.match(line); !help.empty()) {
        CHECK(types_.emplace(help[1], "").second);
        name_ = help[1];
      } else if (const auto type = type_.match(line); !type.empty()) {
        CHECK(type[1] == name_);
        CHECK(name_.ends_with("_total") == (type[2] == "counter"));
        types_[name_] = type[2];
      } else {
        const auto sample = sample_.match(line);
        REQUIRE(!sample.empty());
        CHECK(sample[1] == name_);
        CHECK_FALSE(types_[name_].empty());
        CHECK(samples_.emplace(sample[1] + sample[2], number(sample[6])).second);
      }
    }
  }

  /// By its name and labels: `my_init_services{state="running"}`.
  [[nodiscard]] double operator[](const std::string& sample) const {
    CAPTURE(sample);
    const auto found = samples_.find("my_init_" + sample);
    REQUIRE(found != samples_.end());
    return found->second;
  }
  [[nodiscard]] bool has(const std::string& sample) const {
    return samples_.contains("my_init_" + sample);
  }

 private:
  static double number(const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    CHECK(*end == '\0');
    return value;
  }

  Pattern help_{R"(# HELP (my_init_[a-z_]+) ([A-Z][^\]*\.))"};
  Pattern type_{R"(# TYPE (my_init_[a-z_]+) (gauge|counter))"};
  Pattern sample_{
      R"re((my_init_[a-z_]+)(\{[a-z]+="([^"\]|\\["\n])*"(,[a-z]+="([^"\]|\\["\n])*")*\})? ([0-9.e+-]+))re"};

  std::string name_;
  std::map<std::string, std::string> types_;
  std::map<std::string, double> samples_;
};

ServiceStatus service(const std::string& name, const std::string& state) {
  ServiceStatus status;
  status.name = name;
  status.state = state;
  status.health = "none";
  return status;
}

}  // namespace

TEST_CASE("metrics are what Prometheus reads, also without a service", "[protocol][metrics]") {
  answer::Services answer;
  answer.container.version = "1.2\"\\\n";
  answer.container.stage = "running";
  answer.container.health = "healthy";
  answer.container.up_ms = 1500;
  answer.container.orphans_reaped = 20'000'000'000;
  answer.container.strays = {{7, "sleep", ""}};
  const Metrics metrics(metrics_text(answer));
  CHECK(metrics[R"(info{version="1.2\"\\\n"})"] == 1);
  CHECK(metrics["uptime_seconds"] == 1.5);
  CHECK(metrics[R"(stage{stage="running"})"] == 1);
  CHECK(metrics["healthy"] == 1);
  CHECK(metrics["orphans_reaped_total"] == 20'000'000'000.0);
  CHECK(metrics["stray_processes"] == 1);
  CHECK(metrics[R"(services{state="failed"})"] == 0);
}

TEST_CASE("metrics have states, restarts, ends, times, usage and output of each service",
          "[protocol][metrics]") {
  ServiceStatus web = service("web", "running");
  web.health = "unhealthy";
  web.restarts = 4;
  web.last_exit = "was killed by SIGKILL";
  web.exit_code = 137;
  web.cpu_us = 2'500'000;
  web.memory = 48 * 1024 * 1024;
  web.exits = {.success = 1, .status = 2, .signal = 3, .stopped = 4, .killed = 5, .not_started = 6};
  web.last_start_ms = 250;
  web.last_stop_ms = 40;
  web.output_lines = 3;
  web.output_bytes = 4'000'000'000'000;
  web.dropped_lines = 1;
  const Metrics metrics(metrics_text({{}, {web, service("db", "failed")}}));
  CHECK(metrics[R"(services{state="running"})"] == 1);
  CHECK(metrics[R"(service_state{service="db",state="failed"})"] == 1);
  CHECK_FALSE(metrics.has(R"(service_state{service="db",state="running"})"));
  CHECK(metrics[R"(service_up{service="web"})"] == 1);
  CHECK(metrics[R"(service_up{service="db"})"] == 0);
  CHECK(metrics[R"(service_healthy{service="web"})"] == 0);
  CHECK(metrics[R"(service_restarts_total{service="web"})"] == 4);
  int count = 0;
  for (const auto* cause : {"success", "status", "signal", "stopped", "killed", "not_started"})
    CHECK(metrics[std::string(R"(service_exits_total{service="web",cause=")") + cause + "\"}"] ==
          ++count);
  CHECK(metrics[R"(service_last_exit_code{service="web"})"] == 137);
  CHECK(metrics[R"(service_cpu_seconds_total{service="web"})"] == 2.5);
  CHECK(metrics[R"(service_memory_bytes{service="web"})"] == 50'331'648);
  CHECK(metrics[R"(service_last_start_seconds{service="web"})"] == 0.25);
  CHECK(metrics[R"(service_last_stop_seconds{service="web"})"] == 0.04);
  CHECK(metrics[R"(service_output_bytes_total{service="web"})"] == 4e12);
  CHECK(metrics[R"(service_dropped_lines_total{service="web"})"] == 1);
  for (const auto* name : {"healthy", "last_exit_code", "cpu_seconds_total", "memory_bytes",
                           "last_start_seconds", "last_stop_seconds"})
    CHECK_FALSE(metrics.has(std::string("service_") + name + R"({service="db"})"));
}

}  // namespace my_init::protocol
