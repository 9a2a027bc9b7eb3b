#pragma once

#include <optional>
#include <string>
#include <vector>

#include "my_init/base/time.hpp"
#include "my_init/log/own_log.hpp"
#include "my_init/os/directory_watch.hpp"
#include "my_init/os/event_loop.hpp"

namespace my_init::app {

/// Notices that runit directories have come or gone. Costs nothing while they do not, nor where the
/// directory that they are in does not exist. Loop thread.
class RunitWatch {
 public:
  /// Both are borrowed and outlive it.
  RunitWatch(os::EventLoop& loop, log::OwnLog& log) : loop_(loop), log_(log) {}
  ~RunitWatch();
  RunitWatch(const RunitWatch&) = delete;
  RunitWatch& operator=(const RunitWatch&) = delete;

  /// Watches the directory that they are in, and those that have no `run` yet. A failure is a
  /// warning, once.
  void watch(const std::string& directory, const std::vector<std::string>& unfinished);

  /// When the directories are to be read again; nothing: there is no news.
  [[nodiscard]] std::optional<TimePoint> due() const { return due_; }
  /// Whether that is now; then the news is taken.
  [[nodiscard]] bool take_due(TimePoint now);

 private:
  [[nodiscard]] bool begin();
  void complain(const std::string& why);

  os::EventLoop& loop_;
  log::OwnLog& log_;
  std::optional<os::DirectoryWatch> watch_;
  std::optional<TimePoint> due_;
  bool has_complained_ = false;
};

}  // namespace my_init::app
