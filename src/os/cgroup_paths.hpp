#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace my_init::os {

/// The path after "0::" in the text of a /proc/<pid>/cgroup, "" for the root. "/.." when there is
/// none: a process of that cgroup is outside of our namespace.
[[nodiscard]] std::string cgroup_path(std::string_view proc_cgroup);

/// The directories where cgroup `path` is seen, from the text of /proc/self/mountinfo: one for each
/// mount of cgroup version 2 that shows it.
[[nodiscard]] std::vector<std::string> cgroup_directories(std::string_view mountinfo,
                                                          std::string_view path);

}  // namespace my_init::os
