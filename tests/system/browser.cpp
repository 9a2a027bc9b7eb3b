#include "browser.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace my_init::test {
namespace {

using nlohmann::json;

constexpr Duration kPatience = 60s;  ///< it is large, and starts slowly on a busy machine

/// Its end for reading and that for writing, both above what the browser has them at.
std::pair<UniqueFd, UniqueFd> make_pipe() {
  constexpr int kAbove = 10;
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd low_read{ends[0]};
  const UniqueFd low_write{ends[1]};
  return {UniqueFd{::fcntl(ends[0], F_DUPFD_CLOEXEC, kAbove)},
          UniqueFd{::fcntl(ends[1], F_DUPFD_CLOEXEC, kAbove)}};
}

pid_t run(Words words, int commands, int answers) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, commands, 3);  // where it looks for them
  ::posix_spawn_file_actions_adddup2(&actions, answers, 4);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  REQUIRE(failed == 0);
  return pid;
}

/// As a string of JavaScript.
std::string quoted(const std::string& text) {
  return json(text).dump();
}

}  // namespace

Browser::Browser(Container& box, int width, int height) : box_(box) {
  ::signal(SIGPIPE, SIG_IGN);
  auto [their_commands, commands] = make_pipe();
  auto [answers, their_answers] = make_pipe();
  commands_ = std::move(commands);
  answers_ = std::move(answers);
  pid_ = run({kProgram, "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
              "--user-data-dir=" + box.host_path("/run/chromium")},
             their_commands.get(), their_answers.get());
  pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  their_commands.reset();
  their_answers.reset();
  const auto target = call("Target.createTarget", {{"url", "about:blank"}})["targetId"];
  session_ = call("Target.attachToTarget", {{"targetId", target}, {"flatten", true}})["sessionId"];
  call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
}

/// It ends with its pipes, and its own children with it.
Browser::~Browser() {
  commands_.reset();
  answers_.reset();
  pollfd end{pidfd_.get(), POLLIN, 0};
  constexpr int kMilliseconds = 10'000;
  if (::poll(&end, 1, kMilliseconds) != 1) ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Browser::send(const std::string& message) {
  // The null character at its end is that of the protocol.
  std::string_view rest(message.c_str(), message.size() + 1);
  while (!rest.empty()) {
    const ssize_t size = ::write(commands_.get(), rest.data(), rest.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) FAIL("the browser has gone");
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::string Browser::receive() {
  const auto patience = std::chrono::ceil<std::chrono::milliseconds>(scaled(kPatience));
  auto end = received_.find('\0');
  while (end == std::string::npos) {
    pollfd news{answers_.get(), POLLIN, 0};
    if (::poll(&news, 1, static_cast<int>(patience.count())) == 0) FAIL("the browser is silent");
    std::array<char, 65536> bytes;
    const ssize_t size = ::read(answers_.get(), bytes.data(), bytes.size());
    if (size == 0) FAIL("the browser has gone");
    if (size > 0) received_.append(bytes.data(), static_cast<std::size_t>(size));
    end = received_.find('\0');
  }
  std::string message = received_.substr(0, end);
  received_.erase(0, end + 1);
  return message;
}

json Browser::call(const std::string& method, const json& parameters) {
  const int id = ++calls_;
  json request{{"id", id}, {"method", method}, {"params", parameters}};
  if (!session_.empty()) request["sessionId"] = session_;
  send(request.dump());
  while (true) {
    json message = json::parse(receive());
    if (message.value("id", 0) != id) continue;  // an event
    if (!message.contains("result")) FAIL(method << ": " << message.dump());
    return message["result"];
  }
}

void Browser::open(const std::string& url) {
  call("Page.navigate", {{"url", url}});
  wait_for("document.readyState === 'complete' && location.href === " + quoted(url));
}

std::string Browser::value(const std::string& expression) {
  const json answer = call("Runtime.evaluate", {{"expression", "String(" + expression + ")"}});
  if (answer.contains("exceptionDetails")) FAIL(expression << ": " << answer.dump());
  return answer["result"].value("value", "");
}

void Browser::wait_until_true(const std::string& what, const std::function<bool()>& done) {
  if (!box_.eventually(kPatience / 2, done))
    FAIL("not on the page: " << what << '\n' << value("document.body.innerText"));
}

void Browser::wait_for(const std::string& expression) {
  wait_until_true(expression, [&] { return value(expression) == "true"; });
}

/// The page may move what is clicked at, or put another in its place, before the mouse gets there.
void Browser::click(const std::string& selector) {
  const std::string place = "(() => { const found = document.querySelector(" + quoted(selector) +
                            R"();
    if (!found) return '';
    found.scrollIntoView({block: 'center'});
    window.isClicked = false;
    found.addEventListener('click', () => { window.isClicked = true; }, {once: true});
    const {x, y, width, height} = found.getBoundingClientRect();
    return JSON.stringify({x: x + width / 2, y: y + height / 2});
  })())";
  wait_until_true(selector, [&] {
    const std::string found = value(place);
    if (found.empty()) return false;
    json event = json::parse(found);
    event.update({{"button", "left"}, {"clickCount", 1}});
    for (const auto* type : {"mousePressed", "mouseReleased"}) {
      event["type"] = type;
      call("Input.dispatchMouseEvent", event);
    }
    return value("window.isClicked") == "true";
  });
}

void Browser::type(const std::string& text) {
  call("Input.insertText", {{"text", text}});
}

}  // namespace my_init::test
