#include "my_init/app/runit_watch.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace my_init::app {
namespace {

/// From the first piece of news: most that is copied is whole by then.
constexpr std::chrono::milliseconds kPause{100};

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace

RunitWatch::~RunitWatch() {
  if (watch_) loop_.remove(watch_->fd());
}

void RunitWatch::watch(const std::string& directory, const std::vector<std::string>& unfinished) {
  if (!watch_ && (!exists(directory) || !begin())) return;
  std::vector<std::string> all{directory};
  all.insert(all.end(), unfinished.begin(), unfinished.end());
  if (const auto done = watch_->set(all); !done) complain(done.error().message);
  // One may have got its `run` since it was read.
  const auto is_finished = [](const std::string& one) { return exists(one + "/run"); };
  if (std::ranges::any_of(unfinished, is_finished)) due_ = TimePoint::clock::now();
}

bool RunitWatch::begin() {
  auto made = os::DirectoryWatch::create();
  if (!made) {
    complain(made.error().message);
    return false;
  }
  const auto added = loop_.add(made->fd(), EPOLLIN, [this](std::uint32_t) {
    watch_->take();
    if (!due_) due_ = TimePoint::clock::now() + kPause;
  });
  if (!added) {
    complain(added.error().message);
    return false;
  }
  watch_.emplace(std::move(*made));
  return true;
}

bool RunitWatch::take_due(TimePoint now) {
  if (!due_ || *due_ > now) return false;
  due_.reset();
  return true;
}

void RunitWatch::complain(const std::string& why) {
  if (std::exchange(has_complained_, true)) return;
  log_.write(LogLevel::warning, "runit_watch",
             fmt::format("{}: what comes later is noticed with 'svctl apply' only", why));
}

}  // namespace my_init::app
