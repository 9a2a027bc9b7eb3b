#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace my_init::protocol {

/// How often runs of a service have ended, by what ended them.
struct ExitCounts {
  std::uint32_t success = 0;  ///< by itself, with a status that its definition calls success
  std::uint32_t status = 0;   ///< by itself, with another status
  std::uint32_t signal = 0;   ///< by a signal that my_init did not send
  std::uint32_t stopped = 0;  ///< on its stop signal
  std::uint32_t killed = 0;   ///< on SIGKILL of my_init, mostly after the grace period
  std::uint32_t not_started =
      0;  ///< there never was a process, or it could not execute its program

  friend bool operator==(const ExitCounts&, const ExitCounts&) = default;
};

/// What can be known of one service from outside. 0 and "" where there is nothing.
struct ServiceStatus {
  std::string name;
  std::string state;         ///< core::phase_name
  std::string health;        ///< core::health_name
  bool live = false;         ///< a process of it may exist
  bool ended = false;        ///< for good, unless somebody asks
  bool tells_ready = false;  ///< its definition says how it tells that it is ready
  pid_t pid = 0;
  std::uint64_t run = 0;      ///< never reused
  std::int64_t since_ms = 0;  ///< how long it has been in this state
  std::uint32_t restarts = 0;
  std::string last_exit;  ///< "exited with status 1"
  int exit_code = 0;      ///< of that
  std::string why;        ///< why it is in this state, a clause
  std::string next;       ///< what happens next by itself, and when: "starts again in 2.5s"
  std::string says;       ///< STATUS= of sd_notify(3)
  /// How its processes are found: "cgroup v2", "process group and marker"; "" when it has none.
  std::string followed_by;
  // What its cgroup has counted; -1: it has none, or the kernel does not count that there.
  std::int64_t cpu_us = -1;  ///< processor time since its start
  std::int64_t memory = -1;  ///< bytes now
  ExitCounts exits;
  std::int64_t last_start_ms = -1;  ///< how long its last start took until it was ready
  std::int64_t last_stop_ms = -1;   ///< and its last stop until its main process was gone
  std::uint64_t output_lines = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t dropped_lines = 0;
  std::uint64_t dropped_bytes = 0;
  // Of the boot, since that of my_init; -1: not yet.
  std::int64_t started_ms = -1;  ///< spawned for the first time
  std::int64_t ready_ms = -1;    ///< ready for the first time
  std::vector<std::string> depends_on;
  // What sv(8) of runit says besides.
  bool enabled = true;      ///< its definition has it started at boot
  bool wanted = false;      ///< it is to be up
  bool signalled = false;   ///< this run got its stop signal
  std::int64_t run_ms = 0;  ///< since this run began
  pid_t hook_pid = 0;
  std::string directory;  ///< of runit; empty: it is defined in a file

  friend bool operator==(const ServiceStatus&, const ServiceStatus&) = default;
};

/// A process that no service's main process is, and no child of one.
struct StrayStatus {
  pid_t pid = 0;
  std::string command;
  std::string service;  ///< whose marker it carries; empty: none

  friend bool operator==(const StrayStatus&, const StrayStatus&) = default;
};

struct ContainerStatus {
  std::string version;  ///< of my_init
  pid_t pid = 0;        ///< of my_init
  std::string stage;    ///< core::stage_name
  std::string health;   ///< core::health_name, of all services together
  std::int64_t up_ms = 0;
  std::uint64_t orphans_reaped = 0;
  std::vector<StrayStatus> strays;

  friend bool operator==(const ContainerStatus&, const ContainerStatus&) = default;
};

}  // namespace my_init::protocol
