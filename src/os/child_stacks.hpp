#pragma once

#include <cstddef>
#include <vector>

namespace my_init::os {

/// Stacks for children that share our memory until their exec. In blocks, as many children are
/// started at once at boot; all memory goes back when the last stack does. One thread.
class ChildStacks {
 public:
  ChildStacks() = default;
  ~ChildStacks();
  ChildStacks(const ChildStacks&) = delete;
  ChildStacks& operator=(const ChildStacks&) = delete;

  static constexpr std::size_t kSize = 8192;

  /// kSize bytes, page-aligned; the child's stack grows down from their end. Null when there is no
  /// memory.
  [[nodiscard]] std::byte* take();

  /// The child has its own memory by now, or was reaped.
  void give_back(std::byte* stack);

 private:
  void release_memory();

  std::vector<std::byte*> blocks_;
  std::vector<std::byte*> free_;
  std::size_t taken_ = 0;
  std::size_t most_taken_ = 0;  ///< since the memory was last released
};

}  // namespace my_init::os
