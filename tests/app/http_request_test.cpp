#include "my_init/app/http_request.hpp"

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "catch.hpp"
#include "my_init/base/unique_fd.hpp"

using namespace my_init;
using namespace my_init::app;

namespace {

using Read = std::expected<HttpRequest, unsigned>;

/// What is read of this text, after which the client hears but says nothing.
Read read_text(const std::string& text, Duration patience = std::chrono::seconds{10}) {
  std::array<int, 2> ends{-1, -1};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  const UniqueFd client(ends[0]);
  const UniqueFd server(ends[1]);
  REQUIRE(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL) == std::ssize(text));
  return read_http_request(server.get(), TimePoint::clock::now() + patience);
}

unsigned refused_with(const std::string& text) {
  const Read read = read_text(text);
  REQUIRE_FALSE(read.has_value());
  return read.error();
}

}  // namespace

TEST_CASE("a request is read with what we need of it", "[app][http]") {
  const Read get = read_text("GET /metrics?x=1 HTTP/1.1\r\nHost: web:9001\r\nAccept: */*\r\n\r\n");
  REQUIRE(get.has_value());
  CHECK(get->method == "GET");
  CHECK(get->target == "/metrics?x=1");
  CHECK(get->host == "web:9001");
  CHECK(get->authorization.empty());
  const Read post = read_text(
      "POST /a HTTP/1.1\r\nhost: h\r\nauthorization: Bearer  secret \r\nContent-Length: "
      "3\r\n\r\nabc");
  REQUIRE(post.has_value());
  CHECK(post->method == "POST");
  CHECK(post->authorization == "Bearer  secret");
  CHECK(read_text("BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n")->method == "BREW");
}

TEST_CASE("what is no request is refused", "[app][http]") {
  constexpr unsigned kBad = 400;
  CHECK(refused_with("hello\r\n\r\n") == kBad);
  CHECK(refused_with("GET / HTTP/1.1\r\n\r\n") == kBad);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost:\r\n\r\n") == kBad);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n") == kBad);
  CHECK(refused_with("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n") == kBad);
  CHECK(refused_with("GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n") == kBad);
  CHECK(refused_with(std::string(100, '\0')) == kBad);
}

TEST_CASE("a request has limits of size and time", "[app][http]") {
  const std::string line = "GET / HTTP/1.1\r\nHost: a\r\n";
  CHECK(refused_with(line + "X: " + std::string(kRequestHeadLimit, 'x')) == 431);
  CHECK(refused_with(line + "Content-Length: 2000\r\n\r\n") == 413);
  CHECK(refused_with(line + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'x') +
                     "\r\n0\r\n\r\n") == 413);
  const Read late = read_text(line, std::chrono::milliseconds{20});
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error() == 408);
}

TEST_CASE("a client that goes away gets no answer", "[app][http]") {
  std::array<int, 2> ends{-1, -1};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  UniqueFd client(ends[0]);
  const UniqueFd server(ends[1]);
  REQUIRE(::send(client.get(), "GET /", 5, MSG_NOSIGNAL) == 5);
  client.reset();
  const Read read =
      read_http_request(server.get(), TimePoint::clock::now() + std::chrono::hours{1});
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error() == 0);
}
