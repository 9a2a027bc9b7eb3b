#include "my_init/config/suggestion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

namespace my_init::config {
namespace {

constexpr std::size_t kLongest = 64;

using Row = std::array<std::size_t, kLongest + 1>;

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Insertions, deletions, replacements and swaps of neighbours between two words of at most
/// kLongest bytes (optimal string alignment). Upper and lower case are the same.
std::size_t distance(std::string_view a, std::string_view b) {
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = to_lower(a[i - 1]) == to_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && to_lower(a[i - 1]) == to_lower(b[j - 2]) &&
                           to_lower(a[i - 2]) == to_lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::size_t difference(std::size_t a, std::size_t b) {
  return a > b ? a - b : b - a;
}

}  // namespace

std::string suggestion(std::string_view word, std::span<const std::string_view> known) {
  if (word.empty() || word.size() > kLongest) return {};
  // A third of the word may be wrong: more, and the guess would be a stranger.
  std::size_t nearest = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string_view best;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kLongest || difference(candidate.size(), word.size()) >= nearest)
      continue;
    const std::size_t steps = distance(word, candidate);
    if (steps >= nearest || steps >= candidate.size()) continue;
    nearest = steps;
    best = candidate;
  }
  return best.empty() ? std::string() : fmt::format(" (did you mean '{}'?)", best);
}

bool is_one_of(std::span<const std::string_view> known, std::string_view word) {
  return std::ranges::find(known, word) != known.end();
}

std::string choices(std::span<const std::string_view> known) {
  std::string text;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (i > 0) text += i + 1 == known.size() ? " or " : ", ";
    text += known[i];
  }
  return text;
}

}  // namespace my_init::config
