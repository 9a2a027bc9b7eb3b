#include "my_init/app/environment_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "my_init/base/json.hpp"

namespace my_init::app {
namespace {

constexpr std::array<std::string_view, 6> kPersonal{"HOME", "USER", "GROUP", "UID", "GID", "SHELL"};

/// Read-only in bash or dash: an assignment would end the script that reads the file.
constexpr std::array<std::string_view, 5> kReadOnly{"BASHOPTS", "BASH_VERSINFO", "EUID", "PPID",
                                                    "SHELLOPTS"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_shell_name(std::string_view name) {
  return !name.empty() && !is_digit(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

std::string shell_quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  return text + "'";
}

}  // namespace

bool is_personal(std::string_view name) {
  return contains(kPersonal, name);
}

std::string shell_text(const config::Environment& environment) {
  std::string text;
  for (const auto& [name, value] : environment) {
    if (is_personal(name) || contains(kReadOnly, name) || !is_shell_name(name)) continue;
    text += fmt::format("export {}={}\n", name, shell_quoted(value));
  }
  return text;
}

std::string json_text(const config::Environment& environment) {
  std::string text = "{";
  for (const auto& [name, value] : environment) {
    if (text.size() > 1) text += ", ";
    text += fmt::format("{}: {}", json_string(name), json_string(value));
  }
  return text + "}\n";
}

}  // namespace my_init::app
