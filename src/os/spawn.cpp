#include "my_init/os/spawn.hpp"

namespace my_init::os {

namespace {

constexpr std::string_view kDefaultSearchPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

}  // namespace

const char* describe(SpawnStep step) {
  switch (step) {
    case SpawnStep::fork:
      return "fork";
    case SpawnStep::session:
      return "make a session";
    case SpawnStep::terminal:
      return "take the terminal";
    case SpawnStep::cgroup:
      return "join cgroup";
    case SpawnStep::oom_score:
      return "set oom_score_adj";
    case SpawnStep::nice:
      return "set nice value";
    case SpawnStep::standard_streams:
      return "set standard streams";
    case SpawnStep::descriptors:
      return "pass descriptors";
    case SpawnStep::limits:
      return "set resource limits";
    case SpawnStep::groups:
      return "set groups";
    case SpawnStep::user:
      return "change user";
    case SpawnStep::capabilities:
      return "set capabilities";
    case SpawnStep::working_directory:
      return "change to working directory";
    case SpawnStep::no_new_privileges:
      return "set no_new_privs";
    case SpawnStep::exec:
      return "exec";
  }
  return "start";
}

std::vector<std::string> executable_candidates(std::string_view word,
                                               std::string_view search_path) {
  if (word.find('/') != std::string_view::npos) return {std::string(word)};
  if (search_path.empty()) search_path = kDefaultSearchPath;
  std::vector<std::string> candidates;
  while (true) {
    const std::size_t colon = search_path.find(':');
    const std::string_view directory = search_path.substr(0, colon);
    std::string candidate(directory.empty() ? "." : directory);
    candidate += '/';
    candidate += word;
    candidates.push_back(std::move(candidate));
    if (colon == std::string_view::npos) return candidates;
    search_path.remove_prefix(colon + 1);
  }
}

}  // namespace my_init::os
