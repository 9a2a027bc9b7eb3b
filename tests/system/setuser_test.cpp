#include "container.hpp"

namespace my_init::test {
namespace {

constexpr auto kIdentity = "/bin/grep -hE '^(Uid|Gid|Groups)' /proc/self/status";

/// A main command of bash, where $setuser is the program and the user app is known.
Exit run(Container& box, const std::string& commands) {
  box.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1234:1235::/srv/app:/bin/sh\n")
      .file("/etc/group", "root:x:0:\napp:x:1235:\nextra:x:1300:app\nother:x:1301:app,root\n");
  const std::string copy = "setuser=/run/setuser; cp /proc/1/exe $setuser; chmod 755 $setuser; ";
  return box.variable("UID", "0")
      .variable("USER", "root")
      .main({"/bin/bash", "-c", copy + commands})
      .start()
      .wait_exit();
}

std::string ids(const std::string& uid, const std::string& gid, const std::string& groups) {
  const auto four = [](const std::string& id) { return id + '\t' + id + '\t' + id + '\t' + id; };
  return "Uid:\t" + four(uid) + "\nGid:\t" + four(gid) + "\nGroups:\t" + groups + " \n";
}

}  // namespace

TEST_CASE("K16 setuser becomes the user with its groups and variables, in the same process",
          "[system][K16]") {
  if (skipped_without_root()) return;
  Container box;
  const auto end = run(box,
                       "echo $$; exec $setuser app /bin/sh -c 'echo $$; env | grep -E "
                       "\"^(USER|HOME|UID|KEPT)=\" | sort; exec " +
                           std::string("/bin/grep -hE \"^(Uid|Gid|Groups)\" /proc/self/status'"));
  CHECK(end.code == 0);
  const auto& output = box.output();
  const auto pid = output.substr(0, output.find('\n') + 1);
  CHECK(output ==
        pid + pid + "HOME=/srv/app\nUID=1234\nUSER=app\n" + ids("1234", "1235", "1300 1301"));
}

TEST_CASE("K16 setuser takes names, numbers, and a group behind a colon", "[system][K16]") {
  if (skipped_without_root()) return;
  const std::vector<std::pair<std::string, std::string>> forms{
      {"app:extra", ids("1234", "1300", "1300 1301")},
      {"app:1301", ids("1234", "1301", "1300 1301")},
      {"1234", ids("1234", "1235", "")},
      {"1234:1300", ids("1234", "1300", "")},
      {"4000", ids("4000", "0", "")},
      {"4000:4001", ids("4000", "4001", "")}};
  for (const auto& [user, expected] : forms) {
    CAPTURE(user);
    Container box;
    CHECK(run(box, "exec $setuser " + user + " " + kIdentity).code == 0);
    CHECK(box.output() == expected);
  }
  Container box;
  CHECK(run(box, "exec $setuser 4000 /bin/sh -c 'echo $HOME $UID ${USER-unset}'").code == 0);
  CHECK(box.output() == "/ 4000 unset\n");
}

TEST_CASE("K16 setuser runs as who is that user already, and as nobody else", "[system][K16]") {
  if (skipped_without_root()) return;
  {
    Container box;
    CHECK(run(box, "exec $setuser app $setuser app /bin/sh -c 'echo $USER $UID; exit 7'").code ==
          7);
    CHECK(box.output() == "app 1234\n");
  }
  for (const auto* other : {"root", "1234:0", "4000"}) {
    CAPTURE(other);
    Container box;
    const auto words = std::string("exec $setuser app $setuser ") + other + " /bin/echo ran";
    CHECK(run(box, words).code == 1);
    CHECK(box.output().empty());
    CHECK(has(box.errors(), "setuser: cannot set the groups: operation not permitted\n"));
  }
}

TEST_CASE("K16 setuser's exit code is the command's, or says what is wrong", "[system][K16]") {
  if (skipped_without_root()) return;
  struct Case {
    const char* words;
    int code;
    const char* error;
  };
  for (const auto& [words, code, error] :
       {Case{"app /bin/sh -c 'exit 42'", 42, ""}, Case{"app /bin/sh -c 'kill -TERM $$'", 143, ""},
        Case{"app no-such-program", 127,
             "setuser: cannot execute 'no-such-program': no such file or directory\n"},
        Case{"app /etc/nothing", 127,
             "setuser: cannot execute '/etc/nothing': no such file or directory\n"},
        Case{"app /etc/passwd", 126, "setuser: cannot execute '/etc/passwd': permission denied\n"},
        Case{"nobody-here /bin/true", 1, "setuser: user 'nobody-here' not found\n"},
        Case{"app:no-group /bin/true", 1, "setuser: group 'no-group' not found\n"},
        Case{"app", 1, "usage: setuser USER[:GROUP] COMMAND [ARG...]\n"}}) {
    CAPTURE(words);
    Container box;
    CHECK(run(box, std::string("exec $setuser ") + words).code == code);
    CHECK(has(box.errors(), error));
  }
}

}  // namespace my_init::test
