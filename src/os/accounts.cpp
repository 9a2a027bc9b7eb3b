#include "my_init/os/accounts.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <memory>

namespace my_init::os {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// A uid or gid; the highest number means "no change" to the kernel and is no id.
std::optional<std::uint32_t> parse_id(std::string_view text) {
  std::uint32_t id = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  if (text.empty() || error != std::errc() || stop != end || id == UINT32_MAX) return std::nullopt;
  return id;
}

}  // namespace

Accounts::Accounts(const std::string& passwd_file, const std::string& group_file) {
  if (const File file{std::fopen(passwd_file.c_str(), "re")})
    while (const passwd* entry = ::fgetpwent(file.get()))
      users_.push_back(
          {entry->pw_name, entry->pw_uid, entry->pw_gid, entry->pw_dir, entry->pw_shell});
  if (const File file{std::fopen(group_file.c_str(), "re")}) {
    while (const group* entry = ::fgetgrent(file.get())) {
      Group group{entry->gr_name, entry->gr_gid, {}};
      for (char** member = entry->gr_mem; *member != nullptr; ++member)
        group.members.emplace_back(*member);
      groups_.push_back(std::move(group));
    }
  }
}

std::optional<Account> Accounts::find_user(std::string_view name_or_uid) const {
  const auto named = std::ranges::find(users_, name_or_uid, &Account::name);
  if (named != users_.end()) return *named;
  const std::optional<std::uint32_t> uid = parse_id(name_or_uid);
  if (!uid) return std::nullopt;
  const auto numbered = std::ranges::find(users_, *uid, &Account::uid);
  if (numbered != users_.end()) return *numbered;
  Account account;
  account.uid = *uid;
  return account;
}

std::optional<gid_t> Accounts::find_group(std::string_view name_or_gid) const {
  const auto named = std::ranges::find(groups_, name_or_gid, &Group::name);
  if (named != groups_.end()) return named->gid;
  return parse_id(name_or_gid);
}

std::vector<gid_t> Accounts::groups_of(const Account& account) const {
  std::vector<gid_t> gids;
  if (account.name.empty()) return gids;
  for (const Group& group : groups_) {
    if (group.gid == account.gid || std::ranges::find(gids, group.gid) != gids.end()) continue;
    if (std::ranges::find(group.members, account.name) != group.members.end())
      gids.push_back(group.gid);
  }
  return gids;
}

}  // namespace my_init::os
