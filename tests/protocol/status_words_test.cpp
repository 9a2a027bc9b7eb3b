#include "my_init/protocol/status_words.hpp"

#include "catch.hpp"

namespace my_init::protocol {

TEST_CASE("why a service is as it is, what comes next and what it says are clauses", "[protocol]") {
  ServiceStatus web;
  CHECK(because(web).empty());
  web.next = "starts again in 2s";
  CHECK(because(web) == "starts again in 2s");
  web.why = "exited with status 1";
  web.says = "warming up";
  web.dropped_lines = 3;
  CHECK(because(web) ==
        "exited with status 1; starts again in 2s; warming up; 3 lines of output dropped");
}

TEST_CASE("a stray is told with its service, where that is known", "[protocol]") {
  CHECK(describe(StrayStatus{23, "nginx", "web"}) == "23 (nginx) of web");
  CHECK(describe(StrayStatus{23, "nginx", ""}) == "23 (nginx)");
}

TEST_CASE("how processes are followed is told with numbers where it differs", "[protocol]") {
  ServiceStatus web;
  web.followed_by = "cgroup v2";
  ServiceStatus db;
  db.followed_by = "process group and marker";
  CHECK(ways_to_follow({ServiceStatus{}}).empty());
  CHECK(ways_to_follow({web, ServiceStatus{}, web}) == "cgroup v2");
  CHECK(ways_to_follow({web, db, web}) == "cgroup v2 (2), process group and marker (1)");
}

}  // namespace my_init::protocol
