#pragma once

#include <string>

#include "container.hpp"

namespace my_init::test {

/// svctl at the control socket of a container, run outside of it: what it says of processes is not
/// to be trusted.
class Svctl {
 public:
  /// `through` executes it: `setpriv`, ...
  Svctl(const Container& box, const Words& words, const Words& through = {});
  ~Svctl();
  Svctl(const Svctl&) = delete;
  Svctl& operator=(const Svctl&) = delete;

  struct Result {
    int code = -1;  ///< 128 + the signal when a signal killed it
    std::string output;
    std::string errors;
    Duration took{};
  };
  /// Waits until it has ended, at most 20 s.
  Result wait();
  /// Waits until it has printed this text, at most 10 s.
  void wait_output(const std::string& text);

 private:
  void read_some(Duration limit);

  pid_t pid_ = -1;
  TimePoint begun_;
  UniqueFd output_;
  UniqueFd errors_;
  Result result_;
};

/// Runs it to its end.
[[nodiscard]] inline Svctl::Result svctl(const Container& box, const Words& words) {
  return Svctl(box, words).wait();
}

/// Its path by that name, for others to execute: a link in the container's /run.
[[nodiscard]] std::string svctl_program(const Container& box);
/// The command line of svctl inside of a container, which has not started yet.
[[nodiscard]] std::string svctl_inside(const Container& box);

/// A wall limit for a run of svctl. With a sanitizer its own start takes most of that: then it only
/// must not hang.
[[nodiscard]] Duration svctl_within(Duration limit);

/// Waits until the socket is there: my_init opens it before it starts anything.
void wait_for_control(Container& box);

[[nodiscard]] std::string control_path(const Container& box);

}  // namespace my_init::test
