#include <filesystem>

#include "svctl.hpp"

namespace my_init::test {

TEST_CASE("C4 svctl apply of a wrong definition says where it is wrong and changes nothing",
          "[system][control][C4]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).actor("db", kObedient).start();
  box.wait_event("web ready");
  box.wait_event("db ready");
  box.actor("db", kObedient, "environment: {A: b}\n");
  const std::string good = "services: {web: {command: [\"true\"], ";
  for (const auto& [text, complaint] :
       {std::pair<std::string, std::string>{"services: [", "/etc/services.d/web.yaml:"},
        {good + "restrat: no}}", "unknown key 'restrat' (did you mean 'restart'?)"},
        {good + "depends_on: [web]}}", "web -> web"}}) {
    box.service("web", text + "\n");
    for (const Words& words : {Words{"apply"}, Words{"apply", "--dry-run"}}) {
      const auto result = svctl(box, words);
      CAPTURE(text, result.errors);
      CHECK(result.code == 78);
      CHECK(has(result.errors, "/etc/services.d/web.yaml:1:"));
      CHECK(has(result.errors, complaint));
      CHECK(has(result.errors, "nothing was changed\n"));
    }
  }
  CHECK(box.count("web ready") + box.count("db ready") == 2);
  CHECK(svctl(box, {"status", "web", "db"}).code == 0);
}

TEST_CASE("C5 svctl apply does what its dry run said", "[system][control][C5]") {
  if (skipped()) return;
  Container box;
  box.actor("web", kObedient).actor("db", kObedient).actor("old", kObedient).start();
  for (const auto* ready : {"web ready", "db ready", "old ready"}) box.wait_event(ready);
  CHECK(svctl(box, {"apply"}).output == "3 unchanged\n");
  box.actor("web", kObedient, "environment: {A: b}\n")
      .actor("db", kObedient, "restart: no\n")
      .actor("new", kObedient);
  std::filesystem::remove(box.host_path("/etc/services.d/old.yaml"));
  const auto dry = svctl(box, {"apply", "--dry-run"});
  CHECK(dry.code == 0);
  for (const auto* line :
       {"added     new\n", "removed   old\n", "restarted web\n", "updated   db\n", "0 unchanged\n"})
    CHECK(has(dry.output, line));
  CHECK(box.count("old bye") == 0);
  CHECK(svctl(box, {"apply"}).output == dry.output);
  box.wait_event("new ready");
  box.wait_event("web ready", 2);
  box.wait_event("old bye");
  CHECK(box.count("db ready") == 1);
  CHECK(svctl(box, {"wait", "web", "db", "new"}).code == 0);
  CHECK(svctl(box, {"apply"}).output == "3 unchanged\n");
}

}  // namespace my_init::test
