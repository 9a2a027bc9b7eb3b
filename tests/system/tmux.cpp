#include "tmux.hpp"

#include <array>
#include <cstdio>
#include <memory>

namespace my_init::test {
namespace {

struct CloseProgram {
  void operator()(std::FILE* program) const { ::pclose(program); }
};

std::string output_of(const std::string& line) {
  const std::unique_ptr<std::FILE, CloseProgram> program(::popen(line.c_str(), "re"));
  if (!program) FAIL("cannot run " << line);
  std::array<char, 4096> bytes;
  std::string text;
  while (const auto size = std::fread(bytes.data(), 1, bytes.size(), program.get()))
    text.append(bytes.data(), size);
  return text;
}

/// For a shell.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string{c};
  return result + "'";
}

std::string sizes(Tmux::Size size) {
  return " -x " + std::to_string(size.columns) + " -y " + std::to_string(size.rows);
}

}  // namespace

Tmux::Tmux(Container& box, const std::string& command, Size size) : box_(box) {
  static int number = 0;  // that of the one before may still be at its end
  socket_ = box.host_path("/run/tmux" + std::to_string(++number));
  const auto all = command + R"(; echo "ended with $?"; stty -a; exec cat)";
  const auto said = tmux("-f /dev/null new-session -d" + sizes(size) + ' ' + quoted(all));
  if (!said.empty()) FAIL("tmux: " << said);
}

Tmux::~Tmux() {
  static_cast<void>(tmux("kill-server"));
}

std::string Tmux::tmux(const std::string& words) const {
  return output_of("env -u TMUX LC_ALL=C.UTF-8 tmux -u -S " + quoted(socket_) + ' ' + words +
                   " 2>&1");
}

void Tmux::type(const std::string& keys) const {
  const auto said = tmux("send-keys " + quoted(keys));
  if (!said.empty()) FAIL("tmux: " << said);
}

void Tmux::resize(Size size) const {
  const auto said = tmux("resize-window" + sizes(size));
  if (!said.empty()) FAIL("tmux: " << said);
}

std::string Tmux::screen() const {
  return tmux("capture-pane -p");
}

std::string Tmux::painted_screen() const {
  return tmux("capture-pane -p -e");
}

void Tmux::wait_for(const std::string& text) const {
  std::string seen;
  const bool is_there = box_.eventually(10s, [&] {
    seen = screen();
    return has(seen, text);
  });
  if (!is_there) FAIL("there is no '" << text << "' on the screen:\n" << seen);
}

void Tmux::wait_for_end(int code) const {
  // The last line of stty.
  wait_for(" echoctl ");
  const auto seen = screen();
  CAPTURE(seen);
  CHECK(has(seen, "ended with " + std::to_string(code) + '\n'));
  for (const auto* modes : {"\nisig icanon iexten echo ", " icrnl ixon "}) CHECK(has(seen, modes));
  CHECK(tmux("display-message -p '#{alternate_on} #{cursor_flag} #{wrap_flag}'") == "0 1 1\n");
}

}  // namespace my_init::test
