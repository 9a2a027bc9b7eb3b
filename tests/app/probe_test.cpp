#include "my_init/app/probe.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "loopback_server.hpp"
#include "my_init/app/http_status.hpp"

using namespace my_init;
using namespace my_init::app;

namespace {

/// "EXIT CODE: MESSAGE".
std::string run(const std::vector<std::string>& words) {
  const ProbeOutcome outcome = probe(words);
  return std::to_string(outcome.exit_code) + ": " + outcome.message;
}

/// The outcome of a page whose server answers in these pieces; its URL in the message is "URL".
std::string outcome_of(const std::vector<std::string>& pieces) {
  LoopbackServer server;
  server.answer(pieces);
  const std::string url = "http://127.0.0.1:" + server.port() + "/ready";
  std::string outcome = run({"http", url});
  const std::size_t at = outcome.find(url);
  if (at != std::string::npos) outcome.replace(at, url.size(), "URL");
  return outcome;
}

std::string no_answer(const std::string& message) {
  return "1: " + message;
}

std::vector<std::string> bytes_of(const std::string& text) {
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  return bytes;
}

constexpr std::string_view kAnswers = "0: ";

}  // namespace

TEST_CASE("a TCP target answers when it accepts a connection", "[app][probe]") {
  LoopbackServer server;
  const std::string address = "127.0.0.1:" + server.port();
  CHECK(run({"tcp", address}) ==
        no_answer("cannot connect to " + address + ": connection refused"));
  server.listen();
  CHECK(run({"tcp", address}) == kAnswers);
}

TEST_CASE("a host is found by its name in /etc/hosts", "[app][probe]") {
  LoopbackServer server;
  const std::string address = "localhost:" + server.port();
  CHECK(run({"tcp", address}) ==
        no_answer("cannot connect to " + address + ": connection refused"));
  server.listen();
  CHECK(run({"tcp", address}) == kAnswers);
}

TEST_CASE("a name that nobody knows cannot be resolved", "[app][probe]") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"tcp", "nosuchhost.invalid:80"},
        std::vector<std::string>{"http", "http://nosuchhost.invalid/"}}) {
    // The rest depends on whether there is a name server.
    CHECK(run(words).starts_with("1: cannot resolve 'nosuchhost.invalid': "));
  }
}

TEST_CASE("an IPv6 address in brackets is asked", "[app][probe]") {
  LoopbackServer server(AF_INET6);
  if (!server.available()) return;
  const std::string address = "[::1]:" + server.port();
  CHECK(run({"tcp", address}) ==
        no_answer("cannot connect to " + address + ": connection refused"));
  server.answer({"HTTP/1.1 500 Oh\r\n\r\n"});
  CHECK(run({"http", "http://" + address + "/x"}) ==
        no_answer("http://" + address + "/x answers 500"));
  CHECK(server.request().contains("\r\nHost: " + address + "\r\n"));
}

TEST_CASE("a page answers when its status is 2xx or 3xx", "[app][probe]") {
  for (const char* line : {"200 OK", "204 No Content", "299 ", "399 Last"}) {
    CAPTURE(line);
    CHECK(outcome_of({"HTTP/1.1 " + std::string(line) + "\r\n\r\n"}) == kAnswers);
  }
  CHECK(outcome_of({"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"}) == kAnswers);
}

TEST_CASE("a redirect answers and is not followed", "[app][probe]") {
  CHECK(outcome_of({"HTTP/1.1 302 Found\r\nLocation: http://nosuchhost.invalid/\r\n\r\n"}) ==
        kAnswers);
}

TEST_CASE("a page with another status does not answer", "[app][probe]") {
  for (const std::string status : {"000", "400", "404", "503", "600"}) {
    CAPTURE(status);
    CHECK(outcome_of({"HTTP/1.1 " + status + " Why\r\nContent-Length: 0\r\n\r\n"}) ==
          no_answer("URL answers " + status));
  }
}

TEST_CASE("a status that announces the final one is passed over", "[app][probe]") {
  const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
  CHECK(outcome_of({"HTTP/1.1 100 Continue\r\n\r\n" + hints + "HTTP/1.1 200 OK\r\n\r\n"}) ==
        kAnswers);
  CHECK(outcome_of({hints, "HTTP/1.1 503 No\r\n\r\n"}) == no_answer("URL answers 503"));
  // After this one there is no HTTP.
  CHECK(outcome_of({"HTTP/1.1 101 Switching\r\n\r\n"}) == no_answer("URL answers 101"));
}

