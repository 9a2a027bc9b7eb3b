#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::log {

/// A log file's older forms: PATH.1 is the newest, each may be PATH.N.gz instead. One of them at a
/// time is being compressed, beside its name in PATH.gz.tmp.
class Rotation {
 public:
  /// `files` is how many there may be, the one being written included; at least 1.
  Rotation(std::string path, std::uint32_t files) : path_(std::move(path)), files_(files) {}

  /// Moves PATH to PATH.1 after the others have moved up; the oldest goes. With one file it goes
  /// itself. Errors: PATH is where it was.
  Result<void> shift();

  /// Where the compression of the oldest file that is not compressed reads and writes. None when
  /// there is no such file, one is being compressed already, or a file cannot be opened.
  struct Compression {
    UniqueFd from;
    UniqueFd to;
  };
  [[nodiscard]] std::optional<Compression> begin_compression();

  /// The compressed form takes the place of the file, wherever that has moved meanwhile.
  void keep_compressed();
  /// The file stays as it is.
  void drop_compressed();

 private:
  [[nodiscard]] std::string name(std::uint32_t number) const;
  [[nodiscard]] std::string compressed_name(std::uint32_t number) const;
  [[nodiscard]] std::string temporary_name() const;
  [[nodiscard]] bool taken(std::uint32_t number) const;

  std::string path_;
  std::uint32_t files_;
  bool compressing_ = false;
  std::uint32_t compressed_number_ = 0;  ///< where the file being compressed is now
};

}  // namespace my_init::log
