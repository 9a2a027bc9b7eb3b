#include "targets.hpp"

#include <cstdio>
#include <cstdlib>

#include "my_init/os/notify_message.hpp"
#include "my_init/protocol/request.hpp"

namespace my_init::fuzz {

void require(bool is_so, std::string_view what) {
  if (is_so) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void try_request(std::string_view input) {
  const auto request = protocol::decode_request(input);
  if (!request) {
    require(request.error().message.starts_with("cannot read the request: "), "a refusal says why");
    return;
  }
  const std::string line = protocol::encode(*request);
  require(line.find('\n') == line.size() - 1, "a request is one line");
  const auto again = protocol::decode_request(line);
  require(again && protocol::encode(*again) == line, "a request comes out as it went in");
}

void try_notify(std::string_view input) {
  const os::NotifyText text = os::parse_notify_text(input);
  constexpr std::size_t kLongestName = 255;
  require(text.fd_name.size() <= kLongestName, "FDNAME has its limit");
  require(!text.status || text.status->size() <= os::NotifyText::kMaxStatus,
          "STATUS has its limit");
  require(!text.status || text.status->find('\n') == std::string::npos, "STATUS is a line");
  require(!text.main_pid || *text.main_pid > 0, "MAINPID is a pid");
  require(!text.extend_timeout || *text.extend_timeout > Duration::zero(), "time does not go back");
  require(!text.watchdog_interval || *text.watchdog_interval >= Duration::zero(),
          "time does not go back");
  os::NotifyText barrier;
  barrier.barrier = true;
  require(!text.barrier || text == barrier, "a barrier says nothing else");
}

}  // namespace my_init::fuzz
