#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/base/account.hpp"

namespace my_init::os {

/// Users and groups from two files, read with fgetpwent(3) and fgetgrent(3): NSS does not work in a
/// static binary. A file that is missing has no entries. Read once, at construction of the object;
/// make a new one to see changes.
class Accounts {
 public:
  explicit Accounts(const std::string& passwd_file = "/etc/passwd",
                    const std::string& group_file = "/etc/group");

  /// By name, else by decimal uid (0..4294967294). Nothing when a name is unknown. A uid without an
  /// entry is an Account with that uid, gid 0, an empty name and home "/".
  [[nodiscard]] std::optional<Account> find_user(std::string_view name_or_uid) const;

  /// By name, else by decimal gid; nothing when a name is unknown.
  [[nodiscard]] std::optional<gid_t> find_group(std::string_view name_or_gid) const;

  /// Supplementary groups of an account, its primary group left out, in file order.
  [[nodiscard]] std::vector<gid_t> groups_of(const Account& account) const;

 private:
  struct Group {
    std::string name;
    gid_t gid = 0;
    std::vector<std::string> members;
  };
  std::vector<Account> users_;
  std::vector<Group> groups_;
};

}  // namespace my_init::os
