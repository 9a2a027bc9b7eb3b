#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace my_init::svctl {

/// What a simple `run` script does: some set-up that a definition has keys for, then one program.
struct SimpleScript {
  std::vector<std::string> command;
  std::string user;         ///< of chpst -u, s6-setuidgid and the like; empty: nobody's
  std::string working_dir;  ///< of cd; empty: none
  std::vector<std::string> environment;  ///< NAME=VALUE of export
  bool notifies_on_check = false;        ///< s6-notifyoncheck: data/check tells when it is ready
};

/// Nothing when the script does more than that, so that it must be run as it is.
[[nodiscard]] std::optional<SimpleScript> read_simple_script(std::string_view text);

/// Its first line names s6-overlay's with-contenv or execline, which an image without s6-overlay
/// lacks.
[[nodiscard]] std::string_view missing_interpreter(std::string_view text);

}  // namespace my_init::svctl
