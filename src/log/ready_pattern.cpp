#include "my_init/log/ready_pattern.hpp"

#include <regex.h>

#include "my_init/log/block.hpp"

namespace my_init::log {
namespace {

constexpr std::size_t kLookedAt = 4096;

}  // namespace

struct ReadyPattern::Compiled {
  explicit Compiled(const std::string& pattern)
      : valid(::regcomp(&expression, pattern.c_str(), REG_EXTENDED | REG_NOSUB) == 0) {}
  ~Compiled() {
    if (valid) ::regfree(&expression);
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  regex_t expression{};
  bool valid;
};

ReadyPattern::ReadyPattern(const std::string& pattern) {
  if (pattern.empty()) return;
  compiled_ = std::make_unique<Compiled>(pattern);
  if (!compiled_->valid) compiled_.reset();
}

ReadyPattern::~ReadyPattern() = default;

bool ReadyPattern::matches_any(std::string_view lines) const {
  while (compiled_ && !lines.empty()) {
    std::string_view line = first_line(lines);
    lines.remove_prefix(line.size());
    if (line.ends_with('\n')) line.remove_suffix(1);
    const std::string text(line.substr(0, kLookedAt));
    if (::regexec(&compiled_->expression, text.c_str(), 0, nullptr, 0) == 0) return true;
  }
  return false;
}

}  // namespace my_init::log
