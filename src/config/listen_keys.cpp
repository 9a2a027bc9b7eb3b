#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "my_init/base/result.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"

namespace my_init::config {
namespace {

/// The address as the kernel shows it, so that two spellings of one are equal.
std::optional<std::string> canonical_address(int family, std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  std::array<char, INET6_ADDRSTRLEN> shown{};
  if (::inet_pton(family, std::string(text).c_str(), bytes.data()) != 1) return {};
  if (::inet_ntop(family, bytes.data(), shown.data(), shown.size()) == nullptr) return {};
  return shown.data();
}

std::optional<std::string> read_host(std::string_view text) {
  if (text == "*") return std::string(text);
  const bool has_brackets = text.size() > 2 && text.front() == '[' && text.back() == ']';
  return has_brackets ? canonical_address(AF_INET6, text.substr(1, text.size() - 2))
                      : canonical_address(AF_INET, text);
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, port);
  if (problem != std::errc{} || rest != end || port == 0) return {};
  return port;
}

/// HOST:PORT
Result<ListenSocket> parse_tcp(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return failure("write tcp:HOST:PORT");
  std::optional<std::string> host = read_host(text.substr(0, colon));
  if (!host) {
    return failure("the host must be a numeric address, one of IPv6 in [], or * for all of them");
  }
  const auto port = read_port(text.substr(colon + 1));
  if (!port) return failure("the port must be from 1 to 65535");
  return ListenSocket{.name = {},
                      .kind = ListenSocket::Kind::tcp,
                      .address = std::move(*host),
                      .port = *port,
                      .mode = {}};
}

/// /PATH[:MODE]
Result<ListenSocket> parse_unix(std::string_view text) {
  constexpr std::size_t kLongest = sizeof(sockaddr_un::sun_path) - 1;
  const std::size_t colon = text.rfind(':');
  const std::string_view path = text.substr(0, colon);
  if (!path.starts_with('/')) return failure("the path must be absolute");
  if (path.size() > kLongest) {
    return failure(fmt::format("the path must not be longer than {} bytes", kLongest));
  }
  ListenSocket socket{.name = {},
                      .kind = ListenSocket::Kind::unix_stream,
                      .address = std::string(path),
                      .mode = {}};
  if (colon == std::string_view::npos) return socket;
  socket.mode = file_mode(text.substr(colon + 1));
  if (!socket.mode) return failure("the mode after the path must be octal from 0 to 0777");
  return socket;
}

Result<ListenSocket> parse_socket(std::string_view text) {
  constexpr std::string_view kTcp = "tcp:";
  constexpr std::string_view kUnix = "unix:";
  if (text.starts_with(kTcp)) return parse_tcp(text.substr(kTcp.size()));
  if (text.starts_with(kUnix)) return parse_unix(text.substr(kUnix.size()));
  return failure("write tcp:HOST:PORT or unix:/PATH or unix:/PATH:MODE");
}

/// What sd_listen_fds_with_names(3) takes.
bool is_socket_name(std::string_view name) {
  constexpr std::size_t kLongest = 255;
  return !name.empty() && name.size() <= kLongest &&
         std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~' && c != ':'; });
}

}  // namespace

void read_listen(std::string_view key, const Node& value, Reading& reading) {
  Report& report = reading.report();
  if (value.kind != NodeKind::map) {
    wrong_kind(key, "a map of names and addresses", value, report);
    return;
  }
  for (const Entry& entry : value.entries) {
    const std::string_view name = entry.key->text;
    if (!is_socket_name(name)) {
      report.error(entry.key->place, fmt::format("{} is no name for a socket: printable ASCII "
                                                 "without ':', at most 255 characters",
                                                 quote(name)));
      continue;
    }
    if (entry.value->kind == NodeKind::null) {
      report.error(entry.key->place, fmt::format("'{}' has no value", name));
      continue;
    }
    const auto text = read_text(name, *entry.value, report);
    if (!text) continue;
    Result<ListenSocket> socket = parse_socket(*text);
    if (!socket) {
      report.error(entry.value->place,
                   fmt::format("cannot read address {}: {}", quote(*text), socket.error().message));
      continue;
    }
    socket->name = name;
    reading.draft.definition.execution.details.edit().listen.push_back(std::move(*socket));
    reading.draft.listen_places.push_back(entry.value->place);
  }
}

}  // namespace my_init::config
