#pragma once

#include <cstdint>
#include <string>

#include "container.hpp"

namespace my_init::test {

/// The service "http" of a container, which is `svctl serve` on a port that the kernel chooses.
/// `keys`: further lines of its definition; `options`: words after `serve`, each after a comma.
void add_web_server(Container& box, const std::string& keys = {}, const std::string& options = {});
/// Waits until it serves.
[[nodiscard]] std::uint16_t web_port(Container& box);

struct WebAnswer {
  int status = 0;
  std::string head;  ///< with the status line
  std::string body;
};
/// `line`: "GET /metrics"; `fields`: further ones, each with its line end.
[[nodiscard]] WebAnswer ask_web(std::uint16_t port, const std::string& line,
                                const std::string& fields = {});
/// What ask_web() sends.
[[nodiscard]] std::string web_request(const std::string& line, const std::string& fields = {});

}  // namespace my_init::test
