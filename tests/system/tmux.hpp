#pragma once

#include <string>

#include "container.hpp"

namespace my_init::test {

/// A terminal as people have one, that of tmux, with a program in it. All goes with the object.
class Tmux {
 public:
  struct Size {
    int columns = 100;
    int rows = 20;
  };
  /// Runs `command` with /bin/sh, and after it a line "ended with CODE", then what stty says.
  /// `box`: where its socket is.
  Tmux(Container& box, const std::string& command, Size size);
  ~Tmux();
  Tmux(const Tmux&) = delete;
  Tmux& operator=(const Tmux&) = delete;

  /// Keys by tmux's names: "r", "Down", "C-c".
  void type(const std::string& keys) const;
  void resize(Size size) const;
  /// Waits until this text is on the screen.
  void wait_for(const std::string& text) const;
  /// Waits until the program has ended, with this exit code; the terminal must be as it was before.
  void wait_for_end(int code) const;
  [[nodiscard]] std::string screen() const;
  /// With the sequences that set its colours.
  [[nodiscard]] std::string painted_screen() const;

 private:
  [[nodiscard]] std::string tmux(const std::string& words) const;

  Container& box_;
  std::string socket_;
};

}  // namespace my_init::test
