#include "my_init/os/become.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <unistd.h>

#include <cerrno>

namespace my_init::os {
namespace {

bool has_ids(const Account& account) {
  uid_t uids[3] = {};
  gid_t gids[3] = {};
  if (::getresuid(&uids[0], &uids[1], &uids[2]) != 0) return false;
  if (::getresgid(&gids[0], &gids[1], &gids[2]) != 0) return false;
  for (const uid_t uid : uids)
    if (uid != account.uid) return false;
  for (const gid_t gid : gids)
    if (gid != account.gid) return false;
  return true;
}

}  // namespace

Result<void> become(const Identity& identity) {
  const Account& account = identity.account;
  // The kernel takes this number for "stay who you are", which may be root.
  constexpr uid_t kNoChange = static_cast<uid_t>(-1);
  if (account.uid == kNoChange || account.gid == kNoChange)
    return system_failure(fmt::format("become {}:{}", account.uid, account.gid), EINVAL);
  if (::setgroups(identity.groups.size(), identity.groups.data()) != 0) {
    if (errno == EPERM && has_ids(account)) return {};
    return system_failure("set the groups", errno);
  }
  if (::setresgid(account.gid, account.gid, account.gid) != 0)
    return system_failure(fmt::format("become gid {}", account.gid), errno);
  if (::setresuid(account.uid, account.uid, account.uid) != 0)
    return system_failure(fmt::format("become uid {}", account.uid), errno);
  return {};
}

}  // namespace my_init::os
