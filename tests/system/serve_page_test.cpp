#include "browser.hpp"
#include "svctl.hpp"
#include "web.hpp"

namespace my_init::test {
namespace {

constexpr auto kSecret = "a-secret-of-16-or-more";

std::string address_of(Container& box, const std::string& path = "/") {
  return "http://127.0.0.1:" + std::to_string(web_port(box)) + path;
}

/// With svctl serve that has a token, and the service "web".
void start_with_token(Container& box) {
  box.file("/run/token", std::string(kSecret) + '\n', 0600);
  add_web_server(box, "secrets: {MY_INIT_SERVE_TOKEN: /run/token}\n");
  box.actor("web", kObedient).start();
  box.wait_event("web ready");
}

// Expressions of the page's script.

std::string shown(const std::string& selector) {
  return "document.querySelector('" + selector + "')?.textContent";
}

std::string is_state(const std::string& service, const std::string& state) {
  return shown("tr[data-name=" + service + "] .state") + " === '" + state + "'";
}

std::string log_has(const std::string& text) {
  return shown("#log") + ".includes('" + text + "')";
}

std::string has_buttons(const std::string& words) {
  return "[...document.querySelectorAll('tr[data-name=web] .acts button')]"
         ".map(b => b.textContent).join(' ') === '" +
         words + "'";
}

constexpr auto kRestart = "tr[data-name=web] .acts button:nth-child(1)";
constexpr auto kStop = "tr[data-name=web] .acts button:nth-child(2)";
constexpr auto kStart = kRestart;

void give_token(Browser& browser, const std::string& token) {
  browser.click("#key summary");
  browser.click("#token");
  browser.type(token);
  browser.wait_for(has_buttons("restart stop"));
}

}  // namespace

TEST_CASE("the page of svctl serve shows services, lines, the graph and the boot in a browser",
          "[system][serve][page]") {
  if (skipped_without(Browser::kProgram)) return;
  Container box;
  add_web_server(box);
  box.actor("db", kObedient)
      .actor("web", "print:<hello> say:ready serve", "depends_on: [db]\n")
      .actor("bad", "exit:3", "restart: \"no\"\n")
      .start();
  box.wait_event("web ready");
  CHECK(svctl(box, {"wait", "--for", "stopped", "bad"}).code == 0);
  Browser browser(box);
  // By events, and where they do not come through.
  for (const auto* path : {"/", "/?poll"}) {
    CAPTURE(path);
    browser.open(address_of(box, path));
    browser.wait_for(is_state("web", "running"));
    browser.wait_for(is_state("bad", "failed"));
    browser.wait_for(shown("tr[data-name=bad] .why") + " === 'exited with status 3'");
    browser.wait_for(log_has("web <hello>"));
    browser.wait_for("!!document.querySelector('#graph g.good[data-name=db] rect.box')");
    browser.wait_for("document.querySelectorAll('#graph path.edge').length === 1");
    browser.wait_for("!!document.querySelector('#timeline g[data-name=web] rect.bar')");
    browser.wait_for("!!document.querySelector('#timeline rect.bar.chain')");
    browser.wait_for("!!document.querySelector('#whose option[value=web]')");
    browser.wait_for(shown("#link") + " === ''");
  }
}

TEST_CASE("lines and states come onto the page of svctl serve as they happen",
          "[system][serve][page]") {
  if (skipped_without(Browser::kProgram)) return;
  Container box;
  add_web_server(box);
  box.actor("web", "print:one say:ready until:go print:two until:end exit:4", "restart: \"no\"\n")
      .actor("other", "print:three say:ready serve", "depends_on: [web]\n")
      .start();
  box.wait_event("other ready");
  Browser browser(box);
  browser.open(address_of(box));
  browser.wait_for(log_has("web one") + " && " + log_has("other three"));
  browser.click("tr[data-name=web] button.name");
  browser.wait_for(log_has("one") + " && !" + log_has("three"));
  // Gone if the page were loaded again.
  CHECK(browser.value("window.mark = 'still here'") == "still here");
  box.open_gate("go");
  browser.wait_for(log_has("two"));
  CHECK(browser.value(is_state("web", "running")) == "true");
  box.open_gate("end");
  browser.wait_for(is_state("web", "failed"));
  browser.wait_for("!!document.querySelector('#graph g.bad[data-name=web]')");
  browser.wait_for(shown("#container") + " === 'unhealthy'");
  CHECK(browser.value("window.mark") == "still here");
}

TEST_CASE("on the page of svctl serve a click changes a service, which the page then shows",
          "[system][serve][page]") {
  if (skipped_without(Browser::kProgram)) return;
  Container box;
  start_with_token(box);
  const auto first = box.wait_event("web ready");
  Browser browser(box);
  browser.open(address_of(box));
  browser.wait_for(is_state("web", "running"));
  CHECK(browser.value("window.mark = 'still here'") == "still here");
  give_token(browser, kSecret);
  browser.click(kRestart);
  CHECK(box.wait_event("web ready", 2).pid != first.pid);
  browser.wait_for(shown("#said") + " === 'asked to restart web'");
  browser.wait_for(is_state("web", "running") + " && " + has_buttons("restart stop"));
  browser.click(kStop);
  box.wait_event("web bye", 2);
  browser.wait_for(is_state("web", "stopped") + " && " + has_buttons("start"));
  browser.click(kStart);
  box.wait_event("web ready", 3);
  browser.wait_for(is_state("web", "running") + " && " + has_buttons("restart stop"));
  CHECK(box.count("web ready") == 3);
  CHECK(browser.value("window.mark") == "still here");
}

TEST_CASE("the page of svctl serve changes nothing without the token, and says how to",
          "[system][serve][page]") {
  if (skipped_without(Browser::kProgram)) return;
  const auto how = shown("#how");
  const auto has_field = "document.querySelector('#token').checkVisibility()";
  SECTION("none is typed in, or a wrong one") {
    Container box;
    start_with_token(box);
    Browser browser(box);
    browser.open(address_of(box));
    browser.wait_for(is_state("web", "running"));
    CHECK(browser.value(has_buttons("")) == "true");
    give_token(browser, "another-of-16-or-more");
    CHECK(browser.value(how + ".startsWith('With the token')") == "true");
    browser.click(kStop);
    browser.wait_for(shown("#said") + " === 'cannot stop web: the token is missing or wrong'");
    CHECK(box.count("web bye") == 0);
  }
  SECTION("there is none") {
    Container box;
    add_web_server(box);
    box.actor("web", kObedient).start();
    Browser browser(box);
    browser.open(address_of(box));
    browser.wait_for(is_state("web", "running"));
    browser.click("#key summary");
    browser.wait_for(how + ".includes('svctl serve has no token')");
    CHECK(browser.value(has_field) == "false");
    CHECK(browser.value(has_buttons("")) == "true");
  }
}

}  // namespace my_init::test
