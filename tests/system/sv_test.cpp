#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "boot.hpp"
#include "container.hpp"

// sv, called within the container. The lines and exit codes are those of Debian's runit.

namespace my_init::test {
namespace {

/// With N for the numbers that no test can know: those of "pid 12" and of "5s".
std::string without_numbers(const std::string& text) {
  constexpr std::string_view kDigits = "0123456789";
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find_first_not_of(kDigits, i), text.size());
    if (end == i) {
      plain += text[i++];
      continue;
    }
    const bool is_unknown = plain.ends_with("pid ") || (end < text.size() && text[end] == 's');
    plain += is_unknown ? "N" : text.substr(i, end - i);
    i = end;
  }
  return plain;
}

namespace fs = std::filesystem;

/// A container that has sv, as /etc/bin/sv, and calls it.
class Box : public Container {
 public:
  Box() {
    script("/etc/sv_call",
           "program=$1; shift\n"
           "\"$program\" \"$@\" >/run/sv.out 2>&1");
    link("/etc/bin/sv");
  }

  void link(const std::string& path) {
    fs::create_directories(fs::path{host_path(path)}.parent_path());
    fs::create_symlink(my_init_path(), host_path(path));
  }
  void run(const std::string& directory, const std::string& name, const std::string& words) {
    script(directory + "/run", "exec " + actor_line(name, words));
  }

  struct Answer {
    int code = -1;
    std::string text;
    friend bool operator==(const Answer&, const Answer&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Answer& answer) {
      return out << answer.code << ": " << answer.text;
    }
  };
  /// What it says, with every number that varies as N.
  Answer sv(const std::string& words, const std::string& program = "/etc/bin/sv") {
    const pid_t pid = enter_actor("call", "exec /etc/sv_call " + program + ' ' + words);
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    std::ostringstream text;
    text << std::ifstream{host_path("/run/sv.out")}.rdbuf();
    return {WEXITSTATUS(status), without_numbers(text.str())};
  }
};

using Answer = Box::Answer;

}  // namespace

TEST_CASE("K13 sv status says what runit's does", "[system][K13]") {
  if (skipped()) return;
  Box box;
  box.run("/etc/service/web", "web", kObedient);
  box.run("/etc/service/web/log", "logger", "say:ready serve");
  box.run("/etc/service/down", "down", kObedient);
  box.file("/etc/service/down/down", "").file("/etc/service/none/data", "");
  box.actor("file", kObedient).start();
  box.wait_event("web ready");
  box.wait_event("logger ready");
  box.wait_event("file ready");
  CHECK(box.sv("status web") == Answer{0, "run: web: (pid N) Ns; run: log: (pid N) Ns\n"});
  CHECK(box.sv("s /etc/service/web/log") == Answer{0, "run: /etc/service/web/log: (pid N) Ns\n"});
  CHECK(box.sv("status down file") == Answer{0, "down: down: Ns\nrun: file: (pid N) Ns\n"});
  CHECK(box.sv("status nowhere none") ==
        Answer{2,
               "fail: nowhere: unable to change to service directory: file does not exist\n"
               "warning: none: unable to open supervise/ok: file does not exist\n"});
  CHECK(box.sv("bogus web") == Answer{100, "usage: sv [-v] [-w sec] command service ...\n\n"});
  CHECK(box.sv("status") == Answer{100, "usage: sv [-v] [-w sec] command service ...\n\n"});
}

TEST_CASE("K13 sv starts, stops and restarts, and tells when it is done", "[system][K13]") {
  if (skipped()) return;
  Box box;
  box.run("/etc/service/web", "web", kObedient);
  box.actor("file", kObedient).start();
  box.wait_event("web ready");
  box.wait_event("file ready");
  CHECK(box.sv("stop web") == Answer{0, "ok: down: web: Ns, normally up\n"});
  CHECK(box.count("web bye") == 1);
  CHECK(box.sv("stop web") == Answer{0, "ok: down: web: Ns, normally up\n"});
  CHECK(box.sv("start web") == Answer{0, "ok: run: web: (pid N) Ns\n"});
  box.wait_event("web ready", 2);
  CHECK(box.sv("restart web") == Answer{0, "ok: run: web: (pid N) Ns\n"});
  CHECK(box.sv("restart file") == Answer{0, "ok: run: file: (pid N) Ns\n"});
  box.wait_event("web ready", 3);
  box.wait_event("file ready", 2);
  CHECK(box.sv("stop file") == Answer{0, "ok: down: file: Ns, normally up\n"});
  CHECK(box.sv("try-restart file").code == 0);
  CHECK(box.count("file ready") == 2);
  CHECK(box.sv("down web") == Answer{0, ""});
  box.wait_event("web bye", 3);
}

