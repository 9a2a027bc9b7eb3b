#include "cgroup_paths.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace my_init::os {

namespace {

constexpr std::string_view kOutside = "/..";

/// Takes what is before the next `separator` (or all) off the front of `text`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

bool is_octal(std::string_view digits) {
  return digits.size() == 3 &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '7'; });
}

/// The kernel writes blanks, newlines and backslashes as "\040" and so on.
std::string unescaped(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::string_view digits = text.substr(1, 3);
    if (text.front() == '\\' && is_octal(digits)) {
      const int value = (digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0');
      result += static_cast<char>(value);
      text.remove_prefix(4);
    } else {
      result += text.front();
      text.remove_prefix(1);
    }
  }
  return result;
}

/// Where the mount of one line shows the cgroup: proc(5), "mountinfo".
std::optional<std::string> directory_in(std::string_view line, std::string_view path) {
  std::array<std::string_view, 5> fields;  // id, parent, device, root, mount point
  for (std::string_view& field : fields) field = take_until(line, ' ');
  while (!line.empty() && take_until(line, ' ') != "-") continue;
  if (take_until(line, ' ') != "cgroup2") return std::nullopt;
  std::string root = unescaped(fields[3]);
  if (root == "/") root.clear();
  if (!path.starts_with(root)) return std::nullopt;
  const std::string_view below = path.substr(root.size());
  if (!below.empty() && below.front() != '/') return std::nullopt;
  return unescaped(fields[4]) + std::string(below);
}

}  // namespace

std::string cgroup_path(std::string_view proc_cgroup) {
  while (!proc_cgroup.empty()) {
    std::string_view line = take_until(proc_cgroup, '\n');
    if (!line.starts_with("0::/")) continue;
    line.remove_prefix(3);
    return std::string(line == "/" ? "" : line);
  }
  return std::string(kOutside);
}

std::vector<std::string> cgroup_directories(std::string_view mountinfo, std::string_view path) {
  std::vector<std::string> directories;
  if (path.starts_with(kOutside)) return directories;
  while (!mountinfo.empty())
    if (auto directory = directory_in(take_until(mountinfo, '\n'), path))
      directories.push_back(std::move(*directory));
  return directories;
}

}  // namespace my_init::os
