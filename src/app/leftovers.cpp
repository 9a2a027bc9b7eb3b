#include "my_init/app/leftovers.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "my_init/os/pidfd.hpp"

namespace my_init::app {

Leftovers::~Leftovers() {
  for (auto& [run, followed] : followed_) stop_watching(followed);
}

std::vector<os::StrayFinder::Stray> Leftovers::marked() const {
  return finder_.find(children_);
}

std::vector<os::StrayFinder::Stray> Leftovers::strays() const {
  std::vector<os::StrayFinder::Stray> all = marked();
  if (!cgroups_) return all;
  for (os::StrayFinder::Stray& stray : all)
    if (stray.service.empty()) stray.service = cgroups_->service_of(stray.pid);
  return all;
}

std::vector<bool> Leftovers::follow(const std::vector<Ended>& ended) {
  std::vector<bool> left(ended.size(), false);
  const auto adopted = marked();
  for (std::size_t i = 0; i < ended.size(); ++i) {
    Followed followed{ended[i].ref, ended[i].service, !ended[i].group_empty, SIGTERM, {}, {}};
    watch_cgroup(followed);
    for (const os::StrayFinder::Stray& stray : adopted)
      if (stray.service == followed.service) add_stray(followed, stray.pid);
    left[i] = !is_gone(followed);
    if (left[i])
      followed_.emplace(ended[i].ref.run, std::move(followed));
    else
      remove_cgroup(ended[i].service);
  }
  return left;
}

bool Leftovers::is_gone(const Followed& followed) const {
  return !followed.group_alive && !followed.cgroup && followed.strays.empty();
}

void Leftovers::watch_cgroup(Followed& followed) {
  if (!cgroups_) return;
  followed.cgroup = cgroups_->watch_populated(followed.service);
  if (!followed.cgroup) return;
  const RunId run = followed.ref.run;
  const auto added = loop_.add(followed.cgroup->fd(), EPOLLPRI,
                               [this, run](std::uint32_t) { cgroup_changed(run); });
  if (!added) followed.cgroup.reset();  // the group and the markers are left
}

void Leftovers::cgroup_changed(RunId run) {
  const auto found = followed_.find(run);
  if (found == followed_.end() || !found->second.cgroup) return;
  if (found->second.cgroup->take_populated()) return;
  loop_.remove(found->second.cgroup->fd());
  found->second.cgroup.reset();
  finish_if_gone(run);
}

/// One that cannot be removed serves the next start, or is removed when we end.
void Leftovers::remove_cgroup(const std::string& service) {
  if (cgroups_) static_cast<void>(cgroups_->remove(service));
}

void Leftovers::add_stray(Followed& followed, pid_t pid) {
  const bool known =
      std::ranges::any_of(followed.strays, [pid](const Stray& stray) { return stray.pid == pid; });
  const bool is_inside = followed.cgroup && cgroups_->service_of(pid) == followed.service;
  if (known || is_inside) return;
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
  stop_watching(found->second);
  followed_.erase(found);
}

void Leftovers::stop_watching(const Followed& followed) {
  for (const Stray& stray : followed.strays) loop_.remove(stray.pidfd.get());
  if (followed.cgroup) loop_.remove(followed.cgroup->fd());
}

void Leftovers::signal(RunId run, int signo) {
  const auto found = followed_.find(run);
  if (found == followed_.end()) return;
  Followed& followed = found->second;
  if (signo != SIGCONT) followed.last_signal = signo;
  const bool has_cgroup = followed.cgroup.has_value();
  if (has_cgroup)
    signo == SIGKILL ? cgroups_->kill(followed.service)
                     : cgroups_->signal_all(followed.service, signo);
  // What has left the cgroup, but not the group, is only killed.
  if (followed.group_alive && (!has_cgroup || signo == SIGKILL))
    children_.signal(run, signo, os::SignalTarget::group);
  for (const Stray& stray : followed.strays)
    children_.signal_stray(stray.pid, followed.service, signo);
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
  if (!is_gone(followed)) return;
  // Its end may have orphaned others that carry the marker.
  for (const os::StrayFinder::Stray& stray : marked()) {
    if (stray.service != followed.service) continue;
    add_stray(followed, stray.pid);
    children_.signal_stray(stray.pid, followed.service, followed.last_signal);
  }
  if (!followed.strays.empty()) return;
  remove_cgroup(followed.service);
  inbox_.push(core::event::LeftoversGone{followed.ref});
  followed_.erase(run);
}

}  // namespace my_init::app
