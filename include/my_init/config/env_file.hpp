#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "my_init/config/arena.hpp"
#include "my_init/config/interpolation.hpp"
#include "my_init/config/report.hpp"

namespace my_init::config {

/// A variable that a file or a list sets; later ones win.
struct Assignment {
  std::string name;
  std::string value;

  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// Reads the format of Compose's env_file: NAME=value, `export` before it, comments, values in
/// quotes that may go over several lines; $VAR in double quotes or without quotes, looked up in the
/// environment and then among the lines before. A name without value takes the environment's, if
/// any.
[[nodiscard]] std::vector<Assignment> parse_env_file(FileId file, std::string_view text,
                                                     const Lookup& lookup, Report& report);

/// Reads each file once, however many services name it.
class EnvFiles {
 public:
  /// What the file sets. A file that cannot be read is reported at `place`, unless it is missing
  /// and not `required`.
  [[nodiscard]] const std::vector<Assignment>& read(const std::string& path, bool required,
                                                    Place place, const Lookup& lookup, Arena& arena,
                                                    Report& report);

 private:
  struct Known {
    std::vector<Assignment> assignments;
    std::optional<Error> error;
  };

  std::unordered_map<std::string, Known> known_;
};

}  // namespace my_init::config
