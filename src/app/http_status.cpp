#include "my_init/app/http_status.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <array>
#include <cerrno>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

// Of Boost.Beast only the parser, which does no I/O: 41 kB of the binary. libevent's client is 316
// kB more, http_parser is no longer maintained, and its successor llhttp is not in Debian 12.
namespace http = boost::beast::http;

namespace my_init::app {
namespace {

/// Reads answers from bytes as they come.
class AnswerReader {
 public:
  AnswerReader() { begin_answer(); }

  /// The final status, once its header is complete. The error is the part of the sentence that
  /// says why.
  std::expected<std::optional<unsigned>, std::string> add(std::string_view bytes) {
    constexpr unsigned kSwitchingProtocols = 101;
    total_ += bytes.size();
    unread_ += bytes;
    for (;;) {
      boost::beast::error_code problem;
      unread_.erase(0, parser_->put(boost::asio::buffer(unread_), problem));
      if (problem == http::error::need_more && total_ < kHttpHeaderLimit) return std::nullopt;
      if (problem == http::error::need_more || problem == http::error::header_limit) {
        return std::unexpected(fmt::format("its header is longer than {} bytes", kHttpHeaderLimit));
      }
      if (problem) return std::unexpected(fmt::format("not HTTP/1: {}", problem.message()));
      const unsigned status = parser_->get().result_int();
      if (status / 100 != 1 || status == kSwitchingProtocols) return status;
      begin_answer();
    }
  }

 private:
  using Parser = http::response_parser<http::empty_body>;

  void begin_answer() {
    parser_.emplace().header_limit(kHttpHeaderLimit);
    parser_->skip(true);  // else a Content-Length of more than 8 MB is an error
  }

  std::optional<Parser> parser_;
  std::string unread_;
  std::size_t total_ = 0;
};

bool is_closed_by_peer(int number) {
  return number == EPIPE || number == ECONNRESET;
}

Result<void> send_request(int connection, const HttpTarget& target) {
  const std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: my_init-probe\r\nAccept: */*\r\n"
      "Connection: close\r\n\r\n",
      target.path, authority(target));
  std::string_view rest = request;
  while (!rest.empty()) {
    const ssize_t length = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (length < 0 && errno == EINTR) continue;
    // It may have answered before it closed.
    if (length < 0 && is_closed_by_peer(errno)) return {};
    if (length < 0) return system_failure("ask " + to_string(target), errno);
    rest.remove_prefix(static_cast<std::size_t>(length));
  }
  return {};
}

}  // namespace

Result<unsigned> ask_for_status(int connection, const HttpTarget& target) {
  if (const auto sent = send_request(connection, target); !sent) {
    return std::unexpected(sent.error());
  }
  const std::string reading = "read the answer of " + to_string(target);
  AnswerReader reader;
  std::array<char, 4096> bytes{};
  for (;;) {
    const ssize_t length = ::recv(connection, bytes.data(), bytes.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length == 0 || (length < 0 && is_closed_by_peer(errno))) {
      return failure(to_string(target) + " closes the connection before it has answered");
    }
    if (length < 0) return system_failure(reading, errno);
    const auto status = reader.add({bytes.data(), static_cast<std::size_t>(length)});
    if (!status) return failure(fmt::format("cannot {}: {}", reading, status.error()));
    if (*status) return **status;
  }
}

}  // namespace my_init::app
