#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "my_init/base/account.hpp"
#include "my_init/base/indirect.hpp"
#include "my_init/base/output_settings.hpp"
#include "my_init/core/service_spec.hpp"

namespace my_init::config {

/// Which of the container's variables a service inherits.
struct InheritEnvironment {
  bool all = true;
  std::vector<std::string> patterns;  ///< names and globs (fnmatch), when not all

  friend bool operator==(const InheritEnvironment&, const InheritEnvironment&) = default;
};

/// argv, at least one word.
using Command = std::vector<std::string>;

/// What a probe looks at: a command's exit status, or an address.
struct Probe {
  enum class Kind : std::uint8_t { command, tcp, http, file };
  Kind kind = Kind::command;
  Command command;     ///< CMD-SHELL is /bin/sh -c
  std::string target;  ///< "host:port", a URL, or an absolute path

  friend bool operator==(const Probe&, const Probe&) = default;
};

/// The part of `ready` that the core does not need.
struct ReadySource {
  Probe probe;          ///< of the polled ways
  int fd = 3;           ///< of way fd
  std::string pattern;  ///< of way log: an extended regular expression, regex(7), for one line

  friend bool operator==(const ReadySource&, const ReadySource&) = default;
};

/// A variable whose value is the content of a file, less one trailing newline.
struct Secret {
  std::string name;
  std::string path;

  friend bool operator==(const Secret&, const Secret&) = default;
};

/// setrlimit(2). The maximum of the type is "unlimited".
struct ResourceLimit {
  int resource = 0;  ///< RLIMIT_NOFILE, ...
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;

  friend bool operator==(const ResourceLimit&, const ResourceLimit&) = default;
};

/// A socket that we open before the first start and keep over restarts.
struct ListenSocket {
  enum class Kind : std::uint8_t { tcp, unix_stream };
  std::string name;  ///< in LISTEN_FDNAMES
  Kind kind = Kind::tcp;
  std::string address;         ///< numeric, or "*" for every one of both families; or a path
  std::uint16_t port = 0;      ///< of tcp
  std::optional<mode_t> mode;  ///< of unix_stream; nothing: 0666 less the umask

  friend bool operator==(const ListenSocket&, const ListenSocket&) = default;
};

/// When a scheduled service is due: exactly one of the two is set.
struct Schedule {
  std::string expression;  ///< five fields or @hourly, ..., as written; checked
  Duration every{};        ///< from start to start
  std::string time_zone = "UTC";

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// What makes a service that of a runit directory.
struct RunitPart {
  /// The service that reads from its standard input, through a pipe that outlives both of them,
  /// what this one writes to its standard output. Empty: there is none.
  std::string logger;
  bool is_logger = false;  ///< it is one itself

  friend bool operator==(const RunitPart&, const RunitPart&) = default;
};

/// What few services have; kept apart, so that the others do not pay for it.
struct ExecutionDetails {
  std::string pid_file;  ///< type forking; empty: the daemon is found by its marker
  ReadySource ready;
  Probe healthcheck;  ///< used when the spec has one
  std::vector<Command> pre_start, post_start, pre_stop, post_stop;
  Command reload_command;
  std::vector<Secret> secrets;
  std::uint64_t required_capabilities = 0;  ///< cap_add: it holds them, or is not started
  std::vector<ResourceLimit> ulimits;
  std::optional<int> nice;
  std::optional<int> oom_score_adj;
  std::optional<Schedule> schedule;
  std::optional<RunitPart> runit;
  std::vector<ListenSocket> listen;  ///< in the order of the definition: that of the descriptors

  friend bool operator==(const ExecutionDetails&, const ExecutionDetails&) = default;
};

/// How a service's process is made: everything about it that the core does not decide.
struct Execution {
  Command command;
  std::string working_dir;           ///< absolute; empty = /
  std::optional<Identity> identity;  ///< nothing: our own ids
  std::vector<gid_t> extra_groups;   ///< group_add without user
  InheritEnvironment inherit_environment;
  /// env_file, then environment, already merged: the last assignment of a name is the one kept.
  std::vector<std::pair<std::string, std::string>> environment;
  std::optional<mode_t> umask;
  std::optional<std::uint64_t>
      capabilities;  ///< cap_drop and cap_add: the bits kept; nothing: untouched
  bool no_new_privileges = false;
  OutputDriver output_driver = OutputDriver::container;
  Indirect<OutputSettings> output;
  Indirect<ExecutionDetails> details;

  friend bool operator==(const Execution&, const Execution&) = default;
};

/// One checked service definition.
struct ServiceDefinition {
  core::ServiceSpec spec;
  Execution execution;
  std::string description;
  std::string file;  ///< where it was defined
  int line = 0;      ///< 1-based

  friend bool operator==(const ServiceDefinition&, const ServiceDefinition&) = default;
};

}  // namespace my_init::config
