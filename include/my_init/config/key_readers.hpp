#pragma once

#include <span>
#include <string_view>

#include "my_init/config/field_reader.hpp"
#include "my_init/config/load_context.hpp"

namespace my_init::config {

// The readers of the single keys, by concern; service_keys.cpp joins them to their names.

// type_keys.cpp: how its process is followed.
void read_type(std::string_view key, const Node& value, Reading& reading);
/// `pid_file`, once the type is known.
void finish_forking(Reading& reading);

// command_keys.cpp: what is run.
void read_command(std::string_view key, const Node& value, Reading& reading);
void read_working_dir(std::string_view key, const Node& value, Reading& reading);
void read_umask(std::string_view key, const Node& value, Reading& reading);

// restart_keys.cpp: when it runs again.
void read_restart_backoff(std::string_view key, const Node& value, Reading& reading);
void read_restart_limit(std::string_view key, const Node& value, Reading& reading);
void read_success_exit_codes(std::string_view key, const Node& value, Reading& reading);
[[nodiscard]] std::span<const NamedField> backoff_fields();
[[nodiscard]] std::span<const NamedField> limit_fields();

/// `restart`, once the type is known.
void finish_restart(Reading& reading);

// dependency_keys.cpp: what must be there before.
void read_depends_on(std::string_view key, const Node& value, Reading& reading);

// identity_keys.cpp: whom it runs as.
/// `user` and `group_add`.
void finish_identity(Reading& reading);
/// `cap_drop` and `cap_add`.
void finish_capabilities(Reading& reading);

// environment_keys.cpp: what it finds in its environment.
void read_inherit_environment(std::string_view key, const Node& value, Reading& reading);
/// `env_file`, then `environment`.
void finish_environment(Reading& reading);

// ready_keys.cpp: when it counts as ready.
/// `ready`, then `watchdog`.
void finish_ready(Reading& reading);
[[nodiscard]] std::span<const NamedField> ready_fields();

// health_keys.cpp: whether it still does what it should.
void read_healthcheck(std::string_view key, const Node& value, Reading& reading);
[[nodiscard]] std::span<const NamedField> health_fields();

// signal_keys.cpp: what it is told to stop and to reload.
void read_stop_signal(std::string_view key, const Node& value, Reading& reading);
/// `reload_signal` or `reload_command`.
void finish_reload(Reading& reading);

// hook_keys.cpp: what is run before and after it.
void read_pre_start(std::string_view key, const Node& value, Reading& reading);
void read_post_start(std::string_view key, const Node& value, Reading& reading);
void read_pre_stop(std::string_view key, const Node& value, Reading& reading);
void read_post_stop(std::string_view key, const Node& value, Reading& reading);

// secret_keys.cpp: what of its environment is in files.
void finish_secrets(Reading& reading);

// limit_keys.cpp: what it may take.
void read_ulimits(std::string_view key, const Node& value, Reading& reading);
void read_nice(std::string_view key, const Node& value, Reading& reading);
void read_oom_score_adj(std::string_view key, const Node& value, Reading& reading);

// schedule_keys.cpp: when a oneshot runs.
/// `schedule`, `timezone` and `schedule_overlap`.
void finish_schedule(Reading& reading);

// listen_keys.cpp: the sockets that are opened for it.
void read_listen(std::string_view key, const Node& value, Reading& reading);

// output_keys.cpp: where its output goes.
void read_logging(std::string_view key, const Node& value, Reading& reading);
[[nodiscard]] std::span<const NamedField> logging_fields();

}  // namespace my_init::config
