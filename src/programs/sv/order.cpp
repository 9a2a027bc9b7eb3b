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
  Deed deed;
  Awaited awaited;
  bool kills = false;
  int signo = 0;
};

constexpr std::array kWords{
    Word{"check", Deed::nothing, Awaited::check},
    Word{"shutdown", Deed::exit, Awaited::exit},
    Word{"start", Deed::start, Awaited::up},
    Word{"stop", Deed::stop, Awaited::down},
    Word{"restart", Deed::restart, Awaited::term},
    Word{"reload", Deed::signal, Awaited::other, false, SIGHUP},
    Word{"try-restart", Deed::restart_if_up, Awaited::term},
    Word{"force-reload", Deed::restart_if_up, Awaited::term, true},
    Word{"force-restart", Deed::restart, Awaited::term, true},
    Word{"force-shutdown", Deed::exit, Awaited::exit, true},
    Word{"force-stop", Deed::stop, Awaited::down, true},
};

struct Letter {
  char letter;
  Deed deed;
  Awaited awaited;  ///< with -v, or where it kills
  bool kills = false;
  int signo = 0;
};

constexpr std::array kLetters{
    Letter{'u', Deed::start, Awaited::up},
    Letter{'d', Deed::stop, Awaited::down},
    Letter{'o', Deed::once, Awaited::once},
    Letter{'x', Deed::exit, Awaited::exit},
    Letter{'e', Deed::exit, Awaited::exit},
    Letter{'X', Deed::exit, Awaited::exit, true},
    Letter{'E', Deed::exit, Awaited::exit, true},
    Letter{'D', Deed::stop, Awaited::down, true},
    Letter{'T', Deed::restart_if_up, Awaited::term, true},
    Letter{'p', Deed::signal, Awaited::other, false, SIGSTOP},
    Letter{'c', Deed::signal, Awaited::other, false, SIGCONT},
    Letter{'h', Deed::signal, Awaited::other, false, SIGHUP},
    Letter{'a', Deed::signal, Awaited::other, false, SIGALRM},
    Letter{'i', Deed::signal, Awaited::other, false, SIGINT},
    Letter{'q', Deed::signal, Awaited::other, false, SIGQUIT},
    Letter{'1', Deed::signal, Awaited::other, false, SIGUSR1},
    Letter{'2', Deed::signal, Awaited::other, false, SIGUSR2},
    Letter{'t', Deed::signal, Awaited::term, false, SIGTERM},
    Letter{'k', Deed::signal, Awaited::term, false, SIGKILL},
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

std::string usage(std::string_view program) {
  return fmt::format(
      "usage: {} {}\n\n", program,
      manner_of(program) == Manner::sv ? "[-v] [-w sec] command service ..." : "[-w sec] command");
}

int exit_code_of_usage(std::string_view program) {
  return manner_of(program) == Manner::sv ? 100 : 2;
}

}  // namespace my_init::sv
