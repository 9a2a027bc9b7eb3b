#include "my_init/config/key_notes.hpp"

#include <algorithm>
#include <array>

namespace my_init::config {
namespace {

constexpr std::array kNotes{
    // what
    KeyNote{"description", "text", "", "A line for people."},
    KeyNote{"enabled", "bool", "true", "false: loaded, shown as disabled, started only by hand."},
    KeyNote{"profiles", "texts", "",
            "With MY_INIT_PROFILES=a,b only services without profiles or with one of these exist."},
    KeyNote{"type", "simple|oneshot|forking", "simple",
            "oneshot: runs once and is completed when it ends with success. forking: ends with "
            "success once a daemon of its own runs, which is followed."},
    KeyNote{"pid_file", "path", "",
            "Of type forking: the file that names the daemon. Without it the daemon is found by "
            "its environment."},
    KeyNote{"command", "command", "",
            "What is run: a list is the exact argv, a text is split into words and not run by a "
            "shell. Every service has one."},
    KeyNote{"working_dir", "path", "/", "The directory it starts in."},
    KeyNote{"user", "user", "",
            "Whom it runs as: name, uid, name:group or uid:gid; numbers need no passwd entry."},
    KeyNote{"group_add", "texts", "", "Supplementary groups, by name or gid."},
    KeyNote{"environment", "variables", "",
            "Variables, as a map or a list of NAME=VALUE. One without a value takes the "
            "container's."},
    KeyNote{"inherit_environment", "inherit", "true",
            "false: nothing of the container's environment; or a list of names and globs."},
    KeyNote{"env_file", "env_files", "", "Files of NAME=VALUE lines, read before environment."},
    KeyNote{"secrets", "files", "",
            "Variables whose values are the contents of files, less one line end; never shown."},
    KeyNote{"umask", "mode", "", "The file mode creation mask, octal and in quotes."},
    KeyNote{"ulimits", "ulimits", "", "Limits of setrlimit(2) by Compose's names."},
    KeyNote{"nice", "-20..19", "", "Its niceness."},
    KeyNote{"oom_score_adj", "-1000..1000", "", "How soon the kernel kills it for memory."},
    KeyNote{"cap_drop", "texts", "", "Capabilities that are taken away, or ALL."},
    KeyNote{"cap_add", "texts", "",
            "Capabilities that it holds whoever runs it. The start fails where the container does "
            "not have them."},
    KeyNote{"no_new_privileges", "bool", "false", "true: no exec gives it more rights."},
    KeyNote{"schedule", "schedule", "",
            "Of a oneshot, which then runs at these times: five fields of cron, @hourly and the "
            "like, or {every: 90s}."},
    KeyNote{"schedule_overlap", "skip|queue|kill", "skip",
            "At a time when it still runs: skip it, queue one run, or kill what runs."},
    KeyNote{"timezone", "text", "UTC", "Of the five fields of schedule, such as Europe/Berlin."},
    KeyNote{"listen", "files", "",
            "Sockets opened before the first start and kept over restarts, by name: "
            "tcp:HOST:PORT, unix:/PATH or unix:/PATH:MODE."},
    // order
    KeyNote{"depends_on", "dependencies", "",
            "Services that must be there before. A list means service_started, required."},
    // ready
    KeyNote{"ready", "map", "",
            "When its start is done, in exactly one way; without it, once exec has succeeded."},
    KeyNote{"ready.notify", "bool", "", "true: READY=1 of sd_notify(3)."},
    KeyNote{"ready.fd", "3..1023", "", "A newline on that descriptor."},
    KeyNote{"ready.tcp", "text", "", "HOST:PORT accepts a connection."},
    KeyNote{"ready.http", "text", "", "A URL is answered with 2xx or 3xx."},
    KeyNote{"ready.exec", "command", "", "A command exits with 0."},
    KeyNote{"ready.file", "path", "", "A file exists; it is removed before the start."},
    KeyNote{"ready.log", "text", "",
            "A line of its output matches an extended regular expression, regex(7)."},
    KeyNote{"ready.timeout", "duration", "1m",
            "Then the start has failed; also of each pre_start and post_start hook."},
    KeyNote{"ready.interval", "duration", "200ms",
            "Of tcp, http, exec and file: from the end of a try to the next."},
    KeyNote{"watchdog", "duration", "0s",
            "With ready.notify: unhealthy when no WATCHDOG=1 came for so long. 0s: none."},
    KeyNote{"healthcheck", "map", "", "Whether it still does what it should; Compose's keys."},
    KeyNote{"healthcheck.test", "probe", "",
            "[CMD, ...], [CMD-SHELL, line], the line alone, {tcp: ...}, {http: ...} or [NONE]."},
    KeyNote{"healthcheck.interval", "duration", "30s", "From the end of a check to the next."},
    KeyNote{"healthcheck.timeout", "duration", "5s", "Of one check."},
    KeyNote{"healthcheck.retries", "1..4294967295", "3", "Failures in a row: then unhealthy."},
    KeyNote{"healthcheck.start_period", "duration", "0s",
            "From ready on: failures in it do not count until one check has passed."},
    KeyNote{"healthcheck.start_interval", "duration", "1s", "The interval within start_period."},
    KeyNote{"healthcheck.on_failure", "restart|none|shutdown", "restart",
            "What is done once it has become unhealthy."},
    KeyNote{"healthcheck.disable", "bool", "", "true: takes an inherited check away."},
    // end
    KeyNote{"restart", "restart", "always",
            "no, always, on-failure, on-failure:N or unless-stopped; of a oneshot no."},
    KeyNote{"success_exit_codes", "codes", "[0]", "Exit codes that are a success."},
    KeyNote{"restart_backoff", "map", "", "How long it waits before it starts again."},
    KeyNote{"restart_backoff.initial", "duration", "100ms", "Before the first restart of a row."},
    KeyNote{"restart_backoff.factor", "1.0..1000.0", "2", "By which each delay is longer."},
    KeyNote{"restart_backoff.max", "duration", "30s", "The longest delay."},
    KeyNote{"restart_backoff.jitter", "0.0..1.0", "0.1", "By how much delays vary: 0.1 is 10 %."},
    KeyNote{"restart_backoff.reset_after", "duration", "10s",
            "A run that lasts so long begins a new row."},
    KeyNote{"restart_limit", "map", "", "How often it may start again."},
    KeyNote{"restart_limit.count", "0..4294967295", "0",
            "Restarts within the window; 0: no limit."},
    KeyNote{"restart_limit.window", "duration", "1m", "Any so long."},
    KeyNote{"restart_limit.then", "limit_end", "fail", "fail, shutdown or {retry_after: 10m}."},
    KeyNote{"essential", "bool", "false",
            "true: when it has ended for good, the container ends with its exit code."},
    // stop
    KeyNote{"stop_signal", "signal", "SIGTERM", "What tells it to stop."},
    KeyNote{"stop_grace_period", "duration", "10s", "Then SIGKILL."},
    KeyNote{"kill_mode", "mixed|group|process", "mixed",
            "mixed: the main process, then the rest of its group and what escaped from it. group: "
            "all of the group at once. process: nothing but the main process."},
    // hooks, reload
    KeyNote{"pre_start", "commands", "[]",
            "Run before it, in order; one that fails fails the start."},
    KeyNote{"post_start", "commands", "[]", "Run once it is ready."},
    KeyNote{"pre_stop", "commands", "[]", "Run before the stop signal."},
    KeyNote{"post_stop", "commands", "[]", "Run after its end, a crash included."},
    KeyNote{"reload_signal", "signal", "SIGHUP", "Sent by svctl reload."},
    KeyNote{"reload_command", "command", "", "Run by svctl reload instead."},
    // output
    KeyNote{"logging", "map", "", "What becomes of its output."},
    KeyNote{"logging.driver", "container|inherit|file|none", "container",
            "container: read line by line and written to the container's streams. file: to a file. "
            "none: kept in the tail alone. inherit: the container's own streams."},
    KeyNote{"logging.format", "prefix|json|raw", "prefix",
            "prefix: \"web | line\". json: an object a line. raw: the line alone."},
    KeyNote{"logging.timestamps", "bool", "false", "true: the time in UTC before each line."},
    KeyNote{"logging.path", "path", "", "Of driver file."},
    KeyNote{"logging.max_size", "size", "10m", "Of driver file: a larger one is rotated."},
    KeyNote{"logging.max_file", "1..1000", "5", "Of driver file: how many are kept."},
    KeyNote{"logging.compress", "bool", "false", "Of driver file: whether rotated ones are."},
    KeyNote{"logging.mode", "blocking|non-blocking", "blocking",
            "blocking: nothing is lost, the service waits. non-blocking: what does not fit into "
            "the buffer is dropped and counted."},
    KeyNote{"logging.max_buffer_size", "size", "1m", "Of mode non-blocking."},
    KeyNote{"logging.tail", "size", "64k", "How much of the newest output is kept in memory."},
    KeyNote{"logging.rate_limit", "0..1000000", "0",
            "Lines a second; what is more is dropped and counted. 0: no limit."},
};

}  // namespace

std::span<const KeyNote> key_notes() {
  return kNotes;
}

std::span<const KeyNote> field_notes(std::string_view key) {
  const auto is_field = [key](const KeyNote& note) {
    return note.is_field() && note.path.substr(0, note.path.find('.')) == key;
  };
  const auto first = std::ranges::find_if(kNotes, is_field);
  const auto end = std::find_if_not(first, kNotes.end(), is_field);
  return {first, end};
}

}  // namespace my_init::config
