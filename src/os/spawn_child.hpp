#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>

#include "my_init/os/spawn.hpp"

namespace my_init::os {

/// What the child needs beside the plan. Plain values, as the library's checked accessors may call
/// out of this file; the plan says whether they are used.
struct ChildValues {
  int failure_pipe = -1;
  mode_t umask = 0;                      ///< used when the plan has one
  int nice = 0;                          ///< used when the plan has one
  std::array<char, 12> oom_score_adj{};  ///< in decimal; used when the plan has one
  std::size_t oom_score_adj_size = 0;
  std::uint64_t capabilities = 0;                    ///< used when the plan has some
  std::uint64_t unwanted_bounding_capabilities = 0;  ///< bits that are in the bounding set and go
};

/// The child between fork and exec: only system calls, no allocation, no lock, no log. Never
/// returns and never goes on after a step that failed. Every signal must be blocked, with its
/// default disposition; the program starts with an empty mask.
[[noreturn]] void run_child(const SpawnPlan& plan, const ChildValues& values) noexcept;

}  // namespace my_init::os
