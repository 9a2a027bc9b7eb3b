#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "my_init/app/apply.hpp"
#include "my_init/app/control_server.hpp"
#include "my_init/app/executor.hpp"
#include "my_init/app/inbox.hpp"
#include "my_init/app/programs.hpp"
#include "my_init/app/status.hpp"
#include "my_init/log/log_thread.hpp"
#include "my_init/protocol/answer.hpp"
#include "my_init/protocol/request.hpp"

namespace my_init::app {

/// What svctl asks for: answers at once what can be seen, gives the core what is to be done, and
/// tells those that follow what has changed. Loop thread.
class Control {
 public:
  /// What only the whole of my_init can do.
  struct Deeds {
    std::function<void(std::optional<int> exit_code)> shut_down;
    std::function<ApplyResult(ApplyMode mode)> apply;
  };

  /// All references are borrowed and outlive it.
  Control(os::EventLoop& loop, Inbox& inbox, const Programs& programs, Executor& executor,
          const log::LogThread& log_thread, const Status& status, Deeds deeds);

  /// Begins to listen. EADDRINUSE: another my_init does so at the same place.
  [[nodiscard]] Result<void> open(const os::ControlAddress& address) {
    return server_.open(address);
  }

  /// Something was reported: for those that follow.
  void note(const core::action::Report& report, std::string_view event, const std::string& message);

  /// The core has dealt with what was asked in this turn: answers and changes go out.
  void end_turn();

 private:
  using ClientId = ControlServer::ClientId;
  using Indexes = std::vector<std::uint32_t>;

  /// An answer that waits for the end of the turn.
  struct Pending {
    ClientId client{};
    Indexes services;
    protocol::Follow follow = protocol::Follow::no;
  };
  struct Note {
    std::optional<std::uint32_t> service;  ///< nothing: the container
    std::string event;
    std::string message;
  };

  /// Who follows what services write.
  struct Reader {
    std::map<std::uint32_t, std::uint64_t> places;  ///< by service, in its ring
    bool is_behind = false;                         ///< it has not read what we sent
  };

  void handle(ClientId client, std::string_view line);
  void on(ClientId client, const protocol::request::Status& request);
  void on(ClientId client, const protocol::request::Operate& request);
  void on(ClientId client, const protocol::request::Signal& request);
  void on(ClientId client, const protocol::request::Logs& request);
  void on(ClientId client, const protocol::request::Environment& request);
  void on(ClientId client, const protocol::request::Apply& request);
  void on(ClientId client, const protocol::request::Shutdown& request);

  void send(ClientId client, const protocol::Answer& answer);
  void fail(ClientId client, protocol::Outcome outcome, std::string message);
  [[nodiscard]] std::optional<Indexes> matching(ClientId client,
                                                const std::vector<std::string>& names);
  [[nodiscard]] std::optional<Indexes> named(ClientId client,
                                             const std::vector<std::string>& names);
  void answer_all();
  void answer(const Pending& pending);
  void note_changes();
  void tell_followers();
  void tell_readers();
  void add_lines(std::uint32_t service, log::RingPart part, protocol::answer::Lines& answer) const;

  Inbox& inbox_;
  const Programs& programs_;
  Executor& executor_;
  const log::LogThread& log_thread_;
  const Status& status_;
  Deeds deeds_;
  ControlServer server_;
  std::vector<Pending> pending_;
  std::map<ClientId, Indexes> followers_;  ///< by client the services, sorted
  std::map<ClientId, Reader> readers_;
  std::vector<Status::Brief> seen_;  ///< what they know; empty while nobody follows
  std::vector<Note> notes_;          ///< of this turn
  bool has_served_ = false;          ///< its memory is given back when the last client has gone
};

}  // namespace my_init::app
