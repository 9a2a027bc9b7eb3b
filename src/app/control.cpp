#include "my_init/app/control.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <utility>

#include "my_init/config/suggestion.hpp"
#include "my_init/os/memory.hpp"

namespace my_init::app {
namespace {

using protocol::Follow;
using protocol::Outcome;

/// Of all lines of one answer: the rest of what may wait for a client is for changes.
constexpr std::size_t kMostLogBytes = ControlServer::kMostWaiting / 4;

std::int64_t microseconds(std::chrono::system_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

/// When each line was written, at the latest: before the next one of its service, which says an
/// earlier time when the clock was set back between them.
std::vector<std::int64_t> moments_of(const std::vector<protocol::answer::Line>& lines) {
  std::vector<std::int64_t> moments(lines.size());
  for (std::size_t at = lines.size(); at-- > 0;) {
    const bool has_next = at + 1 < lines.size() && lines[at + 1].service == lines[at].service;
    moments[at] = has_next ? std::min(lines[at].time, moments[at + 1]) : lines[at].time;
  }
  return moments;
}

/// The newest of these lines of one service after the other that there is room for, oldest first;
/// those of one moment stay in their order.
std::vector<protocol::answer::Line> newest(std::vector<protocol::answer::Line> lines) {
  const std::vector<std::int64_t> moments = moments_of(lines);
  std::vector<std::size_t> order(lines.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&moments](std::size_t at) { return std::pair(moments[at], at); });
  std::size_t bytes = 0;
  std::vector<protocol::answer::Line> kept;  // newest first
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    bytes += lines[*at].message.size() + lines[*at].service.size();
    if (bytes > kMostLogBytes) break;
    kept.push_back(std::move(lines[*at]));
  }
  std::ranges::reverse(kept);
  return kept;
}

}  // namespace

Control::Control(os::EventLoop& loop, Inbox& inbox, const Programs& programs, Executor& executor,
                 const log::LogThread& log_thread, const Status& status, Deeds deeds)
    : inbox_(inbox),
      programs_(programs),
      executor_(executor),
      log_thread_(log_thread),
      status_(status),
      deeds_(std::move(deeds)),
      server_(
          loop, [this](ClientId client, std::string_view line) { handle(client, line); },
          [this](ClientId client) {
            followers_.erase(client);
            readers_.erase(client);
          }) {}

void Control::handle(ClientId client, std::string_view line) {
  has_served_ = true;
  const auto request = protocol::decode_request(line);
  if (!request) {
    fail(client, Outcome::usage, request.error().message);
    return;
  }
  std::visit([&](const auto& one) { on(client, one); }, *request);
}

void Control::send(ClientId client, const protocol::Answer& answer) {
  server_.send(client, protocol::encode(answer));
}

void Control::fail(ClientId client, Outcome outcome, std::string message) {
  send(client, protocol::answer::Failed{outcome, std::move(message)});
}

/// The services that are meant, in their order, each once; nothing when the client was told why
/// not. No names: all.
std::optional<Control::Indexes> Control::matching(ClientId client,
                                                  const std::vector<std::string>& names) {
  const std::vector<std::string>& known = programs_.service_names;
  Indexes all(status_.size());
  std::iota(all.begin(), all.end(), 0U);
  std::erase_if(all, [this](std::uint32_t service) { return status_.is_removed(service); });
  if (names.empty()) return all;
  const std::vector<std::string_view> words(known.begin(), known.end());
  std::vector<bool> is_meant(known.size(), false);
  for (const std::string& name : names) {
    const bool is_glob = name.find_first_of("*?[") != std::string::npos;
    bool any = false;
    for (const std::uint32_t service : all) {
      const bool matches = is_glob ? ::fnmatch(name.c_str(), known[service].c_str(), 0) == 0
                                   : known[service] == name;
      if (!matches) continue;
      is_meant[service] = any = true;
    }
    if (any) continue;
    fail(client, Outcome::unknown,
         fmt::format("there is no service '{}'{}", name,
                     status_.has_services() ? config::suggestion(name, words)
                                            : ": the definitions are not read yet"));
    return std::nullopt;
  }
  std::erase_if(all, [&](std::uint32_t service) { return !is_meant[service]; });
  return all;
}

