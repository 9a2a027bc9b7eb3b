#include "container.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

/// Where the helper program is inside: a directory that every user can enter.
constexpr auto kActor = "/etc/actor";

std::string make_root() {
  auto path = (fs::temp_directory_path() / "my_init_test.XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) FAIL("cannot make a directory from " << path);
  fs::permissions(path, fs::perms{0755});
  for (const auto* directory : {"etc/my_init.d", "etc/services.d", "etc/container_environment",
                                "etc/alternatives", "run", "scratch"}) {
    fs::create_directories(fs::path{path} / directory);
  }
  fs::permissions(fs::path{path} / "scratch", fs::perms{0777});
  for (const auto* accounts : {"/etc/passwd", "/etc/group"}) {
    if (fs::exists(accounts)) fs::copy_file(accounts, path + accounts);
  }
  const std::ofstream mount_point{path + kActor};
  return path;
}

Words split(const std::string& text) {
  std::istringstream in{text};
  return {std::istream_iterator<std::string>{in}, {}};
}

std::string quoted(const std::string& word, char quote, const std::string& special) {
  std::string result{quote};
  for (const char c : word) {
    if (special.find(c) != std::string::npos) result += c == '$' ? '$' : '\\';
    result += c;
  }
  return result + quote;
}

/// A list for YAML on one line; "$" is doubled, so that nothing is interpolated.
std::string yaml_list(const Words& words) {
  std::string list;
  for (const auto& word : words) {
    list += (list.empty() ? "" : ", ") + quoted(word, '"', "\\\"$");
  }
  return '[' + list + ']';
}

}  // namespace

std::string my_init_path() {
  const char* chosen = std::getenv("MY_INIT_BINARY");
  return fs::absolute(chosen != nullptr ? chosen : MY_INIT_BINARY).string();
}

Container::Container() : root_(make_root()), events_(root_ + "/scratch/events") {
  plan_.binds = {{MY_INIT_ACTOR, root_ + kActor}};
  if (fs::exists("/etc/alternatives")) {
    plan_.binds.push_back({"/etc/alternatives", root_ + "/etc/alternatives"});
  }
  plan_.binds.push_back({root_ + "/etc", "/etc"});
  plan_.binds.push_back({root_ + "/run", "/run"});
  variable("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
  for (const auto* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) variable(name, value);
  }
}

