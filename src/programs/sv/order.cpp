#include "order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>

namespace my_init::sv {
namespace {

constexpr std::string_view kProgram = "sv";

/// Words that are known whole; runit knows the others by their first letter.
struct Word {
  std::string_view word;
  std::string_view what;
  Deed deed;
  Awaited awaited;
  bool kills = false;
  int signo = 0;
};

constexpr std::array kWords{
    Word{"start", "start it, and wait until it is up and its check passes", Deed::start,
         Awaited::up},
    Word{"stop", "stop it, and wait until it is down", Deed::stop, Awaited::down},
    Word{"restart", "stop it, start it, and wait as start does", Deed::restart, Awaited::term},
    Word{"try-restart", "restart it if it is up", Deed::restart_if_up, Awaited::term},
    Word{"reload", "send SIGHUP, and show the state", Deed::signal, Awaited::other, false, SIGHUP},
    Word{"check", "wait until it is as it should be", Deed::nothing, Awaited::check},
    Word{"shutdown", "stop it and its logger, and wait", Deed::exit, Awaited::exit},
    Word{"force-stop", "stop, with SIGKILL when the time is over", Deed::stop, Awaited::down, true},
    Word{"force-restart", "restart, with SIGKILL when the time is over", Deed::restart,
         Awaited::term, true},
    Word{"force-reload", "try-restart, with SIGKILL when the time is over", Deed::restart_if_up,
         Awaited::term, true},
    Word{"force-shutdown", "shutdown, with SIGKILL when the time is over", Deed::exit,
         Awaited::exit, true},
};

struct Letter {
  char letter;
  std::string_view word;  ///< empty: there is a whole word for it
  std::string_view what;
  Deed deed;
  Awaited awaited;  ///< with -v, or where it kills
  bool kills = false;
  int signo = 0;
};

constexpr std::array kLetters{
    Letter{'u', "up", "start it", Deed::start, Awaited::up},
    Letter{'d', "down", "stop it", Deed::stop, Awaited::down},
    Letter{'o', "once", "start it, and let it end", Deed::once, Awaited::once},
    Letter{'x', "", "", Deed::exit, Awaited::exit},
    Letter{'e', "exit", "stop it and its logger", Deed::exit, Awaited::exit},
    Letter{'X', "", "", Deed::exit, Awaited::exit, true},
    Letter{'E', "", "", Deed::exit, Awaited::exit, true},
    Letter{'D', "", "", Deed::stop, Awaited::down, true},
    Letter{'T', "", "", Deed::restart_if_up, Awaited::term, true},
    Letter{'p', "pause", "send SIGSTOP", Deed::signal, Awaited::other, false, SIGSTOP},
    Letter{'c', "cont", "send SIGCONT", Deed::signal, Awaited::other, false, SIGCONT},
    Letter{'h', "hup", "send SIGHUP", Deed::signal, Awaited::other, false, SIGHUP},
    Letter{'a', "alarm", "send SIGALRM", Deed::signal, Awaited::other, false, SIGALRM},
    Letter{'i', "interrupt", "send SIGINT", Deed::signal, Awaited::other, false, SIGINT},
    Letter{'q', "quit", "send SIGQUIT", Deed::signal, Awaited::other, false, SIGQUIT},
    Letter{'1', "1", "send SIGUSR1", Deed::signal, Awaited::other, false, SIGUSR1},
    Letter{'2', "2", "send SIGUSR2", Deed::signal, Awaited::other, false, SIGUSR2},
    Letter{'t', "term", "send SIGTERM", Deed::signal, Awaited::term, false, SIGTERM},
    Letter{'k', "kill", "send SIGKILL", Deed::signal, Awaited::term, false, SIGKILL},
};

Manner manner_of(std::string_view program) {
  return program == kProgram ? Manner::sv : Manner::init_script;
}

/// The beginning of a number counts, as in runit; without one nothing changes.
void read_seconds(std::string_view text, Duration& seconds) {
  constexpr long kMost = 1'000'000'000;
  long number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc() && number >= 0)
    seconds = std::chrono::seconds{std::min(number, kMost)};
}

/// Takes the options from the front of `words`; false when there is one that is unknown.
bool take_options(std::span<const std::string>& words, Order& order, bool& is_verbose) {
  while (!words.empty() && words[0].size() > 1 && words[0][0] == '-') {
    const std::string_view word = words[0];
    words = words.subspan(1);
    if (word == "--") break;
    for (std::size_t i = 1; i < word.size(); ++i) {
      is_verbose = true;  // -w means that, too
      if (word[i] == 'v') continue;
      if (word[i] != 'w') return false;
      const bool is_next = i + 1 == word.size();
      if (is_next && words.empty()) return false;
      read_seconds(is_next ? std::string_view(words[0]) : word.substr(i + 1), order.patience);
      if (is_next) words = words.subspan(1);
      break;
    }
  }
  return true;
}

bool read_action(std::string_view action, bool is_verbose, Order& order) {
  if (const auto word = std::ranges::find(kWords, action, &Word::word); word != kWords.end()) {
    order.deed = word->deed;
    order.awaited = word->awaited;
    order.kills = word->kills;
    order.signo = word->signo;
    order.letter = word->signo == SIGHUP ? 'h' : '\0';
    return true;
  }
  if (action.empty()) return false;
  if (action[0] == 's') return order.manner == Manner::sv || action == "status";
  const auto letter = std::ranges::find(kLetters, action[0], &Letter::letter);
  if (letter == kLetters.end()) return false;
  order.deed = letter->deed;
  order.awaited = is_verbose || letter->kills ? letter->awaited : Awaited::nothing;
  order.kills = letter->kills;
  order.signo = letter->signo;
  order.letter = letter->letter;
  return true;
}

}  // namespace

std::optional<Order> read_order(std::string_view program, std::span<const std::string> words) {
  Order order;
  order.manner = manner_of(program);
  if (const char* const patience = std::getenv("SVWAIT")) read_seconds(patience, order.patience);
  bool is_verbose = false;
  if (!take_options(words, order, is_verbose) || words.empty()) return std::nullopt;
  if (!read_action(words[0], is_verbose, order)) return std::nullopt;
  if (order.manner == Manner::init_script) {
    order.services = {std::string(program)};
  } else {
    order.services.assign(words.begin() + 1, words.end());
  }
  if (order.services.empty()) return std::nullopt;
  return order;
}

std::vector<Command> commands() {
  std::vector<Command> all{{"status", "show state, process and time, also of the logger"}};
  for (const Word& word : kWords) all.push_back({word.word, word.what});
  for (const Letter& letter : kLetters)
    if (!letter.word.empty()) all.push_back({letter.word, letter.what});
  return all;
}

std::string usage(std::string_view program) {
  return fmt::format(
      "usage: {} {}\n\n", program,
      manner_of(program) == Manner::sv ? "[-v] [-w sec] command service ..." : "[-w sec] command");
}

int exit_code_of_usage(std::string_view program) {
  return manner_of(program) == Manner::sv ? 100 : 2;
}

}  // namespace my_init::sv