/// The same for what does something to them: names must be given.
std::optional<Control::Indexes> Control::named(ClientId client,
                                               const std::vector<std::string>& names) {
  if (!names.empty()) return matching(client, names);
  fail(client, Outcome::usage, "which service? '*' means all of them");
  return std::nullopt;
}

void Control::on(ClientId client, const protocol::request::Status& request) {
  if (auto services = matching(client, request.names))
    pending_.push_back({client, std::move(*services), request.follow});
}

void Control::on(ClientId client, const protocol::request::Operate& request) {
  if (status_.is_shutting_down()) {
    fail(client, Outcome::failed, "the container is shutting down");
    return;
  }
  auto services = named(client, request.names);
  if (!services) return;
  for (const std::uint32_t service : *services) {
    const ServiceId id{service};
    switch (request.operation) {
      case protocol::Operation::start:
        inbox_.push(core::event::StartRequested{id});
        break;
      case protocol::Operation::once:
        inbox_.push(core::event::StartRequested{id, true});
        break;
      case protocol::Operation::stop:
        inbox_.push(core::event::StopRequested{id});
        break;
      case protocol::Operation::restart:
        inbox_.push(core::event::RestartRequested{id});
        break;
      case protocol::Operation::reload:
        inbox_.push(core::event::ReloadRequested{id});
        break;
    }
  }
  pending_.push_back({client, std::move(*services), request.follow});
}

void Control::on(ClientId client, const protocol::request::Signal& request) {
  auto services = named(client, request.names);
  if (!services) return;
  const auto target = request.receiver == protocol::request::Receiver::group
                          ? core::action::Target::group
                          : core::action::Target::process;
  bool any = false;
  for (const std::uint32_t service : *services) {
    const RunId run = status_.brief(service).run;
    if (!executor_.pid_of(run)) continue;
    executor_.signal({{run, {core::SubjectKind::service, service}}, request.signo, target});
    any = true;
  }
  if (!any) {
    fail(client, Outcome::not_running, "none of them has a process to signal");
    return;
  }
  pending_.push_back({client, std::move(*services), Follow::no});
}

void Control::on(ClientId client, const protocol::request::Logs& request) {
  const auto services = matching(client, request.names);
  if (!services) return;
  protocol::answer::Lines answer;
  Reader reader;
  for (const std::uint32_t service : *services) {
    if (!executor_.reads_output_of(service)) continue;
    auto part = log_thread_.newest_part(log::LoggedService{service}, request.lines);
    reader.places[service] = part.next;
    add_lines(service, std::move(part), answer);
  }
  answer.lines = newest(std::move(answer.lines));
  if (request.follow == Follow::yes && server_.keep(client)) {
    reader.is_behind = true;  // until the end of this turn
    readers_[client] = std::move(reader);
  }
  send(client, answer);
}

void Control::add_lines(std::uint32_t service, log::RingPart part,
                        protocol::answer::Lines& answer) const {
  answer.skipped += part.lost;
  for (log::RingLine& line : part.lines)
    answer.lines.push_back({microseconds(line.time), programs_.service_names[service],
                            line.stream == log::Stream::out ? "stdout" : "stderr",
                            std::move(line.text)});
}

/// What has come since, to those that have read what they got. Who is slow gets the newest when it
/// is ready for it, and is told how much there was between.
void Control::tell_readers() {
  const auto grown = executor_.take_grown();
  for (auto entry = readers_.begin(); entry != readers_.end();) {
    const ClientId client = entry->first;
    Reader& reader = entry->second;
    ++entry;  // sending may close the connection
    const bool concerned = std::ranges::any_of(grown, [&](log::LoggedService service) {
      return reader.places.contains(static_cast<std::uint32_t>(service));
    });
    if (!concerned && !reader.is_behind) continue;
    reader.is_behind = server_.backlog(client) > 0;
    if (reader.is_behind) continue;
    protocol::answer::Lines answer;
    for (auto& [service, place] : reader.places) {
      auto part = log_thread_.lines_after(log::LoggedService{service}, place);
      place = part.next;
      add_lines(service, std::move(part), answer);
    }
    if (answer.lines.empty() && answer.skipped == 0) continue;
    answer.lines = newest(std::move(answer.lines));
    send(client, answer);
  }
}

