#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "boot.hpp"
#include "box_cgroup.hpp"
#include "catch.hpp"
#include "checks.hpp"
#include "events.hpp"
#include "processes.hpp"

namespace my_init::test {

/// How the program ended.
struct Exit {
  int code = 0;     ///< 128 + the signal when a signal killed it
  Duration took{};  ///< since the last signal() from the test, else since its exec
  std::vector<Process>
      left;  ///< what it left in the namespace; only child_of_other_init can see that
};

/// A container without an engine: files, then start(), then events, then the end.
///
///   Container box;
///   box.actor("web", "on:TERM=exit:0 say:ready serve").start();
///   box.wait_event("web ready");
///   box.signal(SIGTERM);
///   CHECK(box.wait_exit().code == 0);
///
/// my_init ($MY_INIT_BINARY, else the one of this build) runs with an /etc and a /run of its own;
/// all else is the machine's, read as it is. A service or program under test is an *actor*: see
/// actor.cpp for its words. A wait that takes too long fails the test and shows all output and
/// events.
class Container {
 public:
  Container();
  ~Container();
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  // ---- set-up ----
  /// A file under /etc or /run; its directory is made.
  Container& file(const std::string& path, const std::string& text, int mode = 0644);
  /// An executable file of /bin/sh commands.
  Container& script(const std::string& path, const std::string& commands);
  /// /etc/services.d/NAME.yaml
  Container& service(const std::string& name, const std::string& definition);
  /// A service that is an actor of the same name; `keys`: further lines of its definition.
  Container& actor(const std::string& name, const std::string& words, const std::string& keys = {});
  /// A variable in the environment of my_init.
  Container& variable(const std::string& name, const std::string& value);
  /// A word for my_init's command line, before the main command.
  Container& option(const std::string& word);
  Container& main(const Words& command);
  /// my_init is executed by this command, which gets its command line: `setpriv`, `prlimit`, ...
  Container& through(const Words& command);
  /// The main command is an actor called "main".
  Container& actor_main(const std::string& words);
  /// An actor that is there before my_init: a child of PID 1, whoever that is.
  Container& beside(const std::string& name, const std::string& words);
  /// my_init is the child of a small init.
  Container& child_of_other_init();
  /// my_init's standard streams are a terminal, its controlling one; all output is in output().
  Container& on_terminal();
  /// It lives in a cgroup of its own, cgroup(), seen at /sys/fs/cgroup.
  Container& own_cgroup(CgroupMount mount = CgroupMount::writable);
  /// The argv of an actor, and the same as a list for YAML and as a line for a shell script.
  [[nodiscard]] Words actor_argv(const std::string& name, const std::string& words) const;
  [[nodiscard]] std::string actor_list(const std::string& name, const std::string& words) const;
  [[nodiscard]] std::string actor_line(const std::string& name, const std::string& words) const;
  /// Where PATH of the container is for the test: to read what was written there.
  [[nodiscard]] std::string host_path(const std::string& path) const { return root_ + path; }

  Container& start();

  // ---- events ----
  /// The nth event "NAME WHAT" of an actor.
  Event wait_event(const std::string& text, std::size_t nth = 1, Duration limit = 10s);
  [[nodiscard]] std::vector<Event> events(const std::string& text);
  [[nodiscard]] std::size_t count(const std::string& text) { return events(text).size(); }
  /// Waits until this text is in output() or errors(), `from` that many bytes on.
  void wait_output(const std::string& text, std::size_t from = 0, Duration limit = 10s);
  /// Standard output and standard error so far.
  [[nodiscard]] const std::string& output();
  [[nodiscard]] const std::string& errors();
  /// SIGUSR2, then the service's line of the dump, from its name on: "web: running (pid 7 ...".
  [[nodiscard]] std::string status(const std::string& service);
  /// Waits on everything at once; true as soon as `done` says so, asked after each piece of news.
  [[nodiscard]] bool wait_until(Duration limit, const std::function<bool()>& done);
  /// The same for facts that bring no news (a zombie reaped): also asked every millisecond.
  [[nodiscard]] bool eventually(Duration limit, const std::function<bool()>& done);
  void let_pass(Duration time);  ///< where time itself is the matter

  // ---- acts ----
  void signal(int signo);
  /// Lets the actors go on that wait, now or later, at `until:GATE`.
  void open_gate(const std::string& gate);
  /// Keys for the terminal.
  void type(const std::string& keys);
  [[nodiscard]] int terminal() const { return terminal_.get(); }
  /// `docker exec`: an actor that is nobody's child inside. Returns our child, which ends with it.
  pid_t enter_actor(const std::string& name, const std::string& words);

  // ---- facts ----
  [[nodiscard]] std::vector<Process> processes() const { return processes_of(booted_.leader); }
  /// The process with this pid inside.
  [[nodiscard]] std::optional<Process> process(int pid) const;
  [[nodiscard]] pid_t program() const { return program_; }  ///< my_init's number for us
  [[nodiscard]] const BoxCgroup& cgroup() const { return *cgroup_; }
  [[nodiscard]] TimePoint exec_at() const { return booted_.exec_at; }
  [[nodiscard]] bool running();

  Exit wait_exit(Duration limit = 10s);

 private:
  void open_streams();
  void read_stream(UniqueFd& fd, std::string& text);
  void take_news(Duration limit);
  bool wait_with_tick(Duration limit, Duration tick, const std::function<bool()>& done);
  std::optional<int> ended_status();
  [[nodiscard]] std::string report() const;
  void show_report();

  std::string root_;
  std::optional<BoxCgroup> cgroup_;  ///< outlives all that lives in it
  EventLog events_;
  BootPlan plan_;
  Words through_;
  Words options_;
  Words main_;
  Booted booted_;
  pid_t program_ = -1;
  UniqueFd pidfd_;
  UniqueFd terminal_;
  UniqueFd output_fd_;
  UniqueFd errors_fd_;
  std::string output_;
  std::string errors_;
  TimePoint signalled_at_;
  std::optional<int> status_;
  TimePoint ended_at_;
  std::vector<pid_t> entered_;
  std::vector<UniqueFd> gates_;
  std::optional<Catch::ScopedMessage> shown_;
};

}  // namespace my_init::test
