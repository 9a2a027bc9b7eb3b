// The waiting half of Container.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>

#include "container.hpp"

namespace my_init::test {
namespace {

TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

void Container::read_stream(UniqueFd& fd, std::string& text) {
  std::array<char, 65536> bytes{};
  while (fd) {
    const auto count = ::read(fd.get(), bytes.data(), bytes.size());
    if (count > 0) text.append(bytes.data(), static_cast<std::size_t>(count));
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // A terminal whose last user is gone reads as EIO.
    if (count <= 0) fd.reset();
  }
}

std::optional<int> Container::ended_status() {
  if (status_) return status_;
  int status = 0;
  pollfd news{booted_.report.get(), POLLIN, 0};
  if (plan_.place == Place::pid_one) {
    if (::waitpid(booted_.leader, &status, WNOHANG) <= 0) return {};
    booted_.leader = -1;
  } else if (::poll(&news, 1, 0) != 1 || ::read(news.fd, &status, sizeof status) <= 0) {
    return {};
  }
  ended_at_ = now();
  status_ = status;
  return status_;
}

void Container::take_news(Duration limit) {
  const int end = plan_.place == Place::pid_one ? pidfd_.get() : booted_.report.get();
  std::array<pollfd, 4> sources{{{output_fd_.get(), POLLIN, 0},
                                 {errors_fd_.get(), POLLIN, 0},
                                 {events_.fd(), POLLIN, 0},
                                 {status_ ? -1 : end, POLLIN, 0}}};
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(limit);
  const timespec timeout{whole.count(), (limit - whole).count()};
  ::ppoll(sources.data(), sources.size(), &timeout, nullptr);
  // The end first: what was written before it is then read below.
  (void)ended_status();
  read_stream(output_fd_, output_);
  read_stream(errors_fd_, errors_);
  events_.refresh();
}

bool Container::wait_with_tick(Duration limit, Duration tick, const std::function<bool()>& done) {
  const auto deadline = now() + scaled(limit);
  take_news(0s);
  while (!done()) {
    const auto left = deadline - now();
    if (left <= 0s) return false;
    take_news(std::min(left, tick));
  }
  return true;
}

bool Container::wait_until(Duration limit, const std::function<bool()>& done) {
  return wait_with_tick(limit, 1h, done);
}

bool Container::eventually(Duration limit, const std::function<bool()>& done) {
  return wait_with_tick(limit, 1ms, done);
}

void Container::let_pass(Duration time) {
  const auto end = now() + time;
  while (now() < end) take_news(end - now());
}

Event Container::wait_event(const std::string& text, std::size_t nth, Duration limit) {
  const auto come = [&] { return events_.with(text).size() >= nth; };
  (void)wait_until(limit, [&] { return come() || status_.has_value(); });
  if (!come()) FAIL("no event '" << text << "' number " << nth << '\n' << report());
  return events_.with(text).at(nth - 1);
}

std::vector<Event> Container::events(const std::string& text) {
  take_news(0s);
  return events_.with(text);
}

void Container::wait_output(const std::string& text, std::size_t from, Duration limit) {
  const auto come = [&] {
    return output_.find(text, from) != std::string::npos ||
           errors_.find(text, from) != std::string::npos;
  };
  (void)wait_until(limit, [&] { return come() || status_.has_value(); });
  if (!come()) FAIL("no output '" << text << "'\n" << report());
}

const std::string& Container::output() {
  take_news(0s);
  return output_;
}

const std::string& Container::errors() {
  take_news(0s);
  return errors_;
}

std::string Container::status(const std::string& service) {
  const auto& text = plan_.terminal ? output_ : errors_;
  const auto from = text.size();
  const auto wanted = "*** " + service + ": ";
  REQUIRE(program_ > 0);
  ::kill(program_, SIGUSR2);
  wait_output(wanted, from);
  const auto begin = text.find(wanted, from) + 4;
  (void)wait_until(1s, [&] { return text.find('\n', begin) != std::string::npos; });
  return text.substr(begin, text.find('\n', begin) - begin);
}

bool Container::running() {
  take_news(0s);
  return !status_;
}

Exit Container::wait_exit(Duration limit) {
  if (!wait_until(limit, [this] { return status_.has_value(); })) {
    FAIL("my_init is still there\n" << report());
  }
  take_news(0s);
  Exit end;
  end.code = WIFEXITED(*status_) ? WEXITSTATUS(*status_) : 128 + WTERMSIG(*status_);
  end.took = ended_at_ - signalled_at_;
  if (plan_.place == Place::child_of_other_init) {
    for (auto& process : processes()) {
      const bool ours = process.pid == 1 || process.state == 'Z';
      if (!ours) end.left.push_back(std::move(process));
    }
  }
  show_report();
  return end;
}

std::string Container::report() const {
  std::string text = "--- command:";
  for (const auto& word : plan_.command) text += ' ' + word;
  text += "\n--- stdout:\n" + output_ + "\n--- stderr:\n" + errors_ + "\n--- events (ms):\n";
  for (const auto& event : events_.all()) {
    const auto since =
        std::chrono::duration_cast<std::chrono::microseconds>(event.at - booted_.exec_at);
    text += std::to_string(static_cast<double>(since.count()) / 1000) + ' ' + event.text +
            " (pid " + std::to_string(event.pid) + ")\n";
  }
  if (!status_ && booted_.leader > 0) {
    text += "--- processes:\n";
    for (const auto& process : processes()) {
      text += std::to_string(process.pid) + ' ' + process.state + ' ' + process.name + ' ' +
              process.command + '\n';
    }
  }
  return text;
}

void Container::show_report() {
  for (const auto* sign : {"Sanitizer", "runtime error:"}) {
    if (errors_.find(sign) != std::string::npos) FAIL("a sanitizer reports\n" << report());
  }
  Catch::MessageBuilder message("CONTAINER", CATCH_INTERNAL_LINEINFO, Catch::ResultWas::Info);
  message << report();
  shown_.emplace(std::move(message));
}

}  // namespace my_init::test