Container::~Container() {
  if (booted_.leader > 0) {
    ::kill(booted_.leader, SIGKILL);
    ::waitpid(booted_.leader, nullptr, 0);
  }
  for (const auto pid : entered_) ::waitpid(pid, nullptr, 0);
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

Container& Container::file(const std::string& path, const std::string& text, int mode) {
  const auto place = host_path(path);
  fs::create_directories(fs::path{place}.parent_path());
  std::ofstream{place, std::ios::binary} << text;
  ::chmod(place.c_str(), static_cast<mode_t>(mode));
  return *this;
}

Container& Container::script(const std::string& path, const std::string& commands) {
  return file(path, "#!/bin/sh\n" + commands + '\n', 0755);
}

Container& Container::service(const std::string& name, const std::string& definition) {
  return file("/etc/services.d/" + name + ".yaml", definition);
}

Container& Container::actor(const std::string& name, const std::string& words,
                            const std::string& keys) {
  return service(name, "command: " + actor_list(name, words) + '\n' + keys);
}

Container& Container::variable(const std::string& name, const std::string& value) {
  plan_.environment.push_back(name + '=' + value);
  return *this;
}

Container& Container::option(const std::string& word) {
  options_.push_back(word);
  return *this;
}

Container& Container::main(const Words& command) {
  main_ = command;
  return *this;
}

Container& Container::through(const Words& command) {
  through_ = command;
  return *this;
}

Container& Container::actor_main(const std::string& words) {
  return main(actor_argv("main", words));
}

Container& Container::beside(const std::string& name, const std::string& words) {
  plan_.beside.push_back(actor_argv(name, words));
  return *this;
}

Container& Container::child_of_other_init() {
  plan_.place = Place::child_of_other_init;
  return *this;
}

Container& Container::on_terminal() {
  plan_.terminal = true;
  return *this;
}

Container& Container::own_cgroup(CgroupMount mount) {
  auto made = BoxCgroup::make();
  if (!made) FAIL("cannot make a cgroup");
  cgroup_.emplace(std::move(*made));
  plan_.cgroup = cgroup_->fd();
  plan_.cgroup_mount = mount;
  return *this;
}

Words Container::actor_argv(const std::string& name, const std::string& words) const {
  Words argv{kActor, events_.path(), name};
  for (auto& word : split(words)) argv.push_back(std::move(word));
  return argv;
}

std::string Container::actor_list(const std::string& name, const std::string& words) const {
  return yaml_list(actor_argv(name, words));
}

std::string Container::actor_line(const std::string& name, const std::string& words) const {
  std::string line;
  for (const auto& word : actor_argv(name, words)) line += quoted(word, '\'', "") + ' ';
  return line;
}

void Container::open_streams() {
  // Only what start() returns from keeps the other ends open.
  if (plan_.terminal) {
    terminal_.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    std::array<char, 64> name{};
    if (::grantpt(terminal_.get()) != 0 || ::unlockpt(terminal_.get()) != 0 ||
        ::ptsname_r(terminal_.get(), name.data(), name.size()) != 0) {
      FAIL("cannot make a terminal");
    }
    plan_.standard_input = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    plan_.standard_output = ::fcntl(plan_.standard_input, F_DUPFD_CLOEXEC, 3);
    plan_.standard_error = ::fcntl(plan_.standard_input, F_DUPFD_CLOEXEC, 3);
    output_fd_.reset(::fcntl(terminal_.get(), F_DUPFD_CLOEXEC, 3));
  } else {
    std::array<int, 2> out{-1, -1};
    std::array<int, 2> err{-1, -1};
    if (::pipe2(out.data(), O_CLOEXEC) < 0 || ::pipe2(err.data(), O_CLOEXEC) < 0) {
      FAIL("cannot make pipes");
    }
    output_fd_.reset(out[0]);
    errors_fd_.reset(err[0]);
    plan_.standard_input = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    plan_.standard_output = out[1];
    plan_.standard_error = err[1];
  }
  for (const int fd : {output_fd_.get(), errors_fd_.get()}) ::fcntl(fd, F_SETFL, O_NONBLOCK);
}

Container& Container::start() {
  plan_.command = through_;
  plan_.command.push_back(my_init_path());
  plan_.command.insert(plan_.command.end(), options_.begin(), options_.end());
  if (!main_.empty()) plan_.command.emplace_back("--");
  plan_.command.insert(plan_.command.end(), main_.begin(), main_.end());
  open_streams();
  auto booted = boot(plan_);
  for (const int fd : {plan_.standard_input, plan_.standard_output, plan_.standard_error}) {
    ::close(fd);
  }
  if (!booted) FAIL("cannot boot: " << booted.error().message);
  booted_ = std::move(*booted);
  program_ = booted_.leader;
  if (plan_.place == Place::child_of_other_init) {
    const auto inside = process(booted_.program);
    if (!inside) FAIL("my_init was gone at once\n" << report());
    program_ = inside->host_pid;
  }
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, booted_.leader, 0)));
  signalled_at_ = booted_.exec_at;
  return *this;
}

void Container::signal(int signo) {
  REQUIRE(program_ > 0);  // else it would go to every process of the machine
  // First the time, then the kill: what follows may happen before kill(2) has returned.
  signalled_at_ = std::chrono::steady_clock::now();
  ::kill(program_, signo);
}

void Container::open_gate(const std::string& gate) {
  const auto path = root_ + "/scratch/" + gate;
  ::mkfifo(path.c_str(), 0666);
  gates_.emplace_back(::open(path.c_str(), O_RDWR | O_CLOEXEC));
}

void Container::type(const std::string& keys) {
  if (::write(terminal_.get(), keys.data(), keys.size()) < 0) FAIL("cannot type");
}

pid_t Container::enter_actor(const std::string& name, const std::string& words) {
  entered_.push_back(enter(booted_.leader, actor_argv(name, words), plan_.environment));
  return entered_.back();
}

std::optional<Process> Container::process(int pid) const {
  for (auto& candidate : processes()) {
    if (candidate.pid == pid) return std::move(candidate);
  }
  return {};
}

}  // namespace my_init::test
