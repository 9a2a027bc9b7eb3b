#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace my_init::log {

/// A POSIX extended regular expression for one line of output.
class ReadyPattern {
 public:
  /// A pattern that does not compile (the configuration has refused it) or is empty never matches.
  explicit ReadyPattern(const std::string& pattern);
  ~ReadyPattern();
  ReadyPattern(const ReadyPattern&) = delete;
  ReadyPattern& operator=(const ReadyPattern&) = delete;

  [[nodiscard]] bool is_set() const { return compiled_ != nullptr; }

  /// Whether it matches one of the lines. Of each line the first 4096 bytes are looked at, up to a
  /// NUL.
  [[nodiscard]] bool matches_any(std::string_view lines) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace my_init::log
