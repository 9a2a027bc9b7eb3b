#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "my_init/base/time.hpp"

namespace my_init::app {

/// What a client may say: its request line with all fields, and a body, which nobody needs.
inline constexpr std::size_t kRequestHeadLimit = std::size_t{8} * 1024;
inline constexpr std::size_t kRequestBodyLimit = 1024;

struct HttpRequest {
  std::string method;         ///< "GET"
  std::string target;         ///< "/metrics?x=1", as it came
  std::string host;           ///< the field Host; never empty
  std::string authorization;  ///< the field Authorization; empty: there is none
};

/// Reads one whole request from a connected socket, at most until `deadline`. The error is the
/// status to refuse it with: 400, 408, 413, 431; 0 when the client is gone.
[[nodiscard]] std::expected<HttpRequest, unsigned> read_http_request(int connection,
                                                                     TimePoint deadline);

}  // namespace my_init::app
