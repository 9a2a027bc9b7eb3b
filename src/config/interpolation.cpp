#include "my_init/config/interpolation.hpp"

#include <fmt/format.h>

#include <utility>

#include "my_init/config/quote.hpp"

namespace my_init::config {
namespace {

/// Defaults within defaults; more is no text that a person wrote.
constexpr int kDeepest = 20;

/// What texts may grow to: defaults cannot double anything, but variables can be long and many.
constexpr std::size_t kLongest = std::size_t{4} * 1024 * 1024;

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continues_name(char c) {
  return begins_name(c) || (c >= '0' && c <= '9');
}

std::string_view take_name(std::string_view& rest) {
  if (rest.empty() || !begins_name(rest[0])) return {};
  std::size_t length = 1;
  while (length < rest.size() && continues_name(rest[length])) ++length;
  const std::string_view name = rest.substr(0, length);
  rest.remove_prefix(length);
  return name;
}

/// The text up to the '}' that closes what is open, and removes both; nothing when there is none.
std::optional<std::string_view> take_argument(std::string_view& rest) {
  std::size_t open = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest.substr(i).starts_with("$$")) {
      ++i;
    } else if (rest.substr(i).starts_with("${")) {
      ++open;
      ++i;
    } else if (rest[i] == '}' && open > 0) {
      --open;
    } else if (rest[i] == '}') {
      const std::string_view argument = rest.substr(0, i);
      rest.remove_prefix(i + 1);
      return argument;
    }
  }
  return {};
}

class Interpolation {
 public:
  explicit Interpolation(const Lookup& lookup) : lookup_(lookup) {}

  void expand(std::string_view rest, int depth) {
    while (!rest.empty() && !result_.error) {
      const std::size_t dollar = std::min(rest.find('$'), rest.size());
      append(rest.substr(0, dollar));
      rest.remove_prefix(dollar);
      if (!rest.empty()) rest = one(rest, depth);
    }
  }

  [[nodiscard]] Interpolated take() { return std::move(result_); }

 private:
  /// Expands what begins with '$'; returns what follows it.
  [[nodiscard]] std::string_view one(std::string_view rest, int depth) {
    const std::string_view all = rest;
    rest.remove_prefix(1);
    if (rest.starts_with('$')) {
      append("$");
      return rest.substr(1);
    }
    if (rest.starts_with('{')) return braced(rest.substr(1), all, depth);
    const std::string_view name = take_name(rest);
    if (name.empty()) {
      fail(fmt::format("{} is no variable: write '$$' for a dollar sign", quote(all.substr(0, 2))));
    } else {
      plain(name);
    }
    return rest;
  }

  [[nodiscard]] std::string_view braced(std::string_view rest, std::string_view all, int depth) {
    const std::string_view name = take_name(rest);
    std::string_view after = rest;
    const std::optional<std::string_view> argument = take_argument(after);
    if (!argument) {
      fail(fmt::format("{} without its '}}': write '$$' for a dollar sign",
                       quote(all.substr(0, 40))));
    } else if (name.empty()) {
      fail(fmt::format("{} is no variable: write '$$' for a dollar sign",
                       quote(all.substr(0, all.size() - after.size()))));
    } else if (argument->empty()) {
      plain(name);
    } else {
      apply(name, *argument, depth);
    }
    return after;
  }

  /// `argument` is what stands between the name and '}': an operator and its text.
  void apply(std::string_view name, std::string_view argument, int depth) {
    const bool colon = argument.starts_with(':');
    const std::string_view operation = argument.substr(colon ? 1 : 0);
    const char kind = operation.empty() ? ' ' : operation[0];
    const std::string_view word = operation.substr(operation.empty() ? 0 : 1);
    const std::optional<std::string_view> value = lookup_(name);
    const bool has_value = value && !(colon && value->empty());
    if (depth >= kDeepest) return fail("defaults within defaults: too many levels");
    if (kind == '+' && !has_value) return;
    if (kind == '+') return expand(word, depth + 1);
    if (kind != '-' && kind != '?') {
      return fail(fmt::format("{} after the name of a variable: known are '}}', :- - :? ? :+ and +",
                              quote(argument.substr(0, 2))));
    }
    if (has_value) return append(*value);
    if (kind == '-') return expand(word, depth + 1);
    Interpolation message(lookup_);
    message.expand(word, depth + 1);
    fail(fmt::format("variable '{}' is {}: {}", name, value ? "empty" : "not set",
                     word.empty() ? "it is required" : message.result_.text));
  }

  void plain(std::string_view name) {
    const std::optional<std::string_view> value = lookup_(name);
    if (value) {
      append(*value);
    } else {
      result_.unset.emplace_back(name);
    }
  }

  void append(std::string_view text) {
    if (result_.text.size() + text.size() > kLongest) return fail("the text becomes too long");
    result_.text += text;
  }

  void fail(std::string message) {
    if (!result_.error) result_.error = std::move(message);
  }

  const Lookup& lookup_;
  Interpolated result_;
};

}  // namespace

std::optional<std::string_view> value_of(const Environment& environment, std::string_view name) {
  for (auto variable = environment.rbegin(); variable != environment.rend(); ++variable) {
    if (variable->first == name) return variable->second;
  }
  return {};
}

Interpolated interpolate(std::string_view text, const Lookup& lookup) {
  Interpolation interpolation(lookup);
  interpolation.expand(text, 0);
  return interpolation.take();
}

// Recursion is bounded: TreeBuilder refuses deep trees.
void interpolate_tree(Node& root, const Lookup& lookup, Arena& arena, Report& report) {
  // An alias leads here again.
  if (std::exchange(root.visited, true)) return;
  for (const Entry& entry : root.entries) interpolate_tree(*entry.value, lookup, arena, report);
  if (!root.text.contains('$')) return;
  Interpolated result = interpolate(root.text, lookup);
  if (result.error) report.spoil(root.place, std::move(*result.error));
  for (const std::string& name : result.unset) {
    report.warning(root.place, fmt::format("variable '{}' is not set: taken as empty", name));
  }
  root.text = arena.copy(std::string_view(result.text));
  root.interpolated = true;
}

}  // namespace my_init::config
