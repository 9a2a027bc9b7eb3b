#include "my_init/config/env_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "my_init/config/file_reader.hpp"
#include "my_init/config/quote.hpp"

namespace my_init::config {
namespace {

constexpr std::string_view kBlanks = " \t\r";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

std::string_view trim_left(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kBlanks), text.size()));
}

std::string_view trim_right(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

/// A value without quotes ends where a comment begins: '#' after a blank.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '#' && (i == 0 || kBlanks.contains(value[i - 1]))) return value.substr(0, i);
  }
  return value;
}

class EnvFileParser {
 public:
  EnvFileParser(FileId file, std::string_view text, const Lookup& lookup, Report& report)
      : place_{.file = file, .line = 1, .column = 0},
        rest_(text),
        lookup_(lookup),
        report_(report) {}

  [[nodiscard]] std::vector<Assignment> run() {
    while (!rest_.empty()) {
      one_line();
      skip_line();
    }
    return std::move(assignments_);
  }

 private:
  [[nodiscard]] std::string_view line() const { return rest_.substr(0, rest_.find('\n')); }

  void skip(std::size_t count) {
    const std::string_view skipped = rest_.substr(0, count);
    place_.line += static_cast<int>(std::ranges::count(skipped, '\n'));
    rest_.remove_prefix(skipped.size());
  }

  void skip_line() { skip(line().size() + 1); }

  void one_line() {
    std::string_view text = trim_right(trim_left(line()));
    if (text.empty() || text[0] == '#') return;
    constexpr std::string_view kExport = "export";
    if (text.starts_with(kExport) && text.size() > kExport.size() &&
        kBlanks.contains(text[kExport.size()])) {
      text = trim_left(text.substr(kExport.size()));
    }
    const std::size_t end = text.find_first_of("=:");
    const std::string_view name = trim_right(text.substr(0, end));
    if (name.empty() || !std::ranges::all_of(name, is_name_character)) {
      report_.error(place_, fmt::format("expected NAME=value, not {}", quote(text)));
    } else if (end == std::string_view::npos) {
      if (const auto value = lookup_(name)) add(name, std::string(*value));
    } else {
      skip(static_cast<std::size_t>(text.data() - rest_.data()) + end + 1);
      value_of(name);
    }
  }

  /// rest_ begins behind the '='.
  void value_of(std::string_view name) {
    const std::string_view value = trim_left(line());
    if (value.starts_with('\'') || value.starts_with('"')) {
      skip(static_cast<std::size_t>(value.data() - rest_.data()) + 1);
      quoted(name, value[0]);
    } else {
      expand(name, trim_right(without_comment(value)));
    }
  }

  /// rest_ begins behind the quote.
  void quoted(std::string_view name, char mark) {
    const Place begin = place_;
    std::string value;
    while (!rest_.empty() && rest_[0] != mark) {
      const bool escape = rest_[0] == '\\' && rest_.size() > 1;
      if (escape) {
        value += escaped(rest_[1], mark);
      } else {
        value += rest_[0];
      }
      skip(escape ? 2 : 1);
    }
    if (rest_.empty()) {
      report_.error(
          begin, fmt::format("the value of {} does not end: a {} is missing", quote(name), mark));
      return;
    }
    skip(1);
    const std::string_view after = trim_left(line());
    if (!after.empty() && after[0] != '#') {
      report_.error(place_,
                    fmt::format("unexpected {} after the value of {}", quote(after), quote(name)));
    }
    if (mark == '\'') return add(name, std::move(value));
    expand(name, value);
  }

  /// What a backslash and `c` stand for. In double quotes the result is interpolated afterwards.
  [[nodiscard]] static std::string escaped(char c, char mark) {
    if (c == mark) return {c};
    if (mark == '\'') return {'\\', c};
    switch (c) {
      case 'n':
        return "\n";
      case 'r':
        return "\r";
      case 't':
        return "\t";
      case '\\':
        return "\\";
      case '$':
        return "$$";
      default:
        return {'\\', c};
    }
  }

  void expand(std::string_view name, std::string_view value) {
    if (!value.contains('$')) return add(name, std::string(value));
    const Lookup lookup = [this](std::string_view wanted) { return find(wanted); };
    Interpolated result = interpolate(value, lookup);
    if (result.error) return report_.error(place_, std::move(*result.error));
    for (const std::string& unset : result.unset) {
      report_.warning(place_, fmt::format("variable '{}' is not set: taken as empty", unset));
    }
    add(name, std::move(result.text));
  }

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
    if (const auto value = lookup_(name)) return value;
    const auto found = std::find_if(assignments_.rbegin(), assignments_.rend(),
                                    [&](const Assignment& a) { return a.name == name; });
    if (found == assignments_.rend()) return {};
    return found->value;
  }

  void add(std::string_view name, std::string value) {
    assignments_.push_back({std::string(name), std::move(value)});
  }

  Place place_;
  std::string_view rest_;
  const Lookup& lookup_;
  Report& report_;
  std::vector<Assignment> assignments_;
};

}  // namespace

std::vector<Assignment> parse_env_file(FileId file, std::string_view text, const Lookup& lookup,
                                       Report& report) {
  if (text.contains('\0')) {
    report.error({.file = file}, "a NUL byte in the file");
    return {};
  }
  return EnvFileParser(file, text, lookup, report).run();
}

const std::vector<Assignment>& EnvFiles::read(const std::string& path, bool required, Place place,
                                              const Lookup& lookup, Arena& arena, Report& report) {
  const auto [entry, is_new] = known_.try_emplace(path);
  Known& known = entry->second;
  if (is_new) {
    const Result<std::string_view> text = read_file(AT_FDCWD, path, arena);
    if (text) {
      known.assignments = parse_env_file(report.add_file(path, *text), *text, lookup, report);
    } else {
      known.error = text.error();
    }
  }
  if (known.error && (required || known.error->number != ENOENT)) {
    report.error(place, fmt::format("env_file {}: {}", quote(path), known.error->message));
  }
  return known.assignments;
}

}  // namespace my_init::config
