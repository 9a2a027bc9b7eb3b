#include "my_init/base/result.hpp"

#include <fmt/format.h>

#include <cstring>

namespace my_init {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

}  // namespace

std::unexpected<Error> system_failure(std::string_view what, int number) {
  return failure(fmt::format("cannot {}: {}", what, errno_text(number)), number);
}

std::string errno_text(int number) {
  // strerror(3) follows the locale; this one does not.
  const char* description = ::strerrordesc_np(number);
  if (description == nullptr) return fmt::format("error {}", number);
  std::string text = description;
  // "RFS specific error" begins with an acronym, which stays as it is.
  if (text.size() >= 2 && is_upper(text[0]) && is_lower(text[1])) {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

}  // namespace my_init
