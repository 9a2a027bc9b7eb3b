#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <random>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init::config;

namespace {

constexpr std::string_view kSeedFile = R"(x-env: &env {A: "${HOME}", B: ${NO:-x}}
services:
  db:
    command: db --port 5432 'a b' "c" | d
    user: "1000:1000"
    umask: "0022"
    environment: {<<: *env, C: 010}
    env_file: [{path: /nonexistent, required: false}]
  job: {command: x, type: oneshot, schedule: "*/5 * * * *", timezone: Europe/Berlin}
  old: {command: x, type: forking, pid_file: /run/x.pid}
  web:
    command: [web, -x, ${PORT:?needed}]
    depends_on:
      db: {condition: service_healthy, required: false, restart: true}
    restart: on-failure:3
    restart_limit: {count: 3, window: 10s, then: {retry_after: 1m}}
    restart_backoff: {initial: 1s, factor: 1.5, jitter: 0.1}
    success_exit_codes: [0, 3]
    cap_drop: [ALL]
    stop_signal: SIGRTMIN+3
    profiles: [a, b]
    listen: {http: "tcp:[::1]:80", ctl: "unix:/run/web:0660"}
    ulimits: {nofile: 1024, core: {soft: 0, hard: unlimited}}
    nice: -5
    secrets: {PASSWORD: /run/secrets/db}
    pre_start: [[a, -b], "c 'd' e"]
    reload_command: [web, reload]
    healthcheck: {test: [CMD, curl], interval: 5s, retries: 2, on_failure: none}
    ready: {tcp: "127.0.0.1:80", timeout: 1m, interval: 1s}
    description: |
      Some lines
      of text
)";

/// What breaks parsers: their own characters, and limits.
constexpr std::array<std::string_view, 32> kPieces{
    "\t",    "\n",    " ",    ":",   ": ",    "- ",   "[",  "]",    "{", "}",
    "&a ",   "*a",    "<<: ", "!x ", "|",     ">",    "\"", "'",    "#", "?",
    "---\n", "...\n", "${",   "$$",  "${A:-", "\xff", "%",  "null", "~", "99999999999999999999",
    "-1",    "\\"};

std::string mutated(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t bound) { return random() % bound; };
  for (std::size_t steps = 1 + below(6); steps > 0 && !text.empty(); --steps) {
    const std::size_t at = below(text.size());
    const std::size_t length = std::min<std::size_t>(below(30), text.size() - at);
    switch (below(5)) {
      case 0:
        text.insert(at, kPieces[below(kPieces.size())]);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(below(text.size()), text.substr(at, length));
        break;
      case 3:
        text[at] = static_cast<char>(below(256));
        break;
      default:
        text.replace(at, length, kPieces[below(kPieces.size())]);
        break;
    }
  }
  return text;
}

/// The same files each time, but for `./dev fuzz`, which wants others in each round.
unsigned seed_or(unsigned usual) {
  const char* const chosen = std::getenv("MY_INIT_FUZZ_SEED");
  return chosen == nullptr ? usual : static_cast<unsigned>(std::strtoul(chosen, nullptr, 10));
}

}  // namespace

TEST_CASE("whatever is in a file, load returns", "[config][hostile]") {
  const unsigned seed = seed_or(20240229);
  CAPTURE(seed);
  std::mt19937 random(seed);
  const DefinitionTree tree;
  for (int round = 0; round < 2000; ++round) {
    CAPTURE(round);
    tree.write("all.yaml", mutated(std::string(kSeedFile), random));
    const Loaded loaded = tree.load();
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
      REQUIRE_FALSE(diagnostic.message.empty());
      REQUIRE(diagnostic.message.find('\n') == std::string::npos);
      REQUIRE(render(diagnostic).ends_with('\n'));
    }
  }
}

TEST_CASE("whatever is in an env_file, load returns", "[config][hostile]") {
  const unsigned seed = seed_or(19991231);
  CAPTURE(seed);
  std::mt19937 random(seed);
  const DefinitionTree tree;
  tree.write("web.yaml", "command: x\nenv_file: web.env\n");
  for (int round = 0; round < 500; ++round) {
    CAPTURE(round);
    tree.write("web.env",
               mutated("# c\nexport A=1\nB='x\ny'\nC=\"$A\\n\"\nD: ${E:-f} # g\n", random));
    REQUIRE(tree.load().services.size() == 1);
  }
}

TEST_CASE("aliases that multiply are refused", "[config][hostile]") {
  const DefinitionTree tree;
  std::string text = "x-0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    text += fmt::format("x-{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n",
                        i, i - 1);
  }
  tree.write("web.yaml", text + "command: x\n");
  const Loaded loaded = tree.load();
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(loaded.diagnostics[0].message ==
        "the aliases of this file stand for more than 100000 values");
}

TEST_CASE("deep nesting is refused, by hand and by aliases", "[config][hostile]") {
  const DefinitionTree tree;
  tree.write("web.yaml",
             "command: x\nx-deep: " + std::string(150, '[') + std::string(150, ']') + "\n");
  CHECK(tree.load().diagnostics.at(0).message == "nested deeper than 100 levels");
  tree.write("web.yaml", "command: x\nx-deep: " + std::string(100'000, '[') + "\n");
  CHECK_FALSE(tree.load().ok());
  std::string text = "command: x\nx-0: &a0 [x]\n";
  for (int i = 1; i < 5000; ++i) text += fmt::format("x-{0}: &a{0} [*a{1}]\n", i, i - 1);
  tree.write("web.yaml", text);
  CHECK(tree.load().diagnostics.at(0).message == "nested deeper than 100 levels");
}

TEST_CASE("a file of nothing but errors is answered with a bounded list", "[config][hostile]") {
  const DefinitionTree tree;
  std::string text = "command: x\n";
  for (int i = 0; i < 50'000; ++i) text += fmt::format("restrat{}: x\n", i);
  tree.write("web.yaml", text);
  CHECK(tree.load().diagnostics.size() == 1000);
}

TEST_CASE("a large map with a repeated key is still read in time", "[config][hostile]") {
  const DefinitionTree tree;
  std::string text = "command: x\nenvironment:\n";
  for (int i = 0; i < 40'000; ++i) text += fmt::format("  V{}: x\n", i);
  tree.write("web.yaml", text + "  V7: y\n");
  CHECK(tree.diagnostics() ==
        "web.yaml:40003:3: error: repeated key 'V7' (first in line 10)\n"
        "    V7: y\n"
        "    ^\n");
}
