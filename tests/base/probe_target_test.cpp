#include "my_init/base/probe_target.hpp"

#include "catch.hpp"

using namespace my_init;

namespace {

std::string tcp_error(std::string_view text) {
  const auto target = parse_tcp_target(text);
  return target ? "no error" : target.error().message;
}

std::string http_error(std::string_view text) {
  const auto target = parse_http_target(text);
  return target ? "no error" : target.error().message;
}

}  // namespace

TEST_CASE("a TCP target is a host and a port", "[base][probe_target]") {
  CHECK(parse_tcp_target("127.0.0.1:5432") == TcpTarget{.host = "127.0.0.1", .port = 5432});
  CHECK(parse_tcp_target("db_1.my-net:1") == TcpTarget{.host = "db_1.my-net", .port = 1});
  CHECK(parse_tcp_target("[::1]:65535") == TcpTarget{.host = "::1", .port = 65535});
  CHECK(parse_tcp_target("[fe80::1%eth0]:80") == TcpTarget{.host = "fe80::1%eth0", .port = 80});
}

TEST_CASE("an HTTP target is a host, a port and a path", "[base][probe_target]") {
  CHECK(parse_http_target("http://127.0.0.1:8080/ready") ==
        HttpTarget{.host = "127.0.0.1", .port = 8080, .path = "/ready"});
  CHECK(parse_http_target("http://[::1]:8080/x") ==
        HttpTarget{.host = "::1", .port = 8080, .path = "/x"});
  CHECK(parse_http_target("HTTP://web/a/b?c=d&e=/f:g@h%20") ==
        HttpTarget{.host = "web", .port = 80, .path = "/a/b?c=d&e=/f:g@h%20"});
}

TEST_CASE("the port of a URL is 80 and its path is / unless it says so", "[base][probe_target]") {
  const HttpTarget root{.host = "web", .port = 80, .path = "/"};
  for (const char* text : {"http://web", "http://web/", "http://web:80", "http://web:80/"}) {
    CAPTURE(text);
    CHECK(parse_http_target(text) == root);
  }
  CHECK(parse_http_target("http://web?deep") == HttpTarget{.host = "web", .path = "/?deep"});
  CHECK(parse_http_target("http://[::1]") == HttpTarget{.host = "::1"});
}

TEST_CASE("a target is written as it was read", "[base][probe_target]") {
  for (const char* text : {"127.0.0.1:5432", "[::1]:80", "localhost:80"}) {
    CHECK(to_string(parse_tcp_target(text).value()) == text);
  }
  for (const char* text : {"http://web/", "http://[::1]/a?b", "http://[::1]:8080/x"}) {
    CHECK(to_string(parse_http_target(text).value()) == text);
  }
  CHECK(authority(HttpTarget{.host = "web", .port = 80}) == "web");
  CHECK(authority(HttpTarget{.host = "::1", .port = 81}) == "[::1]:81");
}

TEST_CASE("the error of a TCP target says what would be right", "[base][probe_target]") {
  for (const char* text : {"", "5432", "localhost", "[::1]", "tcp://db:5432"}) {
    CAPTURE(text);
    CHECK(tcp_error(text) == "cannot read TCP target '" + std::string(text) +
                                 "': expected HOST:PORT, such as '127.0.0.1:5432'");
  }
  for (const char* text : {"db:", "db:0", "db:65536", "db:-1", "db:+1", "db:1x", "db:http",
                           "db:1:2", "[::1]80", "[::1]:"}) {
    CAPTURE(text);
    CHECK(tcp_error(text) == "cannot read TCP target '" + std::string(text) +
                                 "': the port must be a number from 1 to 65535");
  }
}

TEST_CASE("the error of a host says what would be right", "[base][probe_target]") {
  CHECK(tcp_error(":80") == "cannot read TCP target ':80': the host is missing");
  CHECK(tcp_error("a/b:80") ==
        "cannot read TCP target 'a/b:80': a host has only letters, digits, '.', '-' and '_'");
  for (const char* text : {"::1:80", "::1", "fe80::1:80"}) {
    CAPTURE(text);
    CHECK(tcp_error(text) == "cannot read TCP target '" + std::string(text) +
                                 "': an IPv6 address must be in brackets, such as '[::1]:80'");
  }
  CHECK(tcp_error("[db]:80") == "cannot read TCP target '[db]:80': 'db' is not an IPv6 address");
  CHECK(tcp_error("[::1:80") == "cannot read TCP target '[::1:80': the ']' is missing");
  CHECK(http_error("http:///ready") == "cannot read URL 'http:///ready': the host is missing");
  CHECK(http_error("http://web:x/") ==
        "cannot read URL 'http://web:x/': the port must be a number from 1 to 65535");
}

TEST_CASE("the error of a URL says what would be right", "[base][probe_target]") {
  for (const char* text : {"https://web/", "HTTPS://web:8443/ready"}) {
    CAPTURE(text);
    CHECK(http_error(text) ==
          "cannot read URL '" + std::string(text) +
              "': https is not supported: use a command such as curl in healthcheck.test");
  }
  for (const char* text : {"", "web:80/ready", "ftp://web/", "http:/web", "/ready"}) {
    CAPTURE(text);
    CHECK(http_error(text) ==
          "cannot read URL '" + std::string(text) +
              "': expected http://HOST[:PORT]/PATH, such as 'http://127.0.0.1:8080/ready'");
  }
  CHECK(http_error("http://web/#top") ==
        "cannot read URL 'http://web/#top': what follows '#' is never sent to a server");
}

TEST_CASE("a URL that would put more than one line into the request is an error",
          "[base][probe_target]") {
  using std::string_literals::operator""s;
  for (const std::string& text : {"http://web/ x"s, "http://web/\r\nX: y"s, "http://web/\0"s,
                                  "http://web/\x7f"s, "http://web/\xc3\xa9"s}) {
    CAPTURE(text);
    CHECK(http_error(text) == "cannot read URL: it may have only visible ASCII characters");
  }
  CHECK(tcp_error("db :80") == "cannot read TCP target: it may have only visible ASCII characters");
}

TEST_CASE("the password in a URL is not repeated in the error", "[base][probe_target]") {
  CHECK(http_error("http://me:secret@web/") ==
        "cannot read URL: it may not have a user or a password");
  CHECK(http_error("http://web/@") == "no error");
}
