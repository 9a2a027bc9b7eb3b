#include "my_init/os/time_zone.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "catch.hpp"

using namespace my_init;
using namespace std::chrono;
using os::LocalMeaning;
using os::TimeZone;

namespace {

sys_seconds utc(int year, int month, int day, int hour, int minute = 0) {
  return sys_days(std::chrono::year(year) / month / day) + hours(hour) + minutes(minute);
}

local_seconds local(int year, int month, int day, int hour, int minute = 0) {
  return local_seconds(utc(year, month, day, hour, minute).time_since_epoch());
}

TimeZone zone(const std::string& name) {
  const auto loaded = TimeZone::load(name);
  REQUIRE((loaded ? "" : loaded.error().message) == "");
  return *loaded;
}

std::string error_of(const std::string& name, const std::string& directory) {
  const auto loaded = TimeZone::load(name, directory);
  return loaded ? "no error" : loaded.error().message;
}

/// A directory that is removed with all that is in it.
class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "time_zone_test.XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("UTC needs no file and has no changes", "[os][time_zone]") {
  const auto loaded = TimeZone::load("UTC", "/nowhere");
  REQUIRE(loaded);
  const sys_seconds now = utc(2024, 7, 1, 12);
  CHECK(loaded->to_local(now) == local(2024, 7, 1, 12));
  CHECK(loaded->to_sys(local(2024, 7, 1, 12)) ==
        LocalMeaning{LocalMeaning::Kind::unique, now, now});
  CHECK(loaded->next_change(now) == std::nullopt);
  CHECK(TimeZone().to_local(now) == local(2024, 7, 1, 12));
}

TEST_CASE("an ordinary time has one meaning in summer and in winter", "[os][time_zone]") {
  const TimeZone berlin = zone("Europe/Berlin");
  for (const auto& [time, shown] : {std::pair(utc(2024, 7, 1, 10), local(2024, 7, 1, 12)),
                                    std::pair(utc(2024, 1, 1, 11), local(2024, 1, 1, 12)),
                                    std::pair(utc(2090, 7, 1, 10), local(2090, 7, 1, 12))}) {
    CHECK(berlin.to_local(time) == shown);
    CHECK(berlin.to_sys(shown) == LocalMeaning{LocalMeaning::Kind::unique, time, time});
  }
}

TEST_CASE("a skipped local time means the first moment behind the gap", "[os][time_zone]") {
  const LocalMeaning one{LocalMeaning::Kind::skipped, utc(2024, 3, 31, 1), utc(2024, 3, 31, 1)};
  const TimeZone berlin = zone("Europe/Berlin");
  CHECK(berlin.to_sys(local(2024, 3, 31, 2)) == one);
  CHECK(berlin.to_sys(local(2024, 3, 31, 2, 59)) == one);
  CHECK(berlin.to_sys(local(2024, 3, 31, 3)).kind == LocalMeaning::Kind::unique);
  CHECK(berlin.to_sys(local(2024, 3, 31, 3)).first == utc(2024, 3, 31, 1));
}

TEST_CASE("a repeated local time means the moments of both passes", "[os][time_zone]") {
  const TimeZone berlin = zone("Europe/Berlin");
  CHECK(berlin.to_sys(local(2024, 10, 27, 2, 30)) == LocalMeaning{LocalMeaning::Kind::repeated,
                                                                  utc(2024, 10, 27, 0, 30),
                                                                  utc(2024, 10, 27, 1, 30)});
  const TimeZone lord_howe = zone("Australia/Lord_Howe");
  CHECK(lord_howe.to_sys(local(2024, 4, 7, 1, 45)) == LocalMeaning{LocalMeaning::Kind::repeated,
                                                                   utc(2024, 4, 6, 14, 45),
                                                                   utc(2024, 4, 6, 15, 15)});
  CHECK(lord_howe.to_sys(local(2024, 4, 7, 2)).kind == LocalMeaning::Kind::unique);
}

TEST_CASE("the next change of the offset is strictly later", "[os][time_zone]") {
  const TimeZone berlin = zone("Europe/Berlin");
  const sys_seconds spring = utc(2024, 3, 31, 1);
  CHECK(berlin.next_change(utc(2024, 1, 1, 0)) == spring);
  CHECK(berlin.next_change(spring - seconds(1)) == spring);
  CHECK(berlin.next_change(spring) == utc(2024, 10, 27, 1));
  CHECK(zone("Asia/Tokyo").next_change(spring) == std::nullopt);
}

TEST_CASE("a name that is no time zone is refused with the reason", "[os][time_zone]") {
  const Directory directory;
  const std::string& path = directory.path();
  std::filesystem::create_directory(path + "/Europe");
  std::ofstream(path + "/broken") << "TZif2 and no more";
  std::ofstream(path + "/zone.tab") << "# a table";
  CHECK(error_of("Europe/Berlim", path) ==
        "cannot use time zone 'Europe/Berlim': no such file in " + path);
  CHECK(error_of("broken/Berlin", path) ==
        "cannot use time zone 'broken/Berlin': no such file in " + path);
  for (const std::string name : {"Europe", "broken", "zone.tab"})
    CHECK(error_of(name, path) ==
          "cannot use time zone '" + name + "': " + path + "/" + name + " is not a time zone file");
  CHECK(error_of("Europe/Berlin", path + "/zoneinfo") ==
        "cannot use time zone 'Europe/Berlin': there is no " + path +
            "/zoneinfo (is tzdata installed?)");
}

TEST_CASE("the name of a time zone stays within its directory", "[os][time_zone]") {
  for (const std::string name :
       {"", "/etc/localtime", "../zoneinfo/Europe/Berlin", "Europe/../Europe/Berlin", "Europe/..",
        ".", "Europe//Berlin", "Europe/"}) {
    CHECK(error_of(name, "/usr/share/zoneinfo") ==
          "cannot use time zone '" + name + "': expected a name such as 'UTC' or 'Europe/Berlin'");
  }
}
