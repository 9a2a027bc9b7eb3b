#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace my_init::svctl {

/// A line `key = value`, with the lines that go on with it.
struct IniEntry {
  std::string key;  ///< in small letters
  std::string value;
  int line = 0;
};

struct IniSection {
  std::string name;
  int line = 0;
  std::vector<IniEntry> entries;

  /// The last of that name counts; nullptr when there is none.
  [[nodiscard]] const IniEntry* find(std::string_view key) const;
};

/// The sections of an ini file as Python's configparser reads it for supervisord: `;` and `#` begin
/// a comment at the begin of a line, `;` also after a blank; an indented line goes on with the
/// value before it.
[[nodiscard]] std::vector<IniSection> read_ini(std::string_view text);

}  // namespace my_init::svctl
