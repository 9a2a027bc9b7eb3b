#pragma once

#include <cstdint>
#include <string>

namespace my_init::test {

/// What an actor does with sockets and descriptors.

/// Sends it to $NOTIFY_SOCKET, together with `fd` unless that is -1; false: nobody is there.
bool send_notification(const std::string& text, int fd);
/// The first 256 bytes that can be read there.
std::string contents_of(int fd);
/// "bound" or "refused".
const char* can_bind(std::uint16_t port);
/// A socket whose connections succeed; -1 when it cannot be had.
int listen_at(std::uint16_t port);
/// An HTTP server whose every answer has this status.
[[noreturn]] void answer(int listener, const std::string& status);

/// Accepts `count` connections (for ever: -1) one after the other and answers each with `name`.
void accept_clients(int socket, long count, const std::string& name);

}  // namespace my_init::test
