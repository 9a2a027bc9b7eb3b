#pragma once

#include <memory>

namespace my_init {

/// A value that is kept apart and only when it is needed: as large as a pointer while it equals T{}
/// and nobody has asked to change it. Copied and compared as the value that it stands for.
template <class T>
class Indirect {
 public:
  Indirect() = default;
  ~Indirect() = default;
  Indirect(const Indirect& other) : value_(copy(other)) {}
  Indirect(Indirect&&) noexcept = default;
  Indirect& operator=(const Indirect& other) {
    value_ = copy(other);
    return *this;
  }
  Indirect& operator=(Indirect&&) noexcept = default;

  [[nodiscard]] const T& operator*() const {
    static const T kDefault{};
    return value_ ? *value_ : kDefault;
  }
  [[nodiscard]] const T* operator->() const { return &**this; }

  /// The value, to be changed.
  [[nodiscard]] T& edit() {
    if (!value_) value_ = std::make_unique<T>();
    return *value_;
  }

  friend bool operator==(const Indirect& a, const Indirect& b) { return *a == *b; }

 private:
  static std::unique_ptr<T> copy(const Indirect& other) {
    return other.value_ ? std::make_unique<T>(*other.value_) : nullptr;
  }

  std::unique_ptr<T> value_;
};

}  // namespace my_init
