#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace my_init::os {

/// The steps of the child between fork and exec, in their order; the one that failed is reported.
enum class SpawnStep : std::uint8_t {
  fork,  ///< in the parent: pipe2 or fork refused
  session,
  terminal,
  oom_score,
  nice,
  standard_streams,
  descriptors,
  limits,        ///< after all that opens or moves descriptors: RLIMIT_NOFILE
  bounding_set,  ///< as long as it may be changed: before the change of user
  groups,
  user,
  capabilities,
  ambient_set,
  working_directory,  ///< after the change of user: as what the service may enter
  no_new_privileges,
  exec,
};

/// What the child writes on the close-on-exec pipe; exactly one, or none when exec succeeded.
struct SpawnFailure {
  SpawnStep step = SpawnStep::exec;
  int number = 0;  ///< errno
  /// What the errno is about. Of exec: which of SpawnPlan::candidates; of limits: which of
  /// SpawnPlan::limits; of bounding_set, capabilities and
  /// ambient_set: the number of the capability.
  std::uint32_t item = kNoItem;

  static constexpr std::uint32_t kNoItem = ~std::uint32_t{0};
};

/// Which session and process group the child leads.
enum class SpawnSession : std::uint8_t {
  own_session,       ///< setsid: services, scripts, hooks
  own_group,         ///< setpgid, same session
  foreground_group,  ///< setpgid and the terminal's foreground (main command on a TTY)
};

/// prlimit(2). The maximum of the type is "unlimited".
struct ResourceLimit {
  int resource = 0;  ///< RLIMIT_NOFILE, ...
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

/// A descriptor of ours that the program finds under another number.
struct PassedFd {
  int from = -1;
  int to = 3;  ///< 3 or higher
};
/// More of them fail the start with EMFILE.
inline constexpr std::size_t kMaxPassedFds = 128;

/// Room for the decimal digits of any pid and the end of the string: SpawnPlan::listen_pid.
inline constexpr std::size_t kPidTextSize = 11;

/// Everything that the child needs, prepared before fork: the child only makes system calls.
/// All pointers belong to the caller; how long they must live says Children::spawn().
struct SpawnPlan {
  std::vector<const char*> arguments;    ///< argv, ends with nullptr
  std::vector<const char*> environment;  ///< "NAME=value", ends with nullptr
  std::vector<const char*>
      candidates;  ///< paths for execve in order, at least one, ends with nullptr
  const char* working_directory = nullptr;  ///< nullptr: stay
  SpawnSession session = SpawnSession::own_session;
  int standard_input = -1;           ///< becomes fd 0; -1: ours
  int standard_output = -1;          ///< becomes fd 1; -1: ours
  int standard_error = -1;           ///< becomes fd 2; -1: ours
  int terminal = -1;                 ///< for foreground_group
  std::span<const PassedFd> passed;  ///< ascending `to`; one `from` may be passed several times
  /// Where the child writes its own pid, behind "LISTEN_PID=" in a line of the environment: to
  /// kPidTextSize bytes, ended by '\0'. The line belongs to this launch alone. nullptr: nowhere.
  char* listen_pid = nullptr;
  /// Directory of the cgroup (version 2) to live in; nullptr: ours. Where that cannot be had, the
  /// fork fails: ENOSYS or EPERM of an older kernel or a seccomp filter, or that cgroup's errno.
  const char* cgroup = nullptr;
  // These three are set as who we are, since to raise one may need a privilege.
  std::optional<int> oom_score_adj;  ///< -1000 to 1000, proc(5)
  std::optional<int> nice;           ///< -20 to 19; the kernel takes the nearest to another number
  std::span<const ResourceLimit> limits;
  std::optional<mode_t> umask;
  bool change_identity = false;  ///< then groups, gid and uid are set, in this order
  uid_t uid = 0;
  gid_t gid = 0;
  std::span<const gid_t> groups;
  bool set_groups = false;  ///< without change_identity: only the supplementary groups
  /// What stays of the bounding set. Root also holds those of them that we hold ourselves; another
  /// user holds none, as anywhere.
  std::optional<std::uint64_t> capabilities;
  /// Among them, those that whoever it is holds: inheritable, permitted and ambient set. The start
  /// fails where we do not hold one.
  std::uint64_t required_capabilities = 0;
  bool no_new_privileges = false;
};

/// "exec", "set nofile to 1024", "change to working directory": completes "cannot start 'web':
/// ...". The plan is the one that failed.
[[nodiscard]] std::string describe(const SpawnFailure& failure, const SpawnPlan& plan);

/// The paths that execvp(3) would try for `word` in `search_path` (the service's PATH; an empty one
/// means the POSIX default "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"). A word
/// with a slash is its own only candidate. An empty element of the path is the current directory.
[[nodiscard]] std::vector<std::string> executable_candidates(std::string_view word,
                                                             std::string_view search_path);

}  // namespace my_init::os
