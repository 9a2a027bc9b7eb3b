#include "my_init/app/leftovers.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <utility>

#include "my_init/os/pidfd.hpp"

namespace my_init::app {

Leftovers::~Leftovers() {
  for (auto& [run, followed] : followed_)
    for (Stray& stray : followed.strays)
      if (stray.pidfd) loop_.remove(stray.pidfd.get());
}

std::vector<os::StrayFinder::Stray> Leftovers::strays() const {
  return finder_.find([this](pid_t pid) { return children_.is_ours(pid); });
}

std::vector<bool> Leftovers::follow(const std::vector<Ended>& ended) {
  std::vector<bool> left(ended.size(), false);
  const auto adopted = strays();
  for (std::size_t i = 0; i < ended.size(); ++i) {
    Followed followed{ended[i].ref, ended[i].service, !ended[i].group_empty, SIGTERM, {}};
    for (const os::StrayFinder::Stray& stray : adopted)
      if (stray.service == followed.service) add_stray(followed, stray.pid);
    left[i] = followed.group_alive || !followed.strays.empty();
    if (left[i]) followed_.emplace(ended[i].ref.run, std::move(followed));
  }
  return left;
}

void Leftovers::add_stray(Followed& followed, pid_t pid) {
  const bool known =
      std::ranges::any_of(followed.strays, [pid](const Stray& stray) { return stray.pid == pid; });
  if (known) return;
  Result<UniqueFd> pidfd = os::open_pidfd(pid);
  if (!pidfd) return;  // it has ended already, or the kernel is too old to be told about its end
  const RunId run = followed.ref.run;
  const int fd = pidfd->get();
  const auto added =
      loop_.add(fd, EPOLLIN, [this, run, fd](std::uint32_t) { stray_ended(run, fd); });
  if (added) followed.strays.push_back({pid, std::move(*pidfd)});
}

void Leftovers::unfollow(RunId run) {
  const auto found = followed_.find(run);
  if (found == followed_.end()) return;
  for (const Stray& stray : found->second.strays) loop_.remove(stray.pidfd.get());
  followed_.erase(found);
}

void Leftovers::signal(RunId run, int signo) {
  const auto found = followed_.find(run);
  if (found == followed_.end()) return;
  if (signo != SIGCONT) found->second.last_signal = signo;
  if (found->second.group_alive) children_.signal(run, signo, os::SignalTarget::group);
  for (const Stray& stray : found->second.strays)
    children_.signal_stray(stray.pid, found->second.service, signo);
}

void Leftovers::check_groups() {
  for (const RunId run : children_.take_emptied_groups()) {
    const auto found = followed_.find(run);
    if (found == followed_.end()) continue;
    found->second.group_alive = false;
    finish_if_gone(run);
  }
}

void Leftovers::stray_ended(RunId run, int pidfd) {
  loop_.remove(pidfd);
  const auto found = followed_.find(run);
  if (found == followed_.end()) return;
  std::erase_if(found->second.strays,
                [pidfd](const Stray& stray) { return stray.pidfd.get() == pidfd; });
  finish_if_gone(run);
}

void Leftovers::finish_if_gone(RunId run) {
  Followed& followed = followed_.at(run);
  if (followed.group_alive || !followed.strays.empty()) return;
  // Its end may have orphaned others that carry the marker.
  for (const os::StrayFinder::Stray& stray : strays()) {
    if (stray.service != followed.service) continue;
    add_stray(followed, stray.pid);
    children_.signal_stray(stray.pid, followed.service, followed.last_signal);
  }
  if (!followed.strays.empty()) return;
  inbox_.push(core::event::LeftoversGone{followed.ref});
  followed_.erase(run);
}

}  // namespace my_init::app
