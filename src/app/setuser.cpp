#include "my_init/app/setuser.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "my_init/app/startup_files.hpp"
#include "my_init/base/result.hpp"
#include "my_init/os/accounts.hpp"
#include "my_init/os/become.hpp"

namespace my_init::app {
namespace {

constexpr int kExitFailure = 1;
constexpr int kExitCannotExecute = 126;
constexpr int kExitNotFound = 127;

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// As `user:` of a definition: a number means that number, without groups of its own.
Result<Identity> find_identity(std::string_view text) {
  const os::Accounts accounts;
  const std::size_t colon = text.find(':');
  const std::string_view user = text.substr(0, colon);
  auto account = accounts.find_user(user);
  if (!account) return failure(fmt::format("user '{}' not found", user));
  Identity identity{.account = std::move(*account), .groups = {}};
  if (!is_number(user)) identity.groups = accounts.groups_of(identity.account);
  if (colon == std::string_view::npos) return identity;
  const auto gid = accounts.find_group(text.substr(colon + 1));
  if (!gid) return failure(fmt::format("group '{}' not found", text.substr(colon + 1)));
  identity.account.gid = *gid;
  return identity;
}

void set_variables(const Account& account) {
  if (account.name.empty()) {
    ::unsetenv("USER");  // it would be that of another one
  } else {
    ::setenv("USER", account.name.c_str(), 1);
  }
  ::setenv("HOME", account.home.c_str(), 1);
  ::setenv("UID", fmt::format_int(account.uid).c_str(), 1);
}

int complain(std::string_view message, int exit_code) {
  std::fputs(fmt::format("{}: {}\n", kSetuserProgram, message).c_str(), stderr);
  return exit_code;
}

/// Returns only when that fails.
int execute(std::span<const std::string> words) {
  std::vector<std::string> copies(words.begin(), words.end());
  std::vector<char*> arguments;
  arguments.reserve(copies.size() + 1);
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  const int number = errno;
  const bool is_path = words[0].find('/') != std::string::npos;
  const std::string why = is_path ? explain_exec_failure(words[0], number) : errno_text(number);
  return complain(fmt::format("cannot execute '{}': {}", words[0], why),
                  number == ENOENT ? kExitNotFound : kExitCannotExecute);
}

}  // namespace

int run_setuser(std::span<const std::string> words) {
  if (words.size() < 2) {
    std::fputs("usage: setuser USER[:GROUP] COMMAND [ARG...]\n", stderr);
    return kExitFailure;
  }
  const auto identity = find_identity(words[0]);
  if (!identity) return complain(identity.error().message, kExitFailure);
  if (const auto done = os::become(*identity); !done)
    return complain(done.error().message, kExitFailure);
  set_variables(identity->account);
  return execute(words.subspan(1));
}

}  // namespace my_init::app
