#include "events.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>

namespace my_init::test {

namespace {

/// Room for some 20 000 events that nobody has read yet.
constexpr int kRoom = 1 << 20;

int make_pipe(const std::string& path) {
  ::mkfifo(path.c_str(), 0666);
  ::chmod(path.c_str(), 0666);
  // For writing too: without any writer it would always be at its end.
  const int fd = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ::fcntl(fd, F_SETPIPE_SZ, kRoom);
  return fd;
}

}  // namespace

EventLog::EventLog(std::string path) : path_(std::move(path)), pipe_(make_pipe(path_)) {}

void EventLog::refresh() {
  std::array<char, 65536> bytes{};
  ssize_t count = 0;
  while ((count = ::read(pipe_.get(), bytes.data(), bytes.size())) > 0) {
    partial_.append(bytes.data(), static_cast<std::size_t>(count));
  }
  const auto end = partial_.rfind('\n');
  if (end == std::string::npos) return;
  std::istringstream lines{partial_.substr(0, end)};
  partial_.erase(0, end + 1);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::int64_t at = 0;
    Event event;
    words >> at >> event.pid >> std::ws;
    std::getline(words, event.text);
    event.at = TimePoint{Duration{at}};
    events_.push_back(std::move(event));
  }
}

std::vector<Event> EventLog::with(const std::string& text) const {
  std::vector<Event> found;
  std::ranges::copy_if(events_, std::back_inserter(found),
                       [&text](const Event& event) { return event.text == text; });
  return found;
}

}  // namespace my_init::test
