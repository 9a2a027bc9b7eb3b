#pragma once

#include <array>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "define.hpp"
#include "definitions.hpp"
#include "invariants.hpp"
#include "my_init/core/supervisor.hpp"

namespace my_init::core {

/// How a process of the simulated container acts. By default it starts when it is spawned, ends
/// when it is told to, and leaves nothing behind.
struct Behaviour {
  enum class Spawn : std::uint8_t {
    works,
    unanswered,       ///< the test sends the answer itself
    refused_for_now,  ///< EAGAIN
    not_found,        ///< ENOENT
  };
  Spawn spawn = Spawn::works;
  bool ignores_stop = false;
  bool unkillable = false;          ///< in uninterruptible sleep
  bool leaves_others = false;       ///< of its group, when its main process ends
  bool others_ignore_stop = false;  ///< what it leaves needs a SIGKILL
  ExitStatus ends_with = ExitStatus::signaled(SIGTERM);  ///< when it is told to stop
  std::optional<ExitStatus> ends_at_once;                ///< as hooks and probes do: with 0
};

/// The only fake of the core: a container with a virtual clock around a real Supervisor. It carries
/// out actions, answers them, and checks all invariants after every event. A value: a copy goes its
/// own way.
class World {
 public:
  explicit World(std::vector<Define> services, Settings settings = {});
  World(std::initializer_list<Define> services, Settings settings = {})
      : World(std::vector<Define>(services), settings) {}

  // Set-up. A name is a service's, "main", or "startup/0", "pre/0", "post/0" for files;
  // "web.pre_start", "web.post_start", "web.pre_stop", "web.post_stop", "web.reload", "web.ready",
  // "web.health" for what runs beside a service; hooks after the first are "web.pre_start/1".
  Behaviour& behaviour(std::string_view name);
  void set_files(SubjectKind kind, std::uint32_t count);
  void set_refused() { refused_ = true; }
  /// Nothing answers, ends or obeys by itself; the test sends every event.
  void decide_by_hand();
  void set_strays() { strays_ = true; }  ///< someone is there who ignores SIGTERM

  // What happens.
  World& boot();
  void send(const Event& event);
  void exit(std::string_view name, int code);
  void die(std::string_view name, int signo);
  void exit_leaving_others(std::string_view name, int code);
  void others_gone(std::string_view name);
  void start(std::string_view name);
  void stop(std::string_view name);
  void restart(std::string_view name);
  void reload(std::string_view name);
  void is_due(std::string_view name);
  /// The definitions are read again; of `restarted` the process is made otherwise.
  void replace(const std::vector<Define>& services, const std::vector<std::string>& restarted = {});
  void says_ready(std::string_view name);
  void pings(std::string_view name);
  void extends(std::string_view name, Duration by);
  void daemon_found(std::string_view name);
  void shut_down(int signo = SIGTERM);
  void force() { send(event::ForcedShutdownRequested{}); }
  /// Time passes, and the clock wakes the core at each of its deadlines.
  void advance(Duration duration);
  /// Time passes while nobody runs, as when the container is paused.
  void freeze(Duration duration);
  void run_to_the_end();  ///< until the core finishes or has nothing to wait for
  /// From now on everything that is told to stop, or has been told to, does.
  void everyone_obeys();
  /// The past is dropped, so that a copy is cheap; what is alive stays.
  void forget_history();

  // What can be seen.
  [[nodiscard]] Phase phase(std::string_view name) const;
  [[nodiscard]] const ServiceState& state(std::string_view name) const;
  [[nodiscard]] Stage stage() const { return supervisor_.snapshot().stage; }
  [[nodiscard]] const Supervisor& supervisor() const { return supervisor_; }
  [[nodiscard]] std::optional<int> exit_code() const { return exit_code_; }
  [[nodiscard]] Duration elapsed() const { return now_ - kBirth; }
  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] bool alive(std::string_view name) const;
  [[nodiscard]] RunRef run(std::string_view name) const;  ///< the latest
  [[nodiscard]] const std::vector<Run>& runs() const { return runs_; }
  [[nodiscard]] const Definitions& definitions() const { return definitions_; }
  /// Since boot, when the runs of this name were spawned.
  [[nodiscard]] std::vector<Duration> starts(std::string_view name) const;
  [[nodiscard]] std::size_t reported(ReportKind kind, std::string_view name) const;
  [[nodiscard]] std::size_t reported(ReportKind kind) const;
  [[nodiscard]] action::Report last_report(ReportKind kind, std::string_view name) const;
  /// Since the last call: "start web", "TERM web", "KILL web's group", "TERM everyone", "finish 0".
  /// SIGCONT, which follows every stop signal, is left out.
  [[nodiscard]] std::vector<std::string> news();

 private:
  struct Moment {
    TimePoint at;
    Action action;
  };
  static constexpr TimePoint kBirth{std::chrono::hours{1}};

  void note_what_is_told(const Event& event);
  void deliver(const Event& event);
  void carry_out(const Action& action);
  void on_spawn(const action::Spawn& spawn);
  void on_signal(Run& run, int signo, action::Target target);
  void on_kill_everyone(int signo);
  void main_process_ends(Run& run, const ExitStatus& status);
  void others_end(Run& run);
  void notice_that_everyone_is_gone();
  void answer(Event event) { answers_.push_back(std::move(event)); }

  [[nodiscard]] Subject subject(std::string_view name) const;
  [[nodiscard]] std::string name_of(Subject subject) const;
  [[nodiscard]] ServiceId id(std::string_view name) const;
  [[nodiscard]] Run& latest(std::string_view name);
  [[nodiscard]] Behaviour& behaviour(Subject subject);
  [[nodiscard]] std::string describe(const Action& action) const;

  Definitions definitions_;
  Settings settings_;
  Supervisor supervisor_;
  Invariants invariants_;
  TimePoint now_ = kBirth;
  std::deque<Event> answers_;
  std::vector<Run> runs_;  ///< in the order of their spawns
  std::array<std::vector<Behaviour>, 12> behaviours_;
  std::array<std::uint32_t, 12> files_{};
  std::vector<Moment> journal_;
  std::size_t news_from_ = 0;
  bool refused_ = false, strays_ = false, everyone_told_ = false, by_hand_ = false;
  std::optional<int> exit_code_;
};

}  // namespace my_init::core
