#include "child_stacks.hpp"

#include <sys/mman.h>

#include <algorithm>

namespace my_init::os {

namespace {

constexpr std::size_t kStacksPerBlock = 32;
constexpr std::size_t kBlockSize = kStacksPerBlock * ChildStacks::kSize;

}  // namespace

ChildStacks::~ChildStacks() {
  for (std::byte* const block : blocks_) ::munmap(block, kBlockSize);
}

std::byte* ChildStacks::take() {
  if (free_.empty()) {
    void* const memory = ::mmap(nullptr, kBlockSize, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    auto* const block = static_cast<std::byte*>(memory);
    blocks_.push_back(block);
    for (std::size_t i = kStacksPerBlock; i > 0; --i) free_.push_back(block + (i - 1) * kSize);
  }
  std::byte* const stack = free_.back();
  free_.pop_back();
  most_taken_ = std::max(most_taken_, ++taken_);
  return stack;
}

void ChildStacks::give_back(std::byte* stack) {
  free_.push_back(stack);
  // A single restart now and then keeps its page: giving it back each time would cost more.
  if (--taken_ == 0 && most_taken_ > 1) release_memory();
}

void ChildStacks::release_memory() {
  for (std::byte* const block : blocks_) ::munmap(block, kBlockSize);
  blocks_ = {};
  free_ = {};
  most_taken_ = 0;
}

}  // namespace my_init::os
