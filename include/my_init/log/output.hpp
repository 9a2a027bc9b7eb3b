#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "my_init/base/unique_fd.hpp"

namespace my_init::log {

/// An output of the container, written without ever waiting for its reader as far as the kind of
/// the descriptor allows: a pipe or terminal is opened anew without blocking (the flag of the
/// caller's own description, which is shared, stays as it is) or else asked by poll(2) first, a
/// socket is sent to with MSG_DONTWAIT. A file is written to.
///
/// An error that goes away (a full disk) loses the lines of that write; any other ends the output:
/// all later lines are lost at once.
class Output {
 public:
  explicit Output(int fd);  ///< borrowed

  /// Writes whole lines; what the reader does not take yet is kept. The number of bytes taken is
  /// fewer than all only after an error.
  std::size_t write(std::string_view lines);

  /// Writes whole lines as long as the reader takes them; only the rest of a line that is begun is
  /// kept. The number of bytes taken.
  std::size_t write_some(std::string_view lines);

  /// Goes on with what is kept, when wait_fd() is writable.
  void resume();

  /// The reader took less than it was given: nothing more is written before resume().
  [[nodiscard]] bool blocked() const { return blocked_; }
  [[nodiscard]] std::size_t pending() const { return pending_.size() - pending_begin_; }
  [[nodiscard]] int wait_fd() const { return reopened_ ? reopened_.get() : fd_; }
  [[nodiscard]] bool is_terminal() const { return terminal_; }
  [[nodiscard]] bool ended() const { return kind_ == Kind::ended; }

  /// Nothing more is written.
  void end();

 private:
  enum class Kind : std::uint8_t { plain, without_waiting, polled, socket, ended };

  [[nodiscard]] Kind open();
  std::size_t deliver(std::string_view text);
  [[nodiscard]] ssize_t attempt(std::string_view text) const;
  void keep(std::string_view rest);

  int fd_;
  bool terminal_ = false;
  UniqueFd reopened_;
  Kind kind_;
  bool blocked_ = false;
  bool cut_ = false;  ///< an error came inside a line; the next one must not run into it
  std::string pending_;
  std::size_t pending_begin_ = 0;
};

/// Whether both descriptors lead to one pipe, socket or terminal, so that the order of what is
/// written to them can be kept.
[[nodiscard]] bool same_reader(int one, int other);

}  // namespace my_init::log
