#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import.hpp"

namespace my_init::svctl {

[[nodiscard]] bool is_there(const std::string& path);
[[nodiscard]] bool is_directory(const std::string& path);

/// The names in a directory, in byte order; none when there is no such directory.
[[nodiscard]] std::vector<std::string> names_below(const std::string& directory);

/// The first line of a file without its blanks; nothing when there is none.
[[nodiscard]] std::optional<std::string> line_in(const std::string& path);

/// Where a file of this machine is in the image: what stands before the last /etc/ belongs to the
/// place where the image is made.
[[nodiscard]] std::string path_in_image(const std::string& path);

/// Which files a directory may have.
enum class DirectoryKind : std::uint8_t { supervised, s6_rc };

/// A directory with a `run` of runit or s6 as a definition.
[[nodiscard]] Imported import_run_directory(const std::string& path, std::string_view name,
                                            DirectoryKind kind);

/// Sets in a draft what `text`, the script in `file`, runs, and how: from a simple script the keys
/// that stand for it, else the script itself.
class ScriptImport {
 public:
  ScriptImport(Draft& draft, const std::string& file, std::string_view text);
  [[nodiscard]] bool notifies_on_check() const { return notifies_on_check_; }
  [[nodiscard]] std::vector<std::string> take_notes() { return std::move(notes_.notes); }

 private:
  Imported notes_;
  bool notifies_on_check_ = false;
};

/// Sources of s6-rc: a directory with a directory for each service, each with a file `type`.
[[nodiscard]] Imported import_s6_rc(const std::string& path);

}  // namespace my_init::svctl
