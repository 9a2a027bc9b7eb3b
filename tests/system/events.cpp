#include "events.hpp"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>

namespace my_init::test {

EventLog::EventLog(std::string path)
    : path_(std::move(path)),
      file_(::open(path_.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0666)),
      watch_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  ::fchmod(file_.get(), 0666);
  ::inotify_add_watch(watch_.get(), path_.c_str(), IN_MODIFY);
}

void EventLog::refresh() {
  std::array<char, 65536> bytes{};
  // Forget the news first: what is written after this wakes the poll again.
  while (::read(watch_.get(), bytes.data(), bytes.size()) > 0) {
  }
  ssize_t count = 0;
  while ((count = ::read(file_.get(), bytes.data(), bytes.size())) > 0) {
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
