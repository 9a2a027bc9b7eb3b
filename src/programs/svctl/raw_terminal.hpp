#pragma once

#include <termios.h>

#include <string>
#include <string_view>

#include "frame.hpp"

namespace my_init::svctl {

/// The terminal at standard input and output, taken over for a screen of our own: keys come one by
/// one, what was there before comes back in the end. One object at a time.
///
/// Plain control sequences (ECMA-48, DEC private modes that every terminal since xterm has), no
/// library: those of Debian need files of terminfo at run time, which an empty image does not have
/// (ncurses), are larger than all of svctl (notcurses, FTXUI), or have not been kept (termbox).
class RawTerminal {
 public:
  /// Stop{usage} when one of the two is no terminal, or one that cannot move its cursor.
  static void check();
  RawTerminal();
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

  /// As after the beginning, when somebody else may have changed it meanwhile (SIGCONT).
  void take_over() const;

  [[nodiscard]] static ScreenSize size();
  /// What was typed, at least a byte: call when standard input has something to read. Stop{failed}
  /// when the terminal is gone.
  [[nodiscard]] static std::string read();
  static void write(std::string_view text);

 private:
  termios before_{};
};

}  // namespace my_init::svctl
