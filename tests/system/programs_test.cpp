#include "container.hpp"

namespace my_init::test {
namespace {

/// The binary of PID 1 under another name, as the main command; its exit code is the container's.
Exit run_as(Container& box, const std::string& name, const std::string& words) {
  const auto script = "exec -a " + name + " /proc/1/exe " + words;
  return box.main({"/bin/bash", "-c", script}).start().wait_exit();
}

}  // namespace

TEST_CASE("called my_init-probe the binary is the probe", "[system][programs]") {
  if (skipped()) return;
  {
    Container box;
    CHECK(run_as(box, "my_init-probe", "tcp").code == 64);
    CHECK(has(box.errors(), "usage: my_init-probe (tcp HOST:PORT | http URL)\n"));
  }
  Container box;
  CHECK(run_as(box, "/any/my_init-probe", "tcp 127.0.0.1:1").code == 1);
  CHECK(has(box.errors(), "cannot connect to 127.0.0.1:1: "));
}

TEST_CASE("called by a name of no program the binary is my_init", "[system][programs]") {
  if (skipped()) return;
  Container box;
  CHECK(run_as(box, "init", "--version").code == 0);
  CHECK(has(box.output(), "my_init 0."));
}

}  // namespace my_init::test
