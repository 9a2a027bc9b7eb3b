#include "my_init/base/probe_target.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <expected>
#include <optional>

namespace my_init {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

/// HOST[:PORT] without its brackets.
struct Endpoint {
  std::string host;
  std::optional<std::uint16_t> port;
};

/// The error is the part of the sentence that says why.
using EndpointOrWhy = std::expected<Endpoint, std::string>;

bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Letters, digits, '.', '-', and the '_' of Compose's service names.
bool is_host_character(char c) {
  const char lower = to_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

bool is_ipv6_address(std::string_view text) {
  in6_addr address{};
  // What follows '%' names the interface of a link-local address.
  const std::string number(text.substr(0, text.find('%')));
  return ::inet_pton(AF_INET6, number.c_str(), &address) == 1;
}

bool has_scheme(std::string_view text, std::string_view scheme) {
  return text.size() >= scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), text.begin(),
                    [](char wanted, char c) { return wanted == to_lower(c); });
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, port);
  if (problem != std::errc{} || rest != end || port == 0) return std::nullopt;
  return port;
}

/// Cuts the host off the beginning of `text`; what is left is empty or ":PORT".
std::expected<std::string, std::string> take_host(std::string_view& text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::unexpected("the ']' is missing");
    std::string host(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
    if (!is_ipv6_address(host)) {
      return std::unexpected(fmt::format("'{}' is not an IPv6 address", host));
    }
    return host;
  }
  if (is_ipv6_address(text) || is_ipv6_address(text.substr(0, text.rfind(':')))) {
    return std::unexpected("an IPv6 address must be in brackets, such as '[::1]:80'");
  }
  const std::string_view host = text.substr(0, text.find(':'));
  if (host.empty()) return std::unexpected("the host is missing");
  if (!std::ranges::all_of(host, is_host_character)) {
    return std::unexpected("a host has only letters, digits, '.', '-' and '_'");
  }
  text.remove_prefix(host.size());
  return std::string(host);
}

EndpointOrWhy read_endpoint(std::string_view text) {
  const auto host = take_host(text);
  if (!host) return std::unexpected(host.error());
  if (text.empty()) return Endpoint{.host = *host};
  const auto port = text.starts_with(':') ? read_port(text.substr(1)) : std::nullopt;
  if (!port) return std::unexpected("the port must be a number from 1 to 65535");
  return Endpoint{.host = *host, .port = port};
}

std::string bracketed(const std::string& host) {
  return host.contains(':') ? "[" + host + "]" : host;
}

/// The text is not shown where it could move a terminal's cursor.
std::unexpected<Error> not_visible(std::string_view kind) {
  return failure(fmt::format("cannot read {}: it may have only visible ASCII characters", kind));
}

std::unexpected<Error> bad_tcp(std::string_view text, std::string_view why) {
  return failure(fmt::format("cannot read TCP target '{}': {}", text, why));
}

std::unexpected<Error> bad_url(std::string_view text, std::string_view why) {
  return failure(fmt::format("cannot read URL '{}': {}", text, why));
}

}  // namespace

Result<TcpTarget> parse_tcp_target(std::string_view text) {
  if (!std::ranges::all_of(text, is_visible)) return not_visible("TCP target");
  constexpr std::string_view kExpected = "expected HOST:PORT, such as '127.0.0.1:5432'";
  if (!text.contains(':') || text.contains("//")) return bad_tcp(text, kExpected);
  const auto endpoint = read_endpoint(text);
  if (!endpoint) return bad_tcp(text, endpoint.error());
  if (!endpoint->port) return bad_tcp(text, kExpected);
  return TcpTarget{.host = endpoint->host, .port = *endpoint->port};
}

Result<HttpTarget> parse_http_target(std::string_view text) {
  if (!std::ranges::all_of(text, is_visible)) return not_visible("URL");
  if (has_scheme(text, kHttps)) {
    return bad_url(text, "https is not supported: use a command such as curl in healthcheck.test");
  }
  if (!has_scheme(text, kHttp)) {
    return bad_url(text, "expected http://HOST[:PORT]/PATH, such as 'http://127.0.0.1:8080/ready'");
  }
  const std::string_view rest = text.substr(kHttp.size());
  const std::string_view name = rest.substr(0, rest.find_first_of("/?#"));
  // The text is not shown: its password would be in every log.
  if (name.contains('@')) return failure("cannot read URL: it may not have a user or a password");
  if (rest.contains('#')) return bad_url(text, "what follows '#' is never sent to a server");
  const auto endpoint = read_endpoint(name);
  if (!endpoint) return bad_url(text, endpoint.error());
  const std::string path(rest.substr(name.size()));
  return HttpTarget{.host = endpoint->host,
                    .port = endpoint->port.value_or(kHttpPort),
                    .path = path.starts_with('/') ? path : "/" + path};
}

std::string to_string(const TcpTarget& target) {
  return fmt::format("{}:{}", bracketed(target.host), target.port);
}

std::string to_string(const HttpTarget& target) {
  return fmt::format("{}{}{}", kHttp, authority(target), target.path);
}

std::string authority(const HttpTarget& target) {
  if (target.port == kHttpPort) return bracketed(target.host);
  return to_string(TcpTarget{.host = target.host, .port = target.port});
}

}  // namespace my_init
