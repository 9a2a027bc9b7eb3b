#include "my_init/log/own_lines.hpp"

#include <climits>

#include "my_init/log/block.hpp"

namespace my_init::log {
namespace {

/// A buffer that has grown beyond this is given back when it is empty.
constexpr std::size_t kIdleBuffer = 4096;

std::string_view next_piece(std::string_view rest) {
  const std::string_view piece = whole_lines_within(rest, PIPE_BUF);
  return piece.empty() ? first_line(rest) : piece;
}

}  // namespace

void OwnLines::append(std::string_view lines) {
  if (begin_ > text_.size() / 2) {
    text_.erase(0, begin_);
    begin_ = 0;
  }
  text_ += lines;
}

std::uint64_t OwnLines::write() {
  std::uint64_t lost = 0;
  while (size() > 0 && !output_.blocked()) {
    const std::string_view rest = std::string_view(text_).substr(begin_);
    const std::string_view piece = next_piece(rest);
    const std::size_t taken = output_.write_some(piece);
    begin_ += taken;
    if (taken == piece.size() || output_.blocked()) continue;
    lost = count_lines(rest.substr(taken));
    begin_ = text_.size();
  }
  if (size() > 0) return lost;
  text_.clear();
  begin_ = 0;
  if (text_.capacity() > kIdleBuffer) std::string().swap(text_);
  return lost;
}

}  // namespace my_init::log
