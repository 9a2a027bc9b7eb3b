#include "access.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdlib>

#include "command.hpp"
#include "my_init/app/small_file.hpp"

namespace my_init::svctl {
namespace {

constexpr std::size_t kLongestToken = 4096;
constexpr std::size_t kShortestToken = 16;
constexpr const char* kTokenVariable = "MY_INIT_SERVE_TOKEN";

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

/// "web:9001" and "[::1]:9001" without the port.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_address(std::string_view host) {
  in6_addr number{};
  if (host.starts_with('[') && host.ends_with(']'))
    return ::inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &number) ==
           1;
  return ::inet_pton(AF_INET, std::string(host).c_str(), &number) == 1;
}

}  // namespace

bool is_own_host(std::string_view host, const std::vector<std::string>& allowed) {
  const std::string_view name = without_port(host);
  return is_address(name) || equals_ignoring_case(name, "localhost") ||
         std::ranges::any_of(
             allowed, [name](const std::string& one) { return equals_ignoring_case(name, one); });
}

bool has_token(std::string_view authorization, std::string_view token) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!equals_ignoring_case(authorization.substr(0, kScheme.size()), kScheme)) return false;
  const std::string_view given = authorization.substr(kScheme.size());
  int difference = given.size() == token.size() ? 0 : 1;
  for (std::size_t i = 0; i < given.size(); ++i) difference |= given[i] ^ token[i % token.size()];
  return difference == 0;
}

std::string configured_token(const std::string& file) {
  std::string token;
  if (!file.empty()) {
    auto read = app::read_small_file(file, kLongestToken);
    if (!read) throw Stop{Outcome::usage, "--token-file: " + read.error().message};
    token = std::move(*read);
    if (token.ends_with('\n')) token.pop_back();
  } else if (const char* const variable = std::getenv(kTokenVariable); variable != nullptr) {
    token = variable;
    if (token.empty()) return token;
  } else {
    return token;
  }
  if (token.size() < kShortestToken)
    throw Stop{Outcome::usage,
               fmt::format("the token of {} has fewer than {} characters",
                           file.empty() ? kTokenVariable : file.c_str(), kShortestToken)};
  return token;
}

}  // namespace my_init::svctl
