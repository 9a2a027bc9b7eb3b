#include "my_init/app/probe.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <nss.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "my_init/app/http_status.hpp"
#include "my_init/app/options.hpp"
#include "my_init/base/probe_target.hpp"
#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::app {
namespace {

constexpr int kExitNoAnswer = 1;

struct FreeAddresses {
  void operator()(addrinfo* first) const { ::freeaddrinfo(first); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// getaddrinfo's error in our style: "name or service not known".
std::string lookup_error_text(int problem) {
  if (problem == EAI_SYSTEM) return errno_text(errno);
  std::string text = ::gai_strerror(problem);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

Result<Addresses> resolve(const TcpTarget& target) {
  // These two are inside a static glibc. Any other word in /etc/nsswitch.conf would make it load a
  // module of the image's glibc, which may be another version or none at all.
  ::__nss_configure_lookup("hosts", "files dns");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const std::string port = std::to_string(target.port);
  const int problem = ::getaddrinfo(target.host.c_str(), port.c_str(), &hints, &first);
  if (problem != 0) {
    return failure(fmt::format("cannot resolve '{}': {}", target.host, lookup_error_text(problem)));
  }
  return Addresses(first);
}

/// Whether a socket has met itself: when nobody listens on a port of the ephemeral range, the
/// kernel may choose that very port as ours, and TCP connects the socket to its own end.
bool is_connected_to_itself(int connection) {
  sockaddr_storage ours{};
  sockaddr_storage theirs{};
  socklen_t our_length = sizeof ours;
  socklen_t their_length = sizeof theirs;
  return ::getsockname(connection, reinterpret_cast<sockaddr*>(&ours), &our_length) == 0 &&
         ::getpeername(connection, reinterpret_cast<sockaddr*>(&theirs), &their_length) == 0 &&
         our_length == their_length && std::memcmp(&ours, &theirs, our_length) == 0;
}

/// The error has its errno, and no sentence yet.
Result<UniqueFd> connect_to(const addrinfo& address) {
  UniqueFd connection(
      ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC, address.ai_protocol));
  if (!connection) return failure("", errno);
  if (::connect(connection.get(), address.ai_addr, address.ai_addrlen) != 0) {
    return failure("", errno);
  }
  if (is_connected_to_itself(connection.get())) return failure("", ECONNREFUSED);
  return connection;
}

/// Tries each address of the name; the error is that of the first, which the resolver prefers.
Result<UniqueFd> connect_to(const TcpTarget& target) {
  const auto addresses = resolve(target);
  if (!addresses) return std::unexpected(addresses.error());
  std::optional<int> first_error;
  for (const addrinfo* address = addresses->get(); address != nullptr; address = address->ai_next) {
    auto connection = connect_to(*address);
    if (connection) return connection;
    if (!first_error) first_error = connection.error().number;
  }
  return system_failure("connect to " + to_string(target), first_error.value_or(EADDRNOTAVAIL));
}

ProbeOutcome bad_usage(std::string message) {
  return {.exit_code = kExitUsage, .message = std::move(message)};
}

ProbeOutcome no_answer(std::string message) {
  return {.exit_code = kExitNoAnswer, .message = std::move(message)};
}

ProbeOutcome probe_tcp(const std::string& text) {
  const auto target = parse_tcp_target(text);
  if (!target) return bad_usage(target.error().message);
  const auto connection = connect_to(*target);
  return connection ? ProbeOutcome{} : no_answer(connection.error().message);
}

ProbeOutcome probe_http(const std::string& text) {
  const auto target = parse_http_target(text);
  if (!target) return bad_usage(target.error().message);
  const auto connection = connect_to(TcpTarget{.host = target->host, .port = target->port});
  if (!connection) return no_answer(connection.error().message);
  const auto status = ask_for_status(connection->get(), *target);
  if (!status) return no_answer(status.error().message);
  if (*status >= 200 && *status < 400) return {};
  return no_answer(fmt::format("{} answers {:03}", to_string(*target), *status));
}

}  // namespace

ProbeOutcome probe(std::span<const std::string> words) {
  if (words.size() == 2 && words[0] == "tcp") return probe_tcp(words[1]);
  if (words.size() == 2 && words[0] == "http") return probe_http(words[1]);
  return bad_usage(fmt::format("usage: {} (tcp HOST:PORT | http URL)", kProbeProgram));
}

int run_probe(std::span<const std::string> words) {
  const ProbeOutcome outcome = probe(words);
  if (!outcome.message.empty()) std::fputs((outcome.message + "\n").c_str(), stderr);
  return outcome.exit_code;
}

}  // namespace my_init::app
