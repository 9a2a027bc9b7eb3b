// The driven program of the system tests: a process that does what its words say, in order, and
// tells a pipe of events what it did. Static and without iostreams, so that it starts in under a
// millisecond and runs in an empty root file system.
//
//   actor EVENTS NAME WORD...        EVENTS: named pipe; "-" for none
//
//   say:TEXT           event TEXT            print:TEXT, complain:TEXT   a line on stdout, stderr
//   on:SIG[=WORD,...]  from now on SIG is kept until `serve`, which says got-SIG and does the words
//   ignore:SIG         SIG_IGN               serve       handles kept signals for ever
//   exit:N             ends                  die:SIG     ends by that signal
//   sleep:MS           takes so long         until:GATE  waits until the test opens GATE
//   fork:NAME { WORD... }                    a child of that name does the words, then exits with 0
//   wait               reaps all children    setsid      new session
//   bare               goes on with an empty environment (a new exec)
//   storm:N            N orphans, one after the other, each ends at once
//   kids-at-exit:N     N children that end at the very moment when this process does
//   bind:PORT          says bound or refused: whether it may listen at that TCP port
//   listen:PORT        from now on connections to that TCP port succeed
//   answer:CODE        answers them for ever as an HTTP server, with that status
//   accept:FD[=N]      answers N connections (for ever if not given) of that socket with its name
//   notify:TEXT        TEXT to $NOTIFY_SOCKET; ';' is a line end and '%' the pid of its last child
//                      or, without one, its own; says unheard when nobody is there
//   store:NAME         FDSTORE=1 and FDNAME=NAME, with a descriptor that reads as NAME
//   put:FD=TEXT        TEXT to that descriptor; ';' is a line end
//   close:FD           closes it             contents:FD  says what it reads as, from its beginning
//   write:PATH=TEXT    a file of that text; "$$" is this process's number
//   self               says uid=N cwd=PATH   env:NAME    says NAME=VALUE, or NAME unset
//   foreground         says foreground or background: whose the terminal on stdin is
//   no-clone3          clone3(2) answers ENOSYS from now on, to its children too
//   exec PATH ARG...   becomes another program; takes all words that are left
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "actor_files.hpp"
#include "actor_process.hpp"

namespace {

using my_init::test::accept_clients;
using my_init::test::answer;
using my_init::test::can_bind;
using my_init::test::contents_of;
using my_init::test::forbid_clone3;
using my_init::test::listen_at;
using my_init::test::send_notification;
using my_init::test::sleep_for;
using Words = std::vector<std::string>;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "actor: %s\n", why.c_str());
  ::_exit(125);
}

void write_line(int fd, std::string line) {
  line += '\n';
  if (::write(fd, line.data(), line.size()) < 0) ::_exit(124);
}

