#include "my_init/base/capability.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace my_init {

namespace {

/// In the order of their numbers in linux/capability.h.
constexpr std::array<std::string_view, 41> kNames{
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
};

constexpr std::string_view kPrefix = "CAP_";

/// ASCII only, whatever the locale.
char upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

bool same_name(std::string_view given, std::string_view name) {
  return std::ranges::equal(given, name, {}, upper);
}

}  // namespace

std::optional<int> capability_number(std::string_view name) {
  if (same_name(name.substr(0, kPrefix.size()), kPrefix)) name.remove_prefix(kPrefix.size());
  const auto found = std::ranges::find_if(
      kNames, [name](std::string_view known) { return same_name(name, known); });
  if (found == kNames.end()) return std::nullopt;
  return static_cast<int>(found - kNames.begin());
}

std::string capability_name(int number) {
  if (number < 0 || static_cast<std::size_t>(number) >= kNames.size())
    return "capability " + std::to_string(number);
  return std::string(kPrefix) + std::string(kNames[static_cast<std::size_t>(number)]);
}

}  // namespace my_init
