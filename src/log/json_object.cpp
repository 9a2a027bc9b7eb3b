#include "my_init/log/json_object.hpp"

#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

#include "my_init/base/utf8.hpp"

namespace my_init::log {
namespace {

constexpr int kMaxDepth = 100;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_high_surrogate(unsigned unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}

bool is_low_surrogate(unsigned unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

/// Takes the grammar of RFC 8259 from the front of a text; each part says whether it was there.
class JsonText {
 public:
  explicit JsonText(std::string_view text) : rest_(text) {}

  bool one_object() {
    skip_space();
    if (!rest_.starts_with('{') || !value(0)) return false;
    skip_space();
    return rest_.empty();
  }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): kMaxDepth bounds it
  bool value(int depth) {
    if (rest_.empty() || depth > kMaxDepth) return false;
    switch (rest_.front()) {
      case '{':
        return members('}', depth);
      case '[':
        return members(']', depth);
      case '"':
        return string();
      case 't':
        return take("true");
      case 'f':
        return take("false");
      case 'n':
        return take("null");
      default:
        return number();
    }
  }

  /// The members of an object or the elements of an array, with the brackets.
  // NOLINTNEXTLINE(misc-no-recursion)
  bool members(char close, int depth) {
    rest_.remove_prefix(1);
    skip_space();
    if (take(close)) return true;
    while (true) {
      if (close == '}' && !name()) return false;
      skip_space();
      if (!value(depth + 1)) return false;
      skip_space();
      if (take(close)) return true;
      if (!take(',')) return false;
    }
  }

  bool name() {
    skip_space();
    if (!rest_.starts_with('"') || !string()) return false;
    skip_space();
    return take(':');
  }

  bool string() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      if (byte == '"') return take('"');
      if (byte < 0x20) return false;
      if (byte == '\\') {
        if (!escape()) return false;
        continue;
      }
      const std::size_t length = byte < 0x80 ? 1 : utf8_length(rest_);
      if (length == 0) return false;
      rest_.remove_prefix(length);
    }
    return false;
  }

  bool escape() {
    rest_.remove_prefix(1);
    if (!take('u')) {
      constexpr std::string_view kEscapes = "\"\\/bfnrt";
      if (rest_.empty() || kEscapes.find(rest_.front()) == kEscapes.npos) return false;
      rest_.remove_prefix(1);
      return true;
    }
    const std::optional<unsigned> first = code_unit();
    if (!first || is_low_surrogate(*first)) return false;
    if (!is_high_surrogate(*first)) return true;
    // RFC 8259 allows one alone in its grammar, but many parsers refuse it.
    if (!take("\\u")) return false;
    const std::optional<unsigned> second = code_unit();
    return second && is_low_surrogate(*second);
  }

  /// Four hexadecimal digits.
  std::optional<unsigned> code_unit() {
    unsigned unit = 0;
    if (rest_.size() < 4) return std::nullopt;
    const char* const end = rest_.data() + 4;
    const auto [stop, error] = std::from_chars(rest_.data(), end, unit, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    rest_.remove_prefix(4);
    return unit;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  bool digits() {
    if (rest_.empty() || !is_digit(rest_.front())) return false;
    while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
    return true;
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  void skip_space() {
    const std::size_t begin = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(begin == rest_.npos ? rest_.size() : begin);
  }

  std::string_view rest_;
};

}  // namespace

bool is_json_object(std::string_view text) {
  return JsonText(text).one_object();
}

}  // namespace my_init::log
