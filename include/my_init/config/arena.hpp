#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace my_init::config {

/// Memory for what lives exactly as long as one load(): trees, and texts made for them. Given back
/// as a whole, so that nothing of it stays in the heap of a supervisor that runs for months.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;

  /// Uninitialized bytes that stay where they are until the arena ends.
  [[nodiscard]] std::span<char> bytes(std::size_t size);

  [[nodiscard]] std::string_view copy(std::string_view text);

  template <class T>
  [[nodiscard]] std::span<T> copy(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (values.empty()) return {};
    void* const place = take(values.size_bytes(), alignof(T));
    std::memcpy(place, values.data(), values.size_bytes());
    return {static_cast<T*>(place), values.size()};
  }

  template <class T>
  [[nodiscard]] T& make(const T& value) {
    return copy(std::span<const T>(&value, 1)).front();
  }

 private:
  [[nodiscard]] void* take(std::size_t size, std::size_t alignment);

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::span<std::byte> free_;
};

}  // namespace my_init::config
