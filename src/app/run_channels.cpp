#include "my_init/app/run_channels.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace my_init::app {
namespace {

constexpr const char* kRunDirectory = "/run/my_init";
constexpr const char* kNotifyDirectory = "/run/my_init/notify";
/// Of one service, as systemd's FileDescriptorStoreMax= has to be set at all.
constexpr std::size_t kMostStored = 64;

/// Every service must be able to pass. Where this cannot be made, sockets are abstract.
void make_notify_directory() {
  for (const char* directory : {kRunDirectory, kNotifyDirectory}) ::mkdir(directory, 0755);
}

}  // namespace

RunChannels::~RunChannels() {
  for (auto& [service, channel] : channels_) {
    if (channel.notify) loop_.remove(channel.notify->fd());
    if (channel.pipe) loop_.remove(channel.pipe.get());
  }
}

Result<RunChannels::ChildEnds> RunChannels::open(core::RunRef run) {
  const std::uint32_t service = run.subject.index;
  const Programs::Asked& asked = programs_.asked[service];
  close(service);
  ChildEnds ends;
  const bool may_notify =
      asked.ready == core::ReadyWay::notify || asked.watchdog > Duration::zero();
  if (!may_notify && asked.ready != core::ReadyWay::fd) return ends;
  Channel& channel = channels_[service];
  channel.run = run;
  if (may_notify)
    if (const auto opened = open_notify(channel, ends); !opened)
      return std::unexpected(opened.error());
  if (asked.ready == core::ReadyWay::fd)
    if (const auto opened = open_pipe(channel, ends); !opened)
      return std::unexpected(opened.error());
  return ends;
}

Result<void> RunChannels::open_notify(Channel& channel, ChildEnds& ends) {
  const std::uint32_t service = channel.run.subject.index;
  make_notify_directory();
  auto socket = os::NotifySocket::open(kNotifyDirectory);
  if (!socket) return std::unexpected(socket.error());
  const auto added =
      loop_.add(socket->fd(), EPOLLIN, [this, service](std::uint32_t) { read_notify(service); });
  if (!added) return std::unexpected(added.error());
  ends.environment.push_back("NOTIFY_SOCKET=" + socket->address());
  const Duration watchdog = programs_.asked[service].watchdog;
  if (watchdog > Duration::zero()) {
    const auto limit = std::chrono::duration_cast<std::chrono::microseconds>(watchdog);
    ends.environment.push_back(fmt::format("WATCHDOG_USEC={}", limit.count()));
  }
  channel.notify = std::move(*socket);
  return {};
}

Result<void> RunChannels::open_pipe(Channel& channel, ChildEnds& ends) {
  const std::uint32_t service = channel.run.subject.index;
  std::array<int, 2> both{};
  if (::pipe2(both.data(), O_CLOEXEC) != 0) return system_failure("make a pipe", errno);
  channel.pipe.reset(both[0]);
  ends.pipe.reset(both[1]);
  ::fcntl(both[0], F_SETFL, O_NONBLOCK);
  const auto added =
      loop_.add(both[0], EPOLLIN, [this, service](std::uint32_t) { read_pipe(service); });
  if (!added) return std::unexpected(added.error());
  ends.passed.push_back({both[1], programs_.services[service].details->ready.fd});
  return {};
}

void RunChannels::close(std::uint32_t service) {
  const auto found = channels_.find(service);
  if (found == channels_.end()) return;
  // The last words, such as FDSTORE=1 right before an exit, still count.
  if (found->second.notify) {
    read_notify(service);
    loop_.remove(found->second.notify->fd());
  }
  if (found->second.pipe) loop_.remove(found->second.pipe.get());
  channels_.erase(found);
}

void RunChannels::read_notify(std::uint32_t service) {
  Channel& channel = channels_.at(service);
  for (os::Notification& notification : channel.notify->take())
    if (may_speak(service, notification.sender_uid)) take(channel, std::move(notification));
}

/// Root, we, and the service's own user; an abstract socket can be found by anybody else.
bool RunChannels::may_speak(std::uint32_t service, uid_t sender) const {
  const auto& identity = programs_.services[service].identity;
  return sender == 0 || sender == ::geteuid() || (identity && identity->account.uid == sender);
}

void RunChannels::take(Channel& channel, os::Notification notification) {
  const os::NotifyText& text = notification.text;
  const std::uint32_t service = channel.run.subject.index;
  if (text.status) channel.status = *text.status;
  if (text.main_pid) {
    channel.main_pid = text.main_pid;
    renamed_.push_back(channel.run);
  }
  if (text.extend_timeout)
    inbox_.push(core::event::TimeoutExtended{channel.run, *text.extend_timeout});
  if (text.ready) inbox_.push(core::event::Ready{channel.run});
  if (text.watchdog_interval)
    inbox_.push(core::event::WatchdogChanged{channel.run, *text.watchdog_interval});
  if (text.watchdog == os::WatchdogWord::alive) inbox_.push(core::event::SignOfLife{channel.run});
  if (text.watchdog == os::WatchdogWord::trigger)
    inbox_.push(core::event::WatchdogTriggered{channel.run});
  if (text.reloading || text.stopping) {
    const std::string& name = programs_.service_names[service];
    log_.write(LogLevel::info, text.stopping ? "service_says_stopping" : "service_says_reloading",
               fmt::format("{} says that it is {}", name, text.stopping ? "stopping" : "reloading"),
               {{"service", name}});
  }
  if (text.store_fds || text.remove_fds) store(service, notification);
  if (notification.barrier) barriers_.push_back(std::move(notification.barrier));
}

void RunChannels::store(std::uint32_t service, os::Notification& notification) {
  StoredFds& kept = stored_[service];
  const std::string& name = notification.text.fd_name;
  if (notification.text.remove_fds)
    std::erase_if(kept, [&](const auto& entry) { return entry.first == name; });
  for (UniqueFd& fd : notification.stored_fds)
    if (kept.size() < kMostStored) kept.emplace_back(name, std::move(fd));
}

const RunChannels::StoredFds& RunChannels::stored(std::uint32_t service) const {
  static const StoredFds kNone;
  const auto found = stored_.find(service);
  return found == stored_.end() ? kNone : found->second;
}

/// s6's way: whatever comes before the newline does not matter.
void RunChannels::read_pipe(std::uint32_t service) {
  Channel& channel = channels_.at(service);
  std::array<char, 1024> bytes;
  // A few reads a turn: a service that never stops writing must not keep the loop busy.
  for (int reads = 0; reads < 4; ++reads) {
    const ssize_t size = ::read(channel.pipe.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return;  // nothing more for now
    const std::string_view text(bytes.data(), static_cast<std::size_t>(size));
    const bool has_newline = text.find('\n') != std::string_view::npos;
    if (has_newline) inbox_.push(core::event::Ready{channel.run});
    if (!has_newline && size > 0) continue;
    loop_.remove(channel.pipe.get());
    channel.pipe.reset();
    return;
  }
}

std::string RunChannels::status_of(std::uint32_t service) const {
  const auto found = channels_.find(service);
  return found == channels_.end() ? std::string{} : found->second.status;
}

std::optional<pid_t> RunChannels::main_pid_of(std::uint32_t service) const {
  const auto found = channels_.find(service);
  return found == channels_.end() ? std::nullopt : found->second.main_pid;
}

}  // namespace my_init::app
