#include "my_init/os/read_only.hpp"

#include <sched.h>
#include <sys/mount.h>

#include <thread>

#include "catch.hpp"
#include "temporary_directory.hpp"

using namespace my_init;

TEST_CASE("a path that does not exist is on the file system of its nearest directory",
          "[os][read_only]") {
  const os::TemporaryDirectory directory;
  CHECK_FALSE(os::is_read_only(directory.path()));
  CHECK_FALSE(os::is_read_only(directory.path() + "/no/such/file"));
  CHECK_FALSE(os::is_read_only("/dev/null/below"));
  CHECK_FALSE(os::is_read_only(""));
}

TEST_CASE("a path below a read-only mount is on a read-only file system", "[os][read_only]") {
  const os::TemporaryDirectory directory;
  const std::string& path = directory.path();
  bool is_mounted = false;
  bool found = false;
  std::thread([&] {  // the mount is gone with its thread
    if (::unshare(CLONE_NEWNS) != 0) return;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
    is_mounted = ::mount("none", path.c_str(), "tmpfs", MS_RDONLY, nullptr) == 0;
    found = os::is_read_only(path + "/log/web.log");
  })
      .join();
  CHECK(found == is_mounted);  // nothing is mounted without the privilege
}
