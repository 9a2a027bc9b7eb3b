#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include "command.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::svctl {

/// A connection to my_init. Every failure is a Stop.
class Connection {
 public:
  /// Connects and sends a request.
  Connection(const Common& common, const protocol::Request& request);

  /// The next answer, or Stop{timed_out} at the end of Common::timeout since the beginning.
  /// answer::Failed is a Stop as well.
  [[nodiscard]] protocol::Answer next();
  /// The same, however long it takes.
  [[nodiscard]] protocol::Answer next_of_stream();

  /// Nothing when none has come by then.
  [[nodiscard]] std::optional<protocol::Answer> next_until(TimePoint deadline);

  /// For poll(2). An answer may also have been read already: next_until() with a time that has
  /// passed gives it.
  [[nodiscard]] int fd() const { return fd_.get(); }

  template <class T>
  [[nodiscard]] T get() {
    return as<T>(next());
  }
  /// An answer of another kind than what was asked for is a Stop.
  template <class T>
  [[nodiscard]] static T as(protocol::Answer answer) {
    if (auto* const wanted = std::get_if<T>(&answer)) return std::move(*wanted);
    throw Stop{Outcome::failed, "cannot understand the answer: it is of another kind"};
  }

 private:
  [[nodiscard]] std::optional<protocol::Answer> receive(std::optional<TimePoint> deadline);

  UniqueFd fd_;
  std::string read_;  ///< not yet taken
  TimePoint deadline_;
};

}  // namespace my_init::svctl
