#include "my_init/config/arena.hpp"

#include <algorithm>

namespace my_init::config {
namespace {

/// The first block serves the usual container with a few services.
constexpr std::size_t kFirstBlock = std::size_t{16} * 1024;

/// Above malloc's threshold for mmap (128 kB), so that free gives the block back to the kernel.
constexpr std::size_t kBlock = std::size_t{256} * 1024;

}  // namespace

std::span<char> Arena::bytes(std::size_t size) {
  return {static_cast<char*>(take(size, 1)), size};
}

std::string_view Arena::copy(std::string_view text) {
  const std::span<const char> copied = copy(std::span<const char>(text));
  return {copied.data(), copied.size()};
}

void* Arena::take(std::size_t size, std::size_t alignment) {
  void* place = free_.data();
  std::size_t left = free_.size();
  if (std::align(alignment, size, place, left) == nullptr) {
    const std::size_t block = std::max(size, blocks_.empty() ? kFirstBlock : kBlock);
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(block));
    place = blocks_.back().get();
    left = block;
  }
  free_ = {static_cast<std::byte*>(place) + size, left - size};
  return place;
}

}  // namespace my_init::config