TEST_CASE("K13 sv gives up after its time, force-stop with a SIGKILL", "[system][K13]") {
  if (skipped()) return;
  Box box;
  box.run("/etc/service/web", "web", "on:TERM say:ready serve");
  box.start();
  box.wait_event("web ready");
  CHECK(box.sv("-w 1 stop web") ==
        Answer{1, "timeout: run: web: (pid N) Ns, want down, got TERM\n"});
  CHECK(box.sv("-w1 force-stop web") ==
        Answer{1, "kill: run: web: (pid N) Ns, want down, got TERM\n"});
  CHECK(box.sv("-w 9 stop web") == Answer{0, "ok: down: web: Ns, normally up\n"});
}

TEST_CASE("K13 sv sends signals, or runs what stands for them", "[system][K13]") {
  if (skipped()) return;
  Box box;
  box.run("/etc/service/web", "web",
          "on:HUP=say:hup on:USR1=say:usr1 on:INT=say:int on:ALRM=say:alrm say:ready serve");
  box.script("/etc/service/web/control/i", "touch /run/control-i");
  box.start();
  box.wait_event("web ready");
  CHECK(box.sv("hup web") == Answer{0, ""});
  box.wait_event("web hup");
  CHECK(box.sv("reload web") == Answer{0, "ok: run: web: (pid N) Ns\n"});
  box.wait_event("web hup", 2);
  CHECK(box.sv("1 web") == Answer{0, ""});
  box.wait_event("web usr1");
  CHECK(box.sv("interrupt web") == Answer{0, ""});
  CHECK(fs::exists(box.host_path("/run/control-i")));
  CHECK(box.sv("pause web") == Answer{0, ""});
  CHECK(box.eventually(10s, [&] {  // a signal takes its time
    return box.sv("status web") == Answer{0, "run: web: (pid N) Ns, paused\n"};
  }));
  CHECK(box.sv("cont web") == Answer{0, ""});
  CHECK(box.eventually(
      10s, [&] { return box.sv("status web") == Answer{0, "run: web: (pid N) Ns\n"}; }));
  CHECK(box.sv("alarm web") == Answer{0, ""});
  box.wait_event("web alrm");
  CHECK(box.count("web int") == 0);
}

TEST_CASE("K13 sv once lets a service end, check asks its script", "[system][K13]") {
  if (skipped()) return;
  Box box;
  box.run("/etc/service/web", "web", "say:ready until:go exit:0");
  box.script("/etc/service/web/check", "[ -e /run/good ]");
  box.file("/etc/service/web/down", "").actor("other", kObedient).start();
  box.wait_event("other ready");
  CHECK(box.sv("-v once web") == Answer{0, "ok: run: web: (pid N) Ns, normally down, want down\n"});
  box.wait_event("web ready");
  CHECK(box.sv("-w 1 check web") ==
        Answer{1, "timeout: run: web: (pid N) Ns, normally down, want down\n"});
  box.file("/run/good", "");
  CHECK(box.sv("check web") == Answer{0, "ok: run: web: (pid N) Ns, normally down, want down\n"});
  box.open_gate("go");
  CHECK(box.sv("stop web") == Answer{0, "ok: down: web: Ns\n"});
  CHECK(box.count("web ready") == 1);
}

TEST_CASE("K13 sv exit stops the logger too, and sv up starts both", "[system][K13]") {
  if (skipped()) return;
  Box box;
  box.run("/etc/service/web", "web", kObedient);
  box.script("/etc/service/web/log/run",
             box.actor_line("log", "say:ready") + "\nexec cat >/dev/null");
  box.start();
  box.wait_event("web ready");
  box.wait_event("log ready");
  CHECK(box.sv("shutdown web") == Answer{0, "ok: web: runsv not running\n"});
  CHECK(box.sv("status web") ==
        Answer{0, "down: web: Ns, normally up; down: log: Ns, normally up\n"});
  CHECK(box.sv("-v up web") == Answer{0, "ok: run: web: (pid N) Ns\n"});
  box.wait_event("log ready", 2);
  CHECK(box.sv("-v down web/log") == Answer{0, "ok: down: web/log: Ns, normally up\n"});
  CHECK(box.sv("-v up web") == Answer{0, "ok: run: web: (pid N) Ns\n"});
  CHECK(box.sv("status web/log") == Answer{0, "down: web/log: Ns, normally up\n"});
}

TEST_CASE("K13 as an init script sv answers as LSB has it", "[system][K13]") {
  if (skipped()) return;
  Box box;
  box.run("/etc/service/web", "web", kObedient);
  box.link("/etc/init.d/web");
  box.link("/etc/init.d/nowhere");
  box.start();
  box.wait_event("web ready");
  CHECK(box.sv("status", "/etc/init.d/web") == Answer{0, "run: web: (pid N) Ns\n"});
  CHECK(box.sv("stop", "/etc/init.d/web") == Answer{0, "ok: down: web: Ns, normally up\n"});
  CHECK(box.sv("status", "/etc/init.d/web") == Answer{3, "down: web: Ns, normally up\n"});
  CHECK(box.sv("status", "/etc/init.d/nowhere").code == 4);
  CHECK(box.sv("bogus", "/etc/init.d/web") == Answer{2, "usage: web [-w sec] command\n\n"});
}

}  // namespace my_init::test
