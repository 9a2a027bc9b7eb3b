#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::test {

/// What an actor told: one line of the channel of events.
struct Event {
  TimePoint at;      ///< when the actor said it
  int pid = 0;       ///< inside the namespace
  std::string text;  ///< "NAME WHAT", e.g. "web got-TERM"

  friend bool operator==(const Event&, const Event&) = default;
};

/// Reads the channel of events, a named pipe: each line is written, and so read, as a whole.
class EventLog {
 public:
  /// Creates the pipe, writable for every user.
  explicit EventLog(std::string path);

  /// Becomes readable when there are new events: for poll(2).
  [[nodiscard]] int fd() const { return pipe_.get(); }
  /// Takes in what is new.
  void refresh();

  [[nodiscard]] const std::vector<Event>& all() const { return events_; }
  /// Those with exactly this text, in the order in which they came.
  [[nodiscard]] std::vector<Event> with(const std::string& text) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  UniqueFd pipe_;
  std::string partial_;
  std::vector<Event> events_;
};

}  // namespace my_init::test
