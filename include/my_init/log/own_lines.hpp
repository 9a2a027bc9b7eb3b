#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "my_init/log/output.hpp"

namespace my_init::log {

/// Our own lines that wait for their output. They are written in pieces of whole lines that a pipe
/// takes at once, so that another writer's bytes do not come in between.
class OwnLines {
 public:
  explicit OwnLines(Output& output) : output_(output) {}

  void append(std::string_view lines);

  /// Writes as long as the output takes lines. The number of lines lost to an error.
  std::uint64_t write();

  /// Bytes that wait.
  [[nodiscard]] std::size_t size() const { return text_.size() - begin_; }

 private:
  Output& output_;
  std::string text_;
  std::size_t begin_ = 0;
};

}  // namespace my_init::log
