#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"
#include "my_init/log/rotation.hpp"

namespace my_init::log {

/// A log file that never grows beyond a size: then it is rotated, between two lines. While it
/// cannot be written, lines are lost; it is tried again half a second later, and goes on without
/// help.
class RotatingFile {
 public:
  using Now = std::chrono::steady_clock::time_point;

  struct Limits {
    std::uint64_t max_size = 0;  ///< bytes
    std::uint32_t max_file = 1;
  };

  /// Opens nothing yet. The file is created with mode 0640, its directory is not. What is there but
  /// no regular file cannot be written.
  RotatingFile(std::string path, Limits limits);

  /// Appends whole lines. The number of bytes, of whole lines, that are in the file; fewer than all
  /// when it cannot be written.
  std::size_t write(std::string_view lines, Now now);

  /// Closes the file; the next write opens it anew.
  void reopen();

  /// Why a write or a rotation failed, at most once a minute; then it is forgotten.
  [[nodiscard]] std::optional<std::string> take_complaint(Now now);

  /// Whether there was a rotation since the last call.
  [[nodiscard]] bool take_rotated() { return std::exchange(rotated_, false); }
  [[nodiscard]] Rotation& rotation() { return rotation_; }

 private:
  [[nodiscard]] bool ready(Now now);
  [[nodiscard]] bool open();
  void notice_removal(Now now);
  void rotate(Now now);
  std::size_t append(std::string_view lines);
  void cut(std::size_t bytes);
  void fail(std::string_view verb, int number);

  std::string path_;
  Limits limits_;
  Rotation rotation_;
  UniqueFd fd_;
  std::uint64_t size_ = 0;
  bool rotated_ = false;
  Now retry_{};            ///< not to be opened or written before
  Now next_look_{};        ///< when to look whether it was removed
  Now next_rotation_{};    ///< after one that failed
  std::string complaint_;  ///< empty: none
  Now next_complaint_{};
};

}  // namespace my_init::log
