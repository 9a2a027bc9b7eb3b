#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/config/load.hpp"

namespace my_init::app {

/// A directory of files NAME -> value that holds the container's environment, with a copy for
/// shells (DIRECTORY.sh) and one for everything else (DIRECTORY.json). Where the directory does not
/// exist, nothing happens at all.
///
/// No function fails: what cannot be read or written is skipped with a warning, each text once in
/// the life of the object; that things cannot be written at all is one warning.
class EnvironmentDirectory {
 public:
  /// New files are readable by the group `readers` (mode 640) when there is one, else mode 600.
  explicit EnvironmentDirectory(std::string directory, std::optional<gid_t> readers = {});

  struct Outcome {
    config::Environment environment;
    std::vector<std::string> warnings;
  };

  /// At boot: `environment`, then the variables of the directory that are not in it. One newline at
  /// the end of a file is not part of the value. Of a name given twice the first one stays.
  [[nodiscard]] Outcome import(config::Environment environment);

  /// Writes every variable but HOME, USER, GROUP, UID, GID and SHELL as a file, then the copies;
  /// what is there already stays untouched. The warnings.
  [[nodiscard]] std::vector<std::string> export_all(const config::Environment& environment);

  /// After a start-up script: the directory is the truth. A variable whose file is gone is gone,
  /// but HOME, USER, GROUP, UID, GID, SHELL, LOGNAME and what could not be written before stay.
  /// Rewrites the copies when they would differ.
  [[nodiscard]] Outcome reload(const config::Environment& environment);

  /// The same without writing anything; publish() does that.
  [[nodiscard]] Outcome read_again(const config::Environment& environment);
  /// Rewrites the copies when they would differ. The warnings.
  [[nodiscard]] std::vector<std::string> publish(const config::Environment& environment);

 private:
  struct Listing;
  enum class Presence { missing, there };

  [[nodiscard]] Listing read_all();
  [[nodiscard]] Presence presence() const;
  void write_variables(const config::Environment& environment);
  void write_copies(const config::Environment& environment);
  void write_copy(const std::string& path, std::string_view content);
  void warn(std::string text);
  void warn_unwritable(std::string text);
  [[nodiscard]] std::vector<std::string> take_warnings();

  std::string directory_;
  std::optional<gid_t> readers_;
  std::set<std::string, std::less<>> written_;  ///< names that had a file when we last looked
  /// Contents of files that should have become another value but could not be written.
  std::map<std::string, std::string, std::less<>> overruled_;
  std::set<std::string, std::less<>> told_;
  std::vector<std::string> warnings_;
  bool told_unwritable_ = false;
};

}  // namespace my_init::app