Words split(const std::string& text, char separator) {
  Words words;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = std::min(text.find(separator, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

/// "TERM", "RTMIN+3". Not our library's: the actor is static and never built with a sanitizer.
std::string signal_text(int signo) {
  if (signo >= SIGRTMIN) return "RTMIN+" + std::to_string(signo - SIGRTMIN);
  const char* name = ::sigabbrev_np(signo);
  return name == nullptr ? std::to_string(signo) : name;
}

int to_signal(const std::string& name) {
  for (int signo = 1; signo < NSIG; ++signo) {
    if (signal_text(signo) == name) return signo;
  }
  fail("no signal " + name);
}

class Actor {
 public:
  Actor(std::string program, std::string events, std::string name)
      : program_(std::move(program)), events_(std::move(events)), name_(std::move(name)) {
    ::sigemptyset(&kept_);
    if (events_ != "-") {
      fd_ = ::open(events_.c_str(), O_WRONLY | O_CLOEXEC);
      if (fd_ < 0) fail("cannot open " + events_);
    }
  }

  void perform(const Words& words);

 private:
  bool perform_one(const std::string& verb, const std::string& object);
  bool perform_on_files(const std::string& verb, const std::string& object);
  void say(const std::string& what) const;
  void keep(const std::string& object);
  [[noreturn]] void serve();
  [[noreturn]] static void die(int signo);
  void fork_child(const std::string& name, const Words& words);
  void wait_at(const std::string& gate) const;
  [[noreturn]] void exec_bare(const Words& words) const;
  void notify(const std::string& words, int fd) const;
  void store(const std::string& name) const;

  std::string program_;
  std::string events_;
  std::string name_;
  int fd_ = -1;
  int listener_ = -1;
  pid_t last_child_ = 0;
  sigset_t kept_{};
  std::array<Words, 65> reactions_;
};

void Actor::say(const std::string& what) const {
  if (fd_ < 0) return;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto stamp = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  std::string line = std::to_string(stamp);
  line.append(" ").append(std::to_string(::getpid())).append(" ").append(name_);
  write_line(fd_, line.append(" ").append(what));
}

void Actor::keep(const std::string& object) {
  const auto equals = object.find('=');
  const auto signo = to_signal(object.substr(0, equals));
  ::sigaddset(&kept_, signo);
  ::sigprocmask(SIG_BLOCK, &kept_, nullptr);
  reactions_.at(static_cast<std::size_t>(signo)) =
      equals == std::string::npos ? Words{} : split(object.substr(equals + 1), ',');
}

void Actor::serve() {
  for (;;) {
    const int signo = ::sigwaitinfo(&kept_, nullptr);
    if (signo < 0) continue;
    say("got-" + signal_text(signo));
    perform(reactions_.at(static_cast<std::size_t>(signo)));
  }
}

void Actor::die(int signo) {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  std::signal(signo, SIG_DFL);
  sigset_t empty;
  ::sigemptyset(&empty);
  ::sigprocmask(SIG_SETMASK, &empty, nullptr);
  ::kill(::getpid(), signo);
  for (;;) ::pause();
}

void Actor::fork_child(const std::string& name, const Words& words) {
  const auto pid = ::fork();
  if (pid < 0) fail("cannot fork");
  last_child_ = pid;
  if (pid > 0) return;
  ::sigemptyset(&kept_);
  ::sigprocmask(SIG_SETMASK, &kept_, nullptr);
  name_ = name;
  perform(words);
  ::_exit(0);
}

void Actor::wait_at(const std::string& gate) const {
  const auto path = events_.substr(0, events_.rfind('/') + 1) + gate;
  ::mkfifo(path.c_str(), 0666);
  // A named pipe opens as soon as it has a writer.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("cannot wait at " + path);
  ::close(fd);
}

void Actor::exec_bare(const Words& words) const {
  Words all{program_, events_, name_};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (auto& word : all) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::array<char*, 1> environment{};
  ::execve(argv.front(), argv.data(), environment.data());
  fail("cannot exec " + program_);
}

void exec(Words words) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execv(argv.front(), argv.data());
  fail("cannot exec " + words.front());
}

void make_orphans(long count) {
  for (long i = 0; i < count; ++i) {
    const auto child = ::fork();
    if (child < 0) fail("cannot fork");
    if (child == 0) {
      if (::fork() < 0) ::_exit(1);
      ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
  }
}

/// Each child reads from a pipe whose only writer is this process.
void make_kids(long count) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) fail("cannot make a pipe");
  for (long i = 0; i < count; ++i) {
    const auto kid = ::fork();
    if (kid < 0) fail("cannot fork");
    if (kid > 0) continue;
    ::close(ends[1]);
    char end = 0;
    ::_exit(::read(ends[0], &end, 1) == 0 ? 0 : 1);
  }
}

std::string replaced(std::string text, char from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, 1, to);
  }
  return text;
}

void write_file(const std::string& object) {
  const auto equals = object.find('=');
  auto text = object.substr(equals + 1);
  if (text == "$$") text = std::to_string(::getpid());
  const int fd = ::open(object.substr(0, equals).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  write_line(fd, text);
  ::close(fd);
}

std::string self() {
  std::array<char, 4096> directory{};
  if (::getcwd(directory.data(), directory.size()) == nullptr) fail("cannot tell the directory");
  return "uid=" + std::to_string(::getuid()) + " cwd=" + directory.data();
}

std::string variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? name + " unset" : name + '=' + value;
}

/// `fd`: to be passed with it; -1 for none.
void Actor::notify(const std::string& words, int fd) const {
  const auto pid = last_child_ > 0 ? last_child_ : ::getpid();
  const auto text = replaced(replaced(words, ';', "\n"), '%', std::to_string(pid));
  if (!send_notification(text, fd)) say("unheard");
}

void Actor::store(const std::string& name) const {
  const int fd = ::memfd_create(name.c_str(), MFD_CLOEXEC);
  if (::write(fd, name.data(), name.size()) < 0) fail("cannot write a file in memory");
  notify("FDSTORE=1;FDNAME=" + name, fd);
  ::close(fd);
}

