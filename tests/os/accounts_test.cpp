#include "my_init/os/accounts.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "catch.hpp"

namespace my_init::os {

namespace {

/// A file with this text that goes with the object.
class TextFile {
 public:
  explicit TextFile(const std::string& text) {
    path_ = (std::filesystem::temp_directory_path() / "my_init_XXXXXX").string();
    ::close(::mkstemp(path_.data()));
    std::ofstream(path_) << text;
  }
  ~TextFile() { std::filesystem::remove(path_); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Accounts example() {
  const TextFile passwd(
      "root:x:0:0:root:/root:/bin/bash\nweb:x:33:33::/srv/web:\nbroken "
      "line\n1000:x:7:8::/:/bin/sh\n");
  const TextFile group(
      "root:x:0:\nweb:x:33:web\nssl:x:110:web,root\nlog:x:111:root,web\nssl2:x:110:web\n");
  return Accounts(passwd.path(), group.path());
}

}  // namespace

TEST_CASE("a user is found by name, else by number", "[os][accounts]") {
  const Accounts accounts = example();
  CHECK(accounts.find_user("web") == Account{"web", 33, 33, "/srv/web", ""});
  CHECK(accounts.find_user("33") == accounts.find_user("web"));
  CHECK(accounts.find_user("1000")->uid == 7);  // a name, even though it looks like a number
  CHECK(accounts.find_user("4000") == Account{"", 4000, 0, "/", "/bin/sh"});
  CHECK(accounts.find_user("4294967294")->uid == 4294967294U);
  for (const char* unknown : {"nobody", "", "-1", "4294967295", "33x", " 33"})
    CHECK_FALSE(accounts.find_user(unknown));
}

TEST_CASE("a group is found by name, else by number", "[os][accounts]") {
  const Accounts accounts = example();
  CHECK(accounts.find_group("ssl") == 110U);
  CHECK(accounts.find_group("4000") == 4000U);
  CHECK_FALSE(accounts.find_group("users"));
}

TEST_CASE("supplementary groups come in the order of the file, each once", "[os][accounts]") {
  const Accounts accounts = example();
  CHECK(accounts.groups_of(*accounts.find_user("web")) == std::vector<gid_t>{110, 111});
  CHECK(accounts.groups_of(*accounts.find_user("4000")).empty());
}

TEST_CASE("files that are missing have no entries", "[os][accounts]") {
  const Accounts accounts("/no/passwd", "/no/group");
  CHECK_FALSE(accounts.find_user("root"));
  CHECK(accounts.find_user("0")->uid == 0);
}

}  // namespace my_init::os
