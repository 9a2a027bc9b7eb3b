#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace my_init::svctl {

/// A key of the terminal.
struct Key {
  enum class Kind : std::uint8_t {
    character,
    enter,
    escape,
    backspace,
    interrupt,  ///< ^C
    up,
    down,
    page_up,
    page_down,
    home,
    end
  };
  Kind kind = Kind::character;
  char character = 0;  ///< of that kind: a byte, those of one beyond ASCII come one after the other

  friend bool operator==(const Key&, const Key&) = default;
};

/// Makes keys of what a terminal sends (ECMA-48, and the SS3 that xterm has in application mode).
class KeyReader {
 public:
  /// The keys in these bytes. A sequence that has not come to its end is kept for the next call;
  /// one that is unknown is no key.
  [[nodiscard]] std::vector<Key> take(std::string_view bytes);

  /// Nothing has come for a moment: what looked like the beginning of a sequence was Escape.
  [[nodiscard]] std::vector<Key> settle();

  /// Whether the beginning of a sequence is kept.
  [[nodiscard]] bool is_waiting() const { return !kept_.empty(); }

 private:
  std::string kept_;
};

}  // namespace my_init::svctl
