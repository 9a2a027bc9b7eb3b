#include "raw_terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "command.hpp"

namespace my_init::svctl {
namespace {

// Alternate screen, no cursor, no wrapping at the right edge; and back.
constexpr std::string_view kBegin = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr std::string_view kEnd = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

}  // namespace

void RawTerminal::check() {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1)
    throw Stop{Outcome::usage,
               "top needs a terminal (docker exec -it); svctl status is for scripts"};
  const char* const kind = std::getenv("TERM");
  if (kind != nullptr && std::string_view(kind) == "dumb")
    throw Stop{Outcome::usage, "cannot draw on a terminal of kind 'dumb' (TERM)"};
}

RawTerminal::RawTerminal() {
  check();
  if (::tcgetattr(STDIN_FILENO, &before_) != 0)
    throw Stop{Outcome::failed, "cannot ask the terminal: " + errno_text(errno)};
  take_over();
}

RawTerminal::~RawTerminal() {
  // Nothing can be done when it is gone.
  [[maybe_unused]] const ssize_t size = ::write(STDOUT_FILENO, kEnd.data(), kEnd.size());
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
}

void RawTerminal::take_over() const {
  termios raw = before_;
  raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | IXON);
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG | IEXTEN);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
  write(kBegin);
}

ScreenSize RawTerminal::size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {};
  return {size.ws_row, size.ws_col};
}

std::string RawTerminal::read() {
  std::array<char, 512> bytes;
  ssize_t size = 0;
  do size = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  while (size < 0 && errno == EINTR);
  if (size <= 0) throw Stop{Outcome::failed, "the terminal is gone"};
  return {bytes.data(), static_cast<std::size_t>(size)};
}

void RawTerminal::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(STDOUT_FILENO, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) throw Stop{Outcome::failed, "the terminal is gone"};
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace my_init::svctl
