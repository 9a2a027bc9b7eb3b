#include "my_init/app/apply.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace my_init::app {

std::string_view word_of(ServiceChange change) {
  switch (change) {
    case ServiceChange::added:
      return "added";
    case ServiceChange::removed:
      return "removed";
    case ServiceChange::restarted:
      return "restarted";
    case ServiceChange::started:
      return "started";
    case ServiceChange::stopped:
      return "stopped";
    case ServiceChange::updated:
      return "updated";
    case ServiceChange::unchanged:
      return "unchanged";
  }
  return "unknown";
}

std::string ApplyResult::summary() const {
  switch (outcome) {
    case Outcome::done:
      break;
    case Outcome::invalid: {
      const auto errors =
          std::ranges::count(diagnostics, config::Severity::error, &config::Diagnostic::severity);
      return fmt::format("{} error{}, nothing was changed", errors, errors == 1 ? "" : "s");
    }
    case Outcome::not_now:
      return reason;
  }
  std::string text;
  std::size_t unchanged = 0;
  for (const ChangedService& service : services) {
    if (service.change == ServiceChange::unchanged) {
      ++unchanged;
    } else {
      text += fmt::format("{} {}, ", service.name, word_of(service.change));
    }
  }
  return text + fmt::format("{} unchanged", unchanged);
}

}  // namespace my_init::app