void Control::on(ClientId client, const protocol::request::Environment& request) {
  const auto services = matching(client, {request.name});
  if (!services) return;
  if (services->size() != 1) {
    fail(client, Outcome::usage, fmt::format("'{}' means more than one service", request.name));
    return;
  }
  send(client, protocol::answer::Variables{executor_.variables_of(services->front())});
}

void Control::on(ClientId client, const protocol::request::Apply& request) {
  const ApplyResult result = deeds_.apply(request.dry_run ? ApplyMode::dry_run : ApplyMode::commit);
  protocol::answer::Plan plan;
  for (const config::Diagnostic& diagnostic : result.diagnostics)
    plan.diagnostics.push_back(config::render(diagnostic));
  for (const auto& [name, change] : result.services) {
    if (change == ServiceChange::unchanged) {
      ++plan.unchanged;
    } else {
      plan.changes.push_back({name, std::string(word_of(change))});
    }
  }
  switch (result.outcome) {
    case ApplyResult::Outcome::done:
      send(client, plan);
      break;
    case ApplyResult::Outcome::invalid:
      plan.refused = true;
      send(client, plan);
      break;
    case ApplyResult::Outcome::not_now:
      fail(client, Outcome::failed, "cannot apply the definitions: " + result.reason);
      break;
  }
}

void Control::on(ClientId client, const protocol::request::Shutdown& request) {
  deeds_.shut_down(request.exit_code);
  pending_.push_back({client, {}, Follow::yes});
}

void Control::note(const core::action::Report& report, std::string_view event,
                   const std::string& message) {
  if (followers_.empty() && pending_.empty()) return;
  const core::Subject subject = report.ref.subject;
  const bool is_of_service = report.ref.run != RunId{} && core::is_of_service(subject.kind);
  notes_.push_back(
      {is_of_service ? std::optional(subject.index) : std::nullopt, std::string(event), message});
}

void Control::end_turn() {
  server_.end_turn();
  if (!readers_.empty()) tell_readers();
  if (!pending_.empty() || !followers_.empty()) answer_all();
  if (has_served_ && server_.empty()) {
    has_served_ = false;
    os::release_unused_memory();
  }
}

void Control::answer_all() {
  note_changes();
  tell_followers();
  for (const Pending& pending : std::exchange(pending_, {})) answer(pending);
  if (followers_.empty()) seen_ = {};
}

void Control::answer(const Pending& pending) {
  protocol::answer::Services services{status_.container(), {}};
  services.container.strays = status_.strays();
  services.services.reserve(pending.services.size());
  for (const std::uint32_t service : pending.services)
    services.services.push_back(status_.of(service));
  // Another connection may have taken its place since it asked.
  if (pending.follow == Follow::yes && server_.keep(pending.client)) {
    followers_[pending.client] = pending.services;
    if (seen_.empty()) note_changes();
  }
  send(pending.client, services);
}

/// Whatever has changed without a report is told as well.
void Control::note_changes() {
  const std::size_t before = seen_.size();
  seen_.resize(status_.size());
  std::vector<bool> is_noted(seen_.size(), false);
  for (const Note& note : notes_)
    if (note.service) is_noted[*note.service] = true;
  for (std::uint32_t service = 0; service < seen_.size(); ++service) {
    const Status::Brief now = status_.brief(service);
    if (std::exchange(seen_[service], now) == now || service >= before) continue;
    if (!is_noted[service]) notes_.push_back({service, {}, {}});
  }
}

void Control::tell_followers() {
  const std::vector<Note> notes = std::exchange(notes_, {});
  if (notes.empty()) return;
  const protocol::ContainerStatus container = status_.container();
  for (const Note& note : notes) {
    if (followers_.empty()) return;
    protocol::answer::Change change{container, {}, note.event, note.message};
    if (note.service && !status_.is_removed(*note.service))
      change.service = status_.of(*note.service);
    const std::string text = protocol::encode(change);
    // Sending may close a connection, which ends its following.
    std::vector<ClientId> told;
    for (const auto& [client, services] : followers_)
      if (!note.service || std::ranges::binary_search(services, *note.service))
        told.push_back(client);
    for (const ClientId client : told) server_.send(client, text);
  }
}

}  // namespace my_init::app
