#include "my_init/base/capability.hpp"

#include <sys/capability.h>

#include <algorithm>
#include <memory>

namespace my_init {

namespace {

constexpr std::string_view kPrefix = "CAP_";

struct FreeText {
  void operator()(char* text) const { ::cap_free(text); }
};

/// ASCII only, whatever the locale.
char upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

std::string in_capitals(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), upper);
  return result;
}

}  // namespace

std::optional<int> capability_number(std::string_view name) {
  std::string full = in_capitals(name);
  if (!full.starts_with(kPrefix)) full.insert(0, kPrefix);
  cap_value_t number = 0;
  // The library reads the beginning of a text, and numbers too.
  if (::cap_from_name(full.c_str(), &number) != 0 || capability_name(number) != full)
    return std::nullopt;
  return number;
}

std::string capability_name(int number) {
  const std::unique_ptr<char, FreeText> name(::cap_to_name(number));
  if (!name || !std::string_view(name.get()).starts_with("cap_"))
    return "capability " + std::to_string(number);
  return in_capitals(name.get());
}

}  // namespace my_init
