#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace my_init {

/// One line of /etc/passwd, or what stands for it where a numeric id has none.
struct Account {
  std::string name;  ///< empty for a uid without an entry
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home = "/";
  std::string shell = "/bin/sh";

  friend bool operator==(const Account&, const Account&) = default;
};

/// Whom a process runs as: exactly these ids, exactly these supplementary groups.
struct Identity {
  Account account;
  std::vector<gid_t> groups;

  friend bool operator==(const Identity&, const Identity&) = default;
};

}  // namespace my_init
