#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace my_init {

/// What went wrong, as a sentence for the operator ("cannot <verb> <thing>: <why>", lower case, no
/// full stop), and the errno it came from; 0 when no system call was involved.
struct Error {
  std::string message;
  int number = 0;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

/// Makes the failing branch of a Result.
[[nodiscard]] inline std::unexpected<Error> failure(std::string message, int number = 0) {
  return std::unexpected(Error{std::move(message), number});
}

/// "cannot <what>: <text of the errno>", the ordinary shape of a failed system call.
[[nodiscard]] std::unexpected<Error> system_failure(std::string_view what, int number);

/// The text of an errno in our style: "no such file or directory". Independent of the locale.
[[nodiscard]] std::string errno_text(int number);

}  // namespace my_init
