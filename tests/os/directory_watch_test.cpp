#include "my_init/os/directory_watch.hpp"

#include <poll.h>

#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "temporary_directory.hpp"

using namespace my_init;
using namespace my_init::os;

namespace {

namespace fs = std::filesystem;

bool has_news(const DirectoryWatch& watch) {
  pollfd watched{watch.fd(), POLLIN, 0};
  return ::poll(&watched, 1, 0) == 1;
}

bool take_news(const DirectoryWatch& watch) {
  const bool news = has_news(watch);
  watch.take();
  return news;
}

}  // namespace

TEST_CASE("K12 names that come and go in a watched directory are news", "[os]") {
  const TemporaryDirectory place;
  const std::string directory = place.path();
  auto watch = DirectoryWatch::create();
  REQUIRE(watch.has_value());
  CHECK(watch->set(std::vector{directory}).has_value());
  CHECK_FALSE(has_news(*watch));
  fs::create_directory(directory + "/web");
  CHECK(take_news(*watch));
  CHECK_FALSE(has_news(*watch));
  std::ofstream(directory + "/web/run") << "below is somebody else's";
  CHECK_FALSE(has_news(*watch));
  fs::rename(directory + "/web", directory + "/db");
  CHECK(take_news(*watch));
  fs::remove_all(directory + "/db");
  CHECK(take_news(*watch));
}

TEST_CASE("only the directories of the last set are watched", "[os]") {
  const TemporaryDirectory place;
  const std::string one = place.path() + "/one";
  const std::string two = place.path() + "/two";
  fs::create_directory(one);
  fs::create_directory(two);
  auto watch = DirectoryWatch::create();
  REQUIRE(watch.has_value());
  CHECK(watch->set(std::vector{one, two, place.path() + "/missing"}).has_value());
  CHECK(watch->set(std::vector{two}).has_value());
  watch->take();
  fs::create_directory(one + "/new");
  CHECK_FALSE(has_news(*watch));
  fs::create_directory(two + "/new");
  CHECK(take_news(*watch));
  fs::remove_all(two);
  CHECK(take_news(*watch));
}
