#include <csignal>

#include "client.hpp"
#include "svctl.hpp"
#include "web.hpp"

namespace my_init::test {
namespace {

constexpr auto kNoRestart = "restart: \"no\"\n";
constexpr auto kSecret = "a-secret-of-16-or-more";

std::string exits(const std::string& service, const std::string& cause, int count) {
  return "my_init_service_exits_total{service=\"" + service + "\",cause=\"" + cause + "\"} " +
         std::to_string(count) + '\n';
}

}  // namespace

TEST_CASE("svctl metrics counts the ends of services by what ended them", "[system][metrics]") {
  if (skipped()) return;
  Container box;
  box.actor("good", "exit:0", kNoRestart)
      .actor("bad", "exit:3", kNoRestart)
      .actor("shot", "die:SEGV", kNoRestart)
      .service("none", "services: {none: {command: [/no/such/program], restart: \"no\"}}\n")
      .actor("obedient", kObedient)
      .actor("stubborn", "ignore:TERM say:ready serve", "stop_grace_period: 50ms\n")
      .start();
  box.wait_event("obedient ready");
  box.wait_event("stubborn ready");
  CHECK(svctl(box, {"stop", "obedient", "stubborn"}).code == 0);
  CHECK(svctl(box, {"wait", "--for", "stopped", "*"}).code == 0);
  const auto metrics = svctl(box, {"metrics"});
  CHECK(metrics.code == 0);
  CHECK(has(metrics.output, exits("good", "success", 1)));
  CHECK(has(metrics.output, exits("bad", "status", 1)));
  CHECK(has(metrics.output, exits("bad", "success", 0)));
  CHECK(has(metrics.output, exits("shot", "signal", 1)));
  CHECK(has(metrics.output, exits("none", "not_started", 1)));
  CHECK(has(metrics.output, exits("obedient", "stopped", 1)));
  CHECK(has(metrics.output, exits("obedient", "killed", 0)));
  CHECK(has(metrics.output, exits("stubborn", "killed", 1)));
  CHECK(has(metrics.output, "my_init_service_last_exit_code{service=\"bad\"} 3\n"));
  CHECK(has(metrics.output, "my_init_services{state=\"failed\"} 3\n"));
  for (const auto* name : {"start", "stop"})
    CHECK(has(metrics.output,
              std::string("my_init_service_last_") + name + "_seconds{service=\"obedient\"} "));
}

TEST_CASE("svctl serve tells scrapers and probes how things are", "[system][serve]") {
  if (skipped()) return;
  Container box;
  add_web_server(box);
  box.actor("web", "say:ready until:end exit:4", kNoRestart).start();
  box.wait_event("web ready");
  const auto port = web_port(box);
  CHECK(svctl(box, {"wait", "*"}).code == 0);
  const auto metrics = ask_web(port, "GET /metrics");
  CHECK(metrics.status == 200);
  CHECK(has(metrics.head, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  CHECK(has(metrics.body, "my_init_service_up{service=\"web\"} 1\n"));
  CHECK(has(metrics.body, "my_init_service_memory_bytes{service=\"http\"} "));
  for (const auto* path : {"/live", "/ready", "/health"}) {
    CAPTURE(path);
    // By whatever name they know us.
    const auto answer = ask_web(port, std::string("GET ") + path, "Host: app.example\r\n");
    CHECK(answer.status == 200);
    CHECK(answer.body ==
          (path == std::string("/health") ? "healthy" : path + 1) + std::string("\n"));
  }
  box.open_gate("end");
  CHECK(svctl(box, {"wait", "--for", "stopped", "web"}).code == 0);
  const auto ready = ask_web(port, "GET /ready");
  CHECK(ready.status == 503);
  CHECK(ready.body == "not ready: web is failed: exited with status 4\n");
  CHECK(ask_web(port, "GET /health").status == 503);
  CHECK(ask_web(port, "GET /live").status == 200);
  const auto head = ask_web(port, "HEAD /live");
  CHECK(head.status == 200);
  CHECK(has(head.head, "Content-Length: 5\r\n"));
  CHECK(head.body.empty());
}

TEST_CASE("svctl serve has a page and an API to read, for who calls it by its own name",
          "[system][serve]") {
  if (skipped()) return;
  Container box;
  add_web_server(box, "depends_on: [web]\n", ", --allow-host, app.example");
  box.actor("web", "print:hello say:ready serve").start();
  box.wait_output("web | hello");
  const auto port = web_port(box);
  const auto page = ask_web(port, "GET /");
  CHECK(page.status == 200);
  CHECK(has(page.head, "Content-Security-Policy: default-src 'none'; script-src 'nonce-"));
  CHECK(has(page.head, "X-Content-Type-Options: nosniff\r\n"));
  CHECK_FALSE(has(page.body, "{{nonce}}"));
  const std::string api = "GET /api/v1/";
  const auto one = ask_web(port, api + "services/web", "Host: APP.example:80\r\n");
  CHECK(one.status == 200);
  CHECK(has(one.head, "Content-Type: application/json\r\n"));
  CHECK(has(one.body, R"("name":"web")"));
  CHECK_FALSE(has(one.body, R"("name":"http")"));
  CHECK(has(ask_web(port, api + "services").body, R"("name":"http")"));
  CHECK(has(ask_web(port, api + "services/web/logs?lines=1").body, R"("message":"hello")"));
  CHECK(has(ask_web(port, api + "logs").body, R"("message":"hello")"));
  CHECK(has(ask_web(port, api + "graph").body,
            R"({"name":"http","state":"running","depends_on":["web"]})"));
  CHECK(has(ask_web(port, api + "timeline").body, R"({"name":"web","started_ms":)"));
  const auto unknown = ask_web(port, api + "services/wbe");
  CHECK(unknown.status == 404);
  CHECK(unknown.body == "{\"error\":\"there is no service 'wbe' (did you mean 'web'?)\"}\n");
  for (const auto* path : {"services/*", "services/web/x", "services/web/logs/x", "", "env"})
    CHECK(ask_web(port, api + path).status == 404);
  CHECK(ask_web(port, api + "logs?lines=x").status == 400);
  for (const auto* path : {"GET /", "GET /api/v1/services", "POST /api/v1/services/web/stop"})
    CHECK(ask_web(port, path, "Host: evil.example\r\n").status == 421);
  CHECK(ask_web(port, "DELETE /").status == 405);
  CHECK(ask_web(port, "hello").status == 400);
}

TEST_CASE("svctl serve changes something only for who has the token", "[system][serve]") {
  if (skipped()) return;
  Container box;
  box.file("/run/token", std::string(kSecret) + '\n', 0600);
  add_web_server(box, "secrets: {MY_INIT_SERVE_TOKEN: /run/token}\n");
  box.actor("web", kObedient).start();
  box.wait_event("web ready");
  const auto port = web_port(box);
  const std::string restart = "POST /api/v1/services/web/restart";
  const std::string token = std::string("Authorization: Bearer ") + kSecret;
  CHECK(ask_web(port, restart).status == 401);
  CHECK(ask_web(port, restart, "Authorization: Basic " + std::string(kSecret) + "\r\n").status ==
        401);
  CHECK(ask_web(port, restart, token + "x\r\n").status == 401);
  CHECK(ask_web(port, "GET /api/v1/services/web/restart", token + "\r\n").status == 405);
  CHECK(box.count("web ready") == 1);
  const auto done = ask_web(port, restart, token + "\r\n");
  CHECK(done.status == 202);
  CHECK(has(done.body, R"("name":"web")"));
  box.wait_event("web ready", 2);
  box.wait_output("http | POST /api/v1/services/web/restart from 127.0.0.1: 202\n");
  CHECK(ask_web(port, "POST /api/v1/services/wbe/stop", token + "\r\n").status == 404);
  CHECK(ask_web(port, "POST /", token + "\r\n").status == 405);
}

TEST_CASE("svctl serve without a token changes nothing", "[system][serve]") {
  if (skipped()) return;
  Container box;
  add_web_server(box);
  box.actor("web", kObedient).start();
  box.wait_event("web ready");
  const auto port = web_port(box);
  const auto answer = ask_web(port, "POST /api/v1/services/web/stop", "Authorization: Bearer \r\n");
  CHECK(answer.status == 403);
  CHECK(has(answer.body, "svctl serve has no token"));
  CHECK(box.count("web bye") == 0);
}

TEST_CASE("svctl serve works as any user whose group the control socket lets in",
          "[system][serve][control]") {
  if (skipped_without_root()) return;
  for (const bool lets_in : {true, false}) {
    CAPTURE(lets_in);
    Container box;
    box.file("/etc/passwd", "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n")
        .file("/etc/group", "root:x:0:\nmonitor:x:4711:\n")
        .file("/etc/my_init.yaml", "control: {mode: \"0660\", group: monitor}\n");
    add_web_server(box, std::string("user: nobody\n") + (lets_in ? "group_add: [monitor]\n" : ""));
    box.start();
    const auto port = web_port(box);
    const auto answer = ask_web(port, "GET /live");
    CHECK(answer.status == (lets_in ? 200 : 503));
    CHECK(has(answer.body, "permission denied") == !lets_in);
  }
}

TEST_CASE("svctl serve streams changes and lines as they come", "[system][serve]") {
  if (skipped()) return;
  Container box;
  add_web_server(box);
  box.actor("web", "print:one say:ready until:go print:two until:end exit:4", kNoRestart).start();
  box.wait_output("web | one");
  const auto port = web_port(box);
  PortStream events(port, web_request("GET /api/v1/events"));
  events.wait_for("Content-Type: text/event-stream\r\n");
  events.wait_for(R"("kind":"services")");
  PortStream lines(port, web_request("GET /api/v1/services/web/logs?follow"));
  lines.wait_for(R"("message":"one")");
  box.open_gate("go");
  lines.wait_for(R"("message":"two")");
  box.open_gate("end");
  events.wait_for("web has failed for good (exit code 4)");
  CHECK(ask_web(port, "GET /api/v1/services/wbe/logs?follow").status == 404);
  CHECK(ask_web(port, "HEAD /api/v1/events").status == 405);
  box.signal(SIGTERM);
  CHECK(events.ends());
  CHECK(lines.ends());
  CHECK(box.wait_exit().code == 0);
}

TEST_CASE("svctl serve hears others while many say nothing", "[system][serve]") {
  if (skipped()) return;
  Container box;
  add_web_server(box);
  box.start();
  const auto port = web_port(box);
  std::vector<PortStream> silent;
  for (int i = 0; i < 100; ++i) silent.emplace_back(port, "G");
  CHECK(ask_web(port, "GET /live").status == 200);
  CHECK(silent.front().ends());
  CHECK(ask_web(port, "GET /live", "X: " + std::string(10'000, 'x') + "\r\n").status == 431);
}

}  // namespace my_init::test
