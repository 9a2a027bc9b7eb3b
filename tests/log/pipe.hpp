#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "catch.hpp"
#include "my_init/base/unique_fd.hpp"

/// A pipe, and our signals blocked as the program has them.
struct Pipe {
  explicit Pipe(int flags = O_CLOEXEC) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), flags) == 0);
    reader.reset(ends[0]);
    writer.reset(ends[1]);
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  }

  /// The next bytes; empty at the end.
  [[nodiscard]] std::string read_some() const {
    std::array<char, 65536> buffer{};
    const ssize_t length = ::read(reader.get(), buffer.data(), buffer.size());
    return length > 0 ? std::string(buffer.data(), static_cast<std::size_t>(length)) : "";
  }

  /// Reads until so many bytes are there.
  [[nodiscard]] std::string read(std::size_t bytes) const {
    std::string all;
    while (all.size() < bytes) {
      const std::string some = read_some();
      REQUIRE_FALSE(some.empty());
      all += some;
    }
    return all;
  }

  [[nodiscard]] std::string read_until(const std::string& end) const {
    std::string all;
    while (all.find(end) == std::string::npos) {
      const std::string some = read_some();
      REQUIRE_FALSE(some.empty());
      all += some;
    }
    return all;
  }

  [[nodiscard]] std::string read_all() {
    writer.reset();
    std::string all;
    for (std::string some = read_some(); !some.empty(); some = read_some()) all += some;
    return all;
  }

  my_init::UniqueFd reader;
  my_init::UniqueFd writer;
};
