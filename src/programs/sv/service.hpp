#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../svctl/command.hpp"
#include "my_init/protocol/service_status.hpp"

namespace my_init::sv {

/// What my_init says of all services now. Throws svctl::Stop when it cannot be asked.
class Snapshot {
 public:
  explicit Snapshot(const svctl::Common& common);

  /// That of the runit directory with this real path; nullptr: there is none.
  [[nodiscard]] const protocol::ServiceStatus* in(std::string_view directory) const;
  /// One that is defined in a file.
  [[nodiscard]] const protocol::ServiceStatus* named(std::string_view name) const;

 private:
  std::vector<protocol::ServiceStatus> all_;
};

/// What a word on the command line means.
struct Place {
  std::string word;
  std::string directory;  ///< its real path; empty: there is none
  int number = 0;         ///< errno: why there is none
};

/// A word with '/' or '.' in front is a path, any other a name in SVDIR (or MY_INIT_RUNIT_DIR, or
/// /etc/service).
[[nodiscard]] Place place_of(const std::string& word);

/// nullptr when my_init does not know it.
[[nodiscard]] const protocol::ServiceStatus* find(const Snapshot& snapshot, const Place& place);

/// "run: web: (pid 12) 5s, normally down", "down: web: 3s, normally up": `shown` is its name.
[[nodiscard]] std::string line_about(const protocol::ServiceStatus& service,
                                     std::string_view shown);

/// The text that runit has for an errno.
[[nodiscard]] std::string runit_text(int number);

/// Runs a script of the service's directory, as sv and runsv do; its standard output goes nowhere.
/// Nothing when there is no such script, or it is not executable; else whether it exited with 0.
[[nodiscard]] std::optional<bool> run_script(const std::string& directory,
                                             const std::string& script);

}  // namespace my_init::sv