/// The words about descriptors and sockets; false: it is none of them.
bool Actor::perform_on_files(const std::string& verb, const std::string& object) {
  const auto number = static_cast<int>(std::strtol(object.c_str(), nullptr, 10));
  if (verb == "bind") {
    say(can_bind(static_cast<std::uint16_t>(number)));
  } else if (verb == "listen") {
    listener_ = listen_at(static_cast<std::uint16_t>(number));
    if (listener_ < 0) fail("cannot listen at " + object);
  } else if (verb == "answer") {
    answer(listener_, object);
  } else if (verb == "notify") {
    notify(object, -1);
  } else if (verb == "store") {
    store(object);
  } else if (verb == "put") {
    const auto text = replaced(object.substr(object.find('=') + 1), ';', "\n");
    if (::write(number, text.data(), text.size()) < 0) say("unheard");
  } else if (verb == "close") {
    ::close(number);
  } else if (verb == "contents") {
    say(contents_of(number));
  } else if (verb == "write") {
    write_file(object);
  } else if (verb == "accept") {
    const auto equals = object.find('=');
    const auto count = equals == std::string::npos ? -1 : std::stol(object.substr(equals + 1));
    accept_clients(number, count, name_);
  } else {
    return false;
  }
  return true;
}

/// False: there is no such word.
bool Actor::perform_one(const std::string& verb, const std::string& object) {
  const auto number = [&object] { return std::strtol(object.c_str(), nullptr, 10); };
  if (verb == "say") {
    say(object);
  } else if (verb == "print") {
    write_line(STDOUT_FILENO, object);
  } else if (verb == "complain") {
    write_line(STDERR_FILENO, object);
  } else if (verb == "on") {
    keep(object);
  } else if (verb == "serve") {
    serve();
  } else if (verb == "exit") {
    ::_exit(static_cast<int>(number()));
  } else if (verb == "die") {
    die(to_signal(object));
  } else if (verb == "sleep") {
    sleep_for(number());
  } else if (verb == "until") {
    wait_at(object);
  } else if (verb == "storm") {
    make_orphans(number());
  } else if (verb == "kids-at-exit") {
    make_kids(number());
  } else if (verb == "foreground") {
    say(::tcgetpgrp(STDIN_FILENO) == ::getpgrp() ? "foreground" : "background");
  } else if (verb == "env") {
    say(variable(object));
  } else if (verb == "self") {
    say(self());
  } else if (verb == "ignore") {
    std::signal(to_signal(object), SIG_IGN);
  } else if (verb == "no-clone3") {
    if (!forbid_clone3()) fail("cannot forbid clone3");
  } else if (verb == "setsid") {
    ::setsid();
  } else if (verb == "wait") {
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
  } else {
    return false;
  }
  return true;
}

/// The index of the brace that closes the one at `open`.
std::size_t closing_brace(const Words& words, std::size_t open) {
  int depth = 0;
  for (std::size_t i = open; i < words.size(); ++i) {
    if (words[i] == "{") ++depth;
    if (words[i] == "}" && --depth == 0) return i;
  }
  fail("no closing brace");
}

void Actor::perform(const Words& words) {
  using Difference = Words::difference_type;
  const auto from = [&words](std::size_t i) { return words.begin() + static_cast<Difference>(i); };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto colon = words[i].find(':');
    const auto verb = words[i].substr(0, colon);
    const auto object = colon == std::string::npos ? std::string{} : words[i].substr(colon + 1);
    if (verb == "fork") {
      const auto close = closing_brace(words, i + 1);
      fork_child(object, Words{from(i + 2), from(close)});
      i = close;
    } else if (verb == "bare") {
      exec_bare(Words{from(i + 1), words.end()});
    } else if (verb == "exec") {
      exec(Words{from(i + 1), words.end()});
    } else if (!perform_one(verb, object) && !perform_on_files(verb, object)) {
      fail("no word " + verb);
    }
  }
}

}  // namespace

int main(int argc, char* argv[]) {
  const Words words(argv, argv + argc);
  if (words.size() < 3) fail("usage: actor EVENTS NAME WORD...");
  Actor actor{words[0], words[1], words[2]};
  actor.perform(Words{words.begin() + 3, words.end()});
}
