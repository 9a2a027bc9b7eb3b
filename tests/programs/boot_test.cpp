#include "boot.hpp"

#include "catch.hpp"

namespace my_init::svctl {
namespace {

protocol::ServiceStatus started(const std::string& name, std::int64_t at, std::int64_t ready,
                                std::vector<std::string> after = {}) {
  protocol::ServiceStatus service;
  service.name = name;
  service.state = "running";
  service.started_ms = at;
  service.ready_ms = ready;
  service.depends_on = std::move(after);
  return service;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the boot is in the order of the starts, those that never started last",
          "[svctl][timeline]") {
  const Boot boot = boot_of(
      {started("never", -1, -1), started("b", 5, 9), started("a", 5, 5), started("c", 1, 2)});
  Names names;
  for (const BootRow& row : boot.rows) names.push_back(row.name);
  CHECK(names == Names{"c", "a", "b", "never"});
}

TEST_CASE("a service waited for the dependency that was ready last before its start",
          "[svctl][timeline]") {
  const Boot boot = boot_of({started("db", 1, 50), started("cache", 1, 80), started("log", 1, 200),
                             started("web", 81, 90, {"db", "cache", "log", "unknown"})});
  CHECK(boot.rows.back().waited_for == "cache");
  CHECK(boot.rows.front().waited_for.empty());
}

TEST_CASE("the critical chain leads from the first start to what was ready last",
          "[svctl][timeline]") {
  const Boot boot =
      boot_of({started("db", 1, 50), started("fast", 1, 2), started("migrate", 51, 80, {"db"}),
               started("web", 81, 90, {"migrate"})});
  CHECK(boot.critical_chain == Names{"db", "migrate", "web"});
  for (const BootRow& row : boot.rows) CHECK(row.is_critical == (row.name != "fast"));
}

TEST_CASE("what was started when the boot was over is no part of it", "[svctl][timeline]") {
  const Boot boot = boot_of({started("db", 1, 5'000), started("web", 5'001, 5'100, {"db"}),
                             started("nightly", 60'000, 60'000), started("soon", 60'500, 60'900)});
  CHECK(boot.critical_chain == Names{"db", "web"});
  CHECK(boot.rows[2].is_later);
  CHECK(boot.rows[3].is_later);
}

TEST_CASE("a boot of nothing, or of what is not ready, has no critical chain",
          "[svctl][timeline]") {
  CHECK(boot_of({}).critical_chain.empty());
  CHECK(boot_of({started("db", 1, -1), started("web", -1, -1, {"db"})}).critical_chain.empty());
}

}  // namespace my_init::svctl
