#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "my_init/base/result.hpp"

namespace my_init {

/// Where a probe asks whether somebody accepts connections.
struct TcpTarget {
  std::string host;  ///< a name, an IPv4 address, or an IPv6 address without its brackets
  std::uint16_t port = 0;

  friend bool operator==(const TcpTarget&, const TcpTarget&) = default;
};

/// Where a probe asks a web server for a page.
struct HttpTarget {
  std::string host;  ///< as in TcpTarget
  std::uint16_t port = 80;
  std::string path = "/";  ///< with the query; never empty, begins with '/', is sent as it is

  friend bool operator==(const HttpTarget&, const HttpTarget&) = default;
};

/// Reads "HOST:PORT"; an IPv6 address stands in brackets: "[::1]:5432". Names are not looked up.
[[nodiscard]] Result<TcpTarget> parse_tcp_target(std::string_view text);

/// Reads "http://HOST[:PORT][/PATH][?QUERY]". What could end a line of the request (spaces, control
/// characters) is an error, so that a target is safe to send.
[[nodiscard]] Result<HttpTarget> parse_http_target(std::string_view text);

/// The target as it is written in a definition, in its shortest form: "[::1]:5432",
/// "http://localhost/ready".
[[nodiscard]] std::string to_string(const TcpTarget& target);
[[nodiscard]] std::string to_string(const HttpTarget& target);

/// "HOST[:PORT]" of a URL: what the request's Host field says.
[[nodiscard]] std::string authority(const HttpTarget& target);

}  // namespace my_init
