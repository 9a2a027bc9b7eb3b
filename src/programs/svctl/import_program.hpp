#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "import.hpp"
#include "import_ini.hpp"

namespace my_init::svctl {

/// Words between blanks.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// One process of a [program:...] of supervisord as a definition.
class ProgramImport {
 public:
  struct Origin {
    std::string file;
    std::string directory;  ///< of the file: %(here)s
    std::string program;
    int number = 0;  ///< %(process_num)d
  };
  /// `common`: the environment of [supervisord]; may be nullptr.
  ProgramImport(Origin origin, const IniSection& section, const IniEntry* common);

  [[nodiscard]] bool has_command() const { return draft_.has("command"); }
  [[nodiscard]] Draft take_draft() { return std::move(draft_); }
  [[nodiscard]] std::vector<std::string> take_notes() { return std::move(imported_.notes); }

 private:
  /// The entry, which needs no note then; nullptr when there is none.
  [[nodiscard]] const IniEntry* take(std::string_view key);
  void skip(std::string_view key) { taken_.emplace(key); }
  [[nodiscard]] bool is_true(std::string_view key);
  [[nodiscard]] std::string expand(std::string_view text, int line);
  [[nodiscard]] std::string value_of(std::string_view name) const;
  void note(int line, std::string_view sentence) { imported_.note(origin_.file, line, sentence); }

  void take_name();
  void take_command();
  void take_surroundings();
  void take_environment(const IniEntry* common);
  void take_end();
  void take_stop();
  void take_output();
  void write_log_file(const IniEntry& path, std::string_view stream);
  void note_the_rest();

  Origin origin_;
  const IniSection& section_;
  Imported imported_;
  std::set<std::string, std::less<>> taken_;
  Draft draft_;
};

}  // namespace my_init::svctl
