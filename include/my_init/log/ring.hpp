#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "my_init/log/block.hpp"

namespace my_init::log {

/// The newest output of a service, at most a number of bytes. Blocks are kept as they came; lines
/// are cut out only when somebody asks. Memory grows with what is kept, up to the limit.
class Ring {
 public:
  explicit Ring(std::size_t limit) : limit_(limit) {}

  /// Adds whole lines; the oldest lines make room. A line that does not fit at all is not kept.
  void append(const Block& block);

  /// The newest lines, of one run when given, oldest first, at most `count`.
  [[nodiscard]] std::vector<RingLine> last_lines(std::optional<RunId> run, std::size_t count) const;

  /// A place behind the newest line, for lines_after().
  [[nodiscard]] std::uint64_t end() const { return end_; }
  /// What was added behind a place that end() or RingPart::next gave, as far as it is kept.
  [[nodiscard]] RingPart lines_after(std::uint64_t place) const;

  /// What is kept stays, as far as it fits.
  void set_limit(std::size_t limit);

  [[nodiscard]] std::size_t memory() const { return bytes_.size(); }

 private:
  /// Stands before the text of each block.
  struct Header {
    WallTime time;
    RunId run{};
    std::uint32_t size = 0;
    Stream stream = Stream::out;
  };

  void make_room(std::size_t size);
  void resize(std::size_t size);
  void put(std::uint64_t at, const void* from, std::size_t size);
  void get(std::uint64_t at, void* to, std::size_t size) const;
  [[nodiscard]] std::uint64_t line_end(std::uint64_t at) const;
  [[nodiscard]] Header header_at(std::uint64_t at) const;
  [[nodiscard]] std::string text_at(std::uint64_t at, std::size_t size) const;

  std::size_t limit_;
  std::vector<char> bytes_;
  std::uint64_t begin_ = 0;  ///< both count up for ever; their place is the rest modulo the size
  std::uint64_t end_ = 0;
};

}  // namespace my_init::log