TEST_CASE("an answer may come in any pieces", "[app][probe]") {
  CHECK(
      outcome_of(bytes_of("HTTP/1.1 103 Hi\r\nA: b\r\n\r\nHTTP/1.1 404 No\r\nC: d\r\n\r\nbody")) ==
      no_answer("URL answers 404"));
}

TEST_CASE("the body is not read", "[app][probe]") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n";
  CHECK(outcome_of({head + std::string(5000000, 'x')}) == kAnswers);
  CHECK(outcome_of({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a chunk"}) ==
        kAnswers);
}

TEST_CASE("what is not HTTP does not answer", "[app][probe]") {
  CHECK(outcome_of({"SSH-2.0-OpenSSH_9.2\r\n\r\n"}) ==
        no_answer("cannot read the answer of URL: not HTTP/1: bad version"));
  CHECK(outcome_of({"HTTP/1.1 two OK\r\n\r\n"}) ==
        no_answer("cannot read the answer of URL: not HTTP/1: bad status"));
}

TEST_CASE("a server that closes before the end of its header does not answer", "[app][probe]") {
  const auto closed = no_answer("URL closes the connection before it has answered");
  CHECK(outcome_of({}) == closed);
  CHECK(outcome_of({"HTTP/1.1 200 OK\r\nA: b\r\n"}) == closed);
  CHECK(outcome_of({"HTTP/1.1 100 Continue\r\n\r\n"}) == closed);
  LoopbackServer server;
  server.close_at_once();
  const std::string url = "http://127.0.0.1:" + server.port() + "/";
  CHECK(run({"http", url}) == no_answer(url + " closes the connection before it has answered"));
}

TEST_CASE("a header may have 64 KiB", "[app][probe]") {
  const std::string line = "HTTP/1.1 200 OK\r\n";
  const auto header = [&](std::size_t size) {
    const std::string fields = "A: " + std::string(30000, 'a') + "\r\nB: ";
    return line + fields + std::string(size - line.size() - fields.size() - 4, 'b') + "\r\n\r\n";
  };
  const auto too_long =
      no_answer("cannot read the answer of URL: its header is longer than 65536 bytes");
  CHECK(outcome_of({header(kHttpHeaderLimit - 1)}) == kAnswers);
  CHECK(outcome_of({header(kHttpHeaderLimit + 100)}) == too_long);
  CHECK(outcome_of({line + std::string(1000000, 'x')}) == too_long);
  CHECK(outcome_of({std::string(1000000, 'x')}) ==
        no_answer("cannot read the answer of URL: not HTTP/1: bad version"));
  std::string hints;
  while (hints.size() < 2 * kHttpHeaderLimit) hints += "HTTP/1.1 103 Early Hints\r\n\r\n";
  CHECK(outcome_of({hints}) == too_long);
}

TEST_CASE("the request names the page, its host and who asks", "[app][probe]") {
  LoopbackServer server;
  server.answer({"HTTP/1.1 200 OK\r\n\r\n"});
  CHECK(run({"http", "http://127.0.0.1:" + server.port() + "/a?b=c"}) == kAnswers);
  CHECK(server.request() == "GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() +
                                "\r\nUser-Agent: my_init-probe\r\nAccept: */*\r\n"
                                "Connection: close\r\n\r\n");
}

TEST_CASE("other words than a kind and a target are bad usage", "[app][probe]") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"tcp"}, {"udp", "127.0.0.1:1"}, {"tcp", "a:1", "b:2"}}) {
    CHECK(run(words) == "64: usage: my_init-probe (tcp HOST:PORT | http URL)");
  }
  CHECK(run({"tcp", "db"}) ==
        "64: cannot read TCP target 'db': expected HOST:PORT, such as '127.0.0.1:5432'");
  CHECK(run({"http", "https://db/"}) ==
        "64: cannot read URL 'https://db/': https is not supported: use a command such as curl in "
        "healthcheck.test");
}
