#include <csignal>
#include <filesystem>

#include "svctl.hpp"

namespace my_init::test {
namespace {

/// A service that is another my_init, which runs an actor beside everything.
std::string second_my_init(const Container& box, const std::string& name,
                           const std::string& words) {
  std::string argv = my_init_path() + ", --quiet, --skip-startup-files, --skip-services, --";
  for (const std::string& word : box.actor_argv(name, words)) argv += ", \"" + word + '"';
  return "services: {second: {command: [" + argv + "], restart: \"no\"}}\n";
}

}  // namespace

TEST_CASE("I8 without services the container is healthy while its main command runs",
          "[system][control][I8]") {
  if (skipped()) return;
  for (const bool is_child : {false, true}) {
    CAPTURE(is_child);
    Container box;
    box.option("--skip-services").actor_main("say:ready until:go exit:7");
    if (is_child) box.child_of_other_init();
    box.start();
    box.wait_event("main ready");
    const auto health = svctl(box, {"health"});
    CHECK(health.code == 0);
    CHECK(health.output == "healthy\n");
    CHECK(svctl(box, {"health", "--ready"}).output == "ready\n");
    CHECK(svctl(box, {"health", "--live"}).output == "live\n");
    box.open_gate("go");
    CHECK(box.wait_exit().code == 7);
    CHECK_FALSE(std::filesystem::exists(control_path(box)));
  }
}

TEST_CASE("K15 a second my_init without services leaves the first one's socket alone",
          "[system][control][K15]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient)
      .service("second", second_my_init(box, "inside", "say:ready until:go exit:3"))
      .start();
  box.wait_event("web ready");
  box.wait_event("inside ready");
  CHECK(svctl(box, {"status", "web"}).code == 0);
  CHECK(svctl(box, {"health"}).code == 0);
  box.open_gate("go");
  box.wait_output("*** second exited with status 3");
  CHECK(svctl(box, {"status", "web"}).code == 0);
  CHECK_FALSE(has(box.output() + box.errors(), "cannot listen"));
  box.signal(SIGTERM);
  CHECK(box.wait_exit().code == 0);
}

}  // namespace my_init::test
