#include "key_reader.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace my_init::svctl {
namespace {

using Kind = Key::Kind;

constexpr char kEscape = '\x1b';
/// No key has a longer one: it is noise.
constexpr std::size_t kLongestSequence = 32;

bool is_final(char c) {
  return c >= '@' && c <= '~';
}

/// The length of the sequence that `text` begins with; 0 when it has not come to its end.
std::size_t length_of(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] == 'O') return text.size() < 3 ? 0 : 3;
  for (std::size_t i = 2; i < text.size(); ++i)
    if (is_final(text[i])) return i + 1;
  return text.size() < kLongestSequence ? 0 : text.size();
}

/// Modifiers ("1;5A") make no difference.
std::optional<Kind> meaning_of(std::string_view sequence) {
  constexpr std::array<std::pair<char, Kind>, 4> kLetters{
      {{'A', Kind::up}, {'B', Kind::down}, {'H', Kind::home}, {'F', Kind::end}}};
  constexpr std::array<std::pair<char, Kind>, 6> kNumbers{{{'1', Kind::home},
                                                           {'4', Kind::end},
                                                           {'5', Kind::page_up},
                                                           {'6', Kind::page_down},
                                                           {'7', Kind::home},
                                                           {'8', Kind::end}}};
  for (const auto& [letter, kind] : kLetters)
    if (sequence.back() == letter) return kind;
  const bool is_number =
      sequence.back() == '~' && sequence.size() >= 4 && (sequence[3] == '~' || sequence[3] == ';');
  if (!is_number) return std::nullopt;
  for (const auto& [number, kind] : kNumbers)
    if (sequence[2] == number) return kind;
  return std::nullopt;
}

std::optional<Key> key_of(char c) {
  constexpr char kInterrupt = 3;
  constexpr char kDelete = 127;
  if (c == kInterrupt) return Key{Kind::interrupt};
  if (c == '\r' || c == '\n') return Key{Kind::enter};
  if (c == '\b' || c == kDelete) return Key{Kind::backspace};
  if (c == kEscape) return Key{Kind::escape};
  const bool is_control = static_cast<unsigned char>(c) < ' ';
  return is_control ? std::nullopt : std::optional(Key{Kind::character, c});
}

}  // namespace

std::vector<Key> KeyReader::take(std::string_view bytes) {
  kept_ += bytes;
  std::vector<Key> keys;
  std::string_view rest = kept_;
  while (!rest.empty()) {
    std::size_t length = 1;
    std::optional<Key> key;
    const bool may_be_sequence =
        rest[0] == kEscape && (rest.size() == 1 || rest[1] == '[' || rest[1] == 'O');
    if (may_be_sequence) {
      length = length_of(rest);
      if (length == 0) break;
      if (const auto kind = meaning_of(rest.substr(0, length))) key = Key{*kind};
    } else {
      key = key_of(rest[0]);
    }
    if (key) keys.push_back(*key);
    rest.remove_prefix(length);
  }
  kept_ = std::string(rest);
  return keys;
}

std::vector<Key> KeyReader::settle() {
  if (kept_.empty()) return {};
  std::vector<Key> keys{{Kind::escape}};
  for (const char c : std::exchange(kept_, {}).substr(1))
    if (const auto key = key_of(c)) keys.push_back(*key);
  return keys;
}

}  // namespace my_init::svctl
