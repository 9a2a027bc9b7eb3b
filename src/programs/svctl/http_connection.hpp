#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "my_init/app/http_request.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::svctl {

struct HttpAnswer {
  unsigned status = 200;
  std::string body;
  std::string_view type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string_view, std::string>> fields;  ///< beside the usual ones
};

/// One request of a browser or a scraper, and its answer; then it is closed. Blocks, each step for
/// a bounded time, so it has a thread of its own.
class HttpConnection {
 public:
  explicit HttpConnection(UniqueFd fd) : fd_(std::move(fd)) {}

  [[nodiscard]] int fd() const { return fd_.get(); }

  [[nodiscard]] std::expected<app::HttpRequest, unsigned> read();

  enum class Body : bool { omitted, sent };  ///< HEAD wants none
  void answer(const HttpAnswer& answer, Body body);

  // Server-sent events (text/event-stream of the HTML standard), instead of an answer. All are
  // false when the client is gone.

  [[nodiscard]] bool begin_events();
  [[nodiscard]] bool send_event(std::string_view line);
  /// Waits until `source` can be read, or for long enough to ask whether the client is there.
  [[nodiscard]] bool await_news(int source);

  /// Its address, for a line of the log.
  [[nodiscard]] std::string peer() const;

 private:
  [[nodiscard]] bool send_all(std::string_view text);
  void say_goodbye();

  UniqueFd fd_;
};

}  // namespace my_init::svctl
