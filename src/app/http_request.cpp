#include "my_init/app/http_request.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <string_view>

// Of Boost.Beast only the parser, as in http_status.cpp.
namespace http = boost::beast::http;

namespace my_init::app {
namespace {

constexpr unsigned kGone = 0;
constexpr unsigned kBadRequest = 400;
constexpr unsigned kTimedOut = 408;
constexpr unsigned kBodyTooLarge = 413;
constexpr unsigned kHeadTooLarge = 431;

using Parser = http::request_parser<http::string_body>;

/// False when nothing has come by then.
bool await_bytes(int connection, TimePoint deadline) {
  for (;;) {
    const Duration left = deadline - TimePoint::clock::now();
    if (left <= Duration::zero()) return false;
    const auto patience = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    pollfd watched{connection, POLLIN, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(patience));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

/// Gives the parser what it can take of `unread`; the error is a status.
std::expected<void, unsigned> parse(Parser& parser, std::string& unread) {
  boost::beast::error_code problem;
  while (!parser.is_done() && !unread.empty()) {
    const std::size_t taken = parser.put(boost::asio::buffer(unread), problem);
    unread.erase(0, taken);
    if (problem == http::error::need_more && unread.size() < kRequestHeadLimit) return {};
    if (problem == http::error::need_more || problem == http::error::header_limit)
      return std::unexpected(kHeadTooLarge);
    if (problem == http::error::body_limit) return std::unexpected(kBodyTooLarge);
    if (problem) return std::unexpected(kBadRequest);
    if (taken == 0) return {};
  }
  return {};
}

std::expected<HttpRequest, unsigned> request_of(const Parser& parser) {
  const auto& message = parser.get();
  // RFC 9112, 3.2: exactly one.
  if (message.count(http::field::host) != 1 || message.at(http::field::host).empty())
    return std::unexpected(kBadRequest);
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.host = std::string(message[http::field::host]);
  request.authorization = std::string(message[http::field::authorization]);
  return request;
}

}  // namespace

std::expected<HttpRequest, unsigned> read_http_request(int connection, TimePoint deadline) {
  Parser parser;
  parser.header_limit(kRequestHeadLimit);
  parser.body_limit(kRequestBodyLimit);
  parser.eager(true);
  std::string unread;
  std::array<char, 4096> bytes{};
  while (!parser.is_done()) {
    if (!await_bytes(connection, deadline)) return std::unexpected(kTimedOut);
    const ssize_t size = ::recv(connection, bytes.data(), bytes.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::unexpected(kGone);
    unread.append(bytes.data(), static_cast<std::size_t>(size));
    if (const auto parsed = parse(parser, unread); !parsed) return std::unexpected(parsed.error());
  }
  return request_of(parser);
}

}  // namespace my_init::app
