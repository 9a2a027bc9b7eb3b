#include "my_init/os/time_zone.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace my_init::os {

using std::chrono::local_seconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;

struct TimeZone::Rules {
  absl::TimeZone zone;

  [[nodiscard]] static absl::TimeZone of(const TimeZone& zone) {
    return zone.rules_ ? zone.rules_->zone : absl::UTCTimeZone();
  }
};

namespace {

absl::Time to_absl(sys_seconds time) {
  return absl::FromUnixSeconds(time.time_since_epoch().count());
}

sys_seconds from_absl(absl::Time time) {
  return sys_seconds(seconds(absl::ToUnixSeconds(time)));
}

/// "Europe/Berlin": neither absolute nor with a part that is empty, "." or "..".
bool is_plain_name(std::string_view name) {
  for (;;) {
    const std::string_view part = name.substr(0, name.find('/'));
    if (part.empty() || part == "." || part == "..") return false;
    if (part.size() == name.size()) return name.find('\0') == std::string_view::npos;
    name.remove_prefix(part.size() + 1);
  }
}

}  // namespace

Result<TimeZone> TimeZone::load(const std::string& name, const std::string& directory) {
  if (name == "UTC") return TimeZone();
  const auto bad = [&name](std::string_view why, int number = 0) {
    return failure(fmt::format("cannot use time zone '{}': {}", name, why), number);
  };
  if (!is_plain_name(name)) return bad("expected a name such as 'UTC' or 'Europe/Berlin'");
  const std::string path = directory + '/' + name;
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    const int number = errno;
    if (number != ENOENT && number != ENOTDIR)
      return bad(fmt::format("{}: {}", path, errno_text(number)), number);
    if (::stat(directory.c_str(), &status) != 0)
      return bad(fmt::format("there is no {} (is tzdata installed?)", directory), number);
    return bad(fmt::format("no such file in {}", directory), number);
  }
  // Asked only for files that are there: what was not found once is not looked for again.
  auto rules = std::make_shared<Rules>();
  if (!S_ISREG(status.st_mode) || !absl::LoadTimeZone(path, &rules->zone))
    return bad(fmt::format("{} is not a time zone file", path));
  TimeZone zone;
  zone.rules_ = std::move(rules);
  return zone;
}

local_seconds TimeZone::to_local(sys_seconds time) const {
  return local_seconds(time.time_since_epoch() +
                       seconds(Rules::of(*this).At(to_absl(time)).offset));
}

LocalMeaning TimeZone::to_sys(local_seconds time) const {
  using Info = absl::TimeZone::TimeInfo;
  using Kind = LocalMeaning::Kind;
  const Info info = Rules::of(*this).At(absl::CivilSecond() + time.time_since_epoch().count());
  const sys_seconds before = from_absl(info.pre);
  switch (info.kind) {
    case Info::UNIQUE:
      return {Kind::unique, before, before};
    case Info::SKIPPED:
      return {Kind::skipped, from_absl(info.trans), from_absl(info.trans)};
    case Info::REPEATED:
      return {Kind::repeated, before, from_absl(info.post)};
  }
  return {Kind::unique, before, before};
}

std::optional<sys_seconds> TimeZone::next_change(sys_seconds after) const {
  const absl::TimeZone zone = Rules::of(*this);
  absl::TimeZone::CivilTransition change;
  if (!zone.NextTransition(to_absl(after), &change)) return {};
  return from_absl(zone.At(change.to).trans);
}

}  // namespace my_init::os
