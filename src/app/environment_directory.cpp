#include "my_init/app/environment_directory.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "my_init/app/directory.hpp"
#include "my_init/app/environment_text.hpp"
#include "my_init/app/small_file.hpp"

namespace my_init::app {
namespace {

/// The kernel's limit of one "NAME=value" (MAX_ARG_STRLEN, without the NUL); with a longer one no
/// program could be started any more.
constexpr std::size_t kLongestVariable = 131072 - 1;

bool stays_without_file(std::string_view name) {
  return is_personal(name) || name == "LOGNAME";
}

/// Whether an error means that nothing can be written there, rather than just this file.
bool concerns_all(int number) {
  return number == EROFS || number == EACCES || number == EPERM || number == ENOSPC ||
         number == EDQUOT;
}

/// The value in a file: without one newline at its end.
Result<std::string> read_value(const std::string& path, const std::string& name) {
  const std::size_t limit = kLongestVariable - std::min(name.size() + 1, kLongestVariable);
  auto value = read_small_file(path, limit + 1);
  if (!value) return value;
  if (value->ends_with('\n')) value->pop_back();
  if (value->size() > limit) {
    return failure(fmt::format("cannot read '{}': larger than a variable can be", path));
  }
  if (value->find('\0') != value->npos) {
    return failure(fmt::format("cannot read '{}': it contains a NUL byte", path));
  }
  return value;
}

bool is_file_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos;
}

/// What read_value reads back as `value`.
std::string file_content(const std::string& value) {
  return value.ends_with('\n') ? value + '\n' : value;
}

/// Without the later ones of variables that are there twice, which getenv(3) does not find either.
config::Environment without_repetitions(config::Environment environment) {
  std::set<std::string, std::less<>> seen;
  std::erase_if(environment,
                [&](const auto& variable) { return !seen.insert(variable.first).second; });
  return environment;
}

}  // namespace

struct EnvironmentDirectory::Listing {
  std::map<std::string, std::string, std::less<>> values;
  std::set<std::string, std::less<>> unreadable;  ///< their variables stay as they are
  bool complete = true;                           ///< the directory itself could be read
};

EnvironmentDirectory::EnvironmentDirectory(std::string directory, std::optional<gid_t> readers)
    : directory_(std::move(directory)), readers_(readers) {}

EnvironmentDirectory::Outcome EnvironmentDirectory::import(config::Environment environment) {
  environment = without_repetitions(std::move(environment));
  const Listing listing = read_all();
  for (const auto& [name, value] : listing.values) {
    const bool set = std::any_of(environment.begin(), environment.end(),
                                 [&](const auto& variable) { return variable.first == name; });
    if (!set) environment.emplace_back(name, value);
  }
  return {std::move(environment), take_warnings()};
}

std::vector<std::string> EnvironmentDirectory::export_all(const config::Environment& environment) {
  if (presence() == Presence::there) {
    write_variables(environment);
    write_copies(environment);
  }
  return take_warnings();
}

EnvironmentDirectory::Outcome EnvironmentDirectory::reload(const config::Environment& environment) {
  Outcome outcome = read_again(environment);
  for (std::string& warning : publish(outcome.environment))
    outcome.warnings.push_back(std::move(warning));
  return outcome;
}

std::vector<std::string> EnvironmentDirectory::publish(const config::Environment& environment) {
  if (presence() == Presence::there) write_copies(environment);
  return take_warnings();
}

EnvironmentDirectory::Outcome EnvironmentDirectory::read_again(
    const config::Environment& environment) {
  const auto had_file = written_;
  Listing listing = read_all();
  if (!listing.complete) return {environment, take_warnings()};
  config::Environment result;
  for (const auto& [name, value] : environment) {
    if (auto found = listing.values.extract(name)) {
      const auto overruled = overruled_.find(name);
      const bool still = overruled != overruled_.end() && overruled->second == found.mapped();
      if (still) found.mapped() = value;
      result.emplace_back(name, std::move(found.mapped()));
    } else if (stays_without_file(name) || !had_file.contains(name) ||
               listing.unreadable.contains(name)) {
      result.emplace_back(name, value);
    }
  }
  for (auto& [name, value] : listing.values) result.emplace_back(name, std::move(value));
  return {std::move(result), take_warnings()};
}

EnvironmentDirectory::Listing EnvironmentDirectory::read_all() {
  Listing listing;
  const auto names = names_in(directory_);
  if (!names) {
    listing.complete = false;
    if (names.error().number != ENOENT) warn(names.error().message);
    return listing;
  }
  written_.clear();
  for (const std::string& name : *names) {
    const std::string path = directory_ + '/' + name;
    if (name.find('=') != name.npos) {
      warn(fmt::format("cannot read '{}': a variable's name has no '='", path));
      continue;
    }
    auto value = read_value(path, name);
    if (value) {
      written_.insert(name);
      listing.values.emplace(name, std::move(*value));
    } else if (value.error().number != ENOENT) {
      warn(value.error().message);
      listing.unreadable.insert(name);
    }
  }
  return listing;
}

EnvironmentDirectory::Presence EnvironmentDirectory::presence() const {
  struct stat status{};
  const bool there = ::stat(directory_.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  return there ? Presence::there : Presence::missing;
}

void EnvironmentDirectory::write_variables(const config::Environment& environment) {
  overruled_.clear();
  bool writable = true;
  for (const auto& [name, value] : environment) {
    if (is_personal(name)) continue;
    const std::string path = directory_ + '/' + name;
    if (!is_file_name(name)) {
      warn(fmt::format("cannot write variable '{}': a file cannot have this name", name));
      continue;
    }
    const auto present = read_value(path, name);
    if (present && *present == value) continue;
    if (writable) {
      const auto done = write_file(path, file_content(value), {readers_});
      if (done) {
        written_.insert(name);
        continue;
      }
      writable = !concerns_all(done.error().number);
      if (writable) {
        warn(done.error().message);
      } else {
        warn_unwritable(done.error().message);
      }
    }
    if (present) overruled_.emplace(name, *present);
  }
}

void EnvironmentDirectory::write_copies(const config::Environment& environment) {
  write_copy(directory_ + ".sh", shell_text(environment));
  write_copy(directory_ + ".json", json_text(environment));
}

void EnvironmentDirectory::write_copy(const std::string& path, std::string_view content) {
  if (is_up_to_date(path, content)) return;
  if (const auto done = replace_file(path, content, {readers_}); !done) {
    warn_unwritable(done.error().message);
  }
}

void EnvironmentDirectory::warn(std::string text) {
  if (told_.insert(text).second) warnings_.push_back(std::move(text));
}

void EnvironmentDirectory::warn_unwritable(std::string text) {
  if (!std::exchange(told_unwritable_, true)) warnings_.push_back(std::move(text));
}

std::vector<std::string> EnvironmentDirectory::take_warnings() {
  return std::exchange(warnings_, {});
}

}  // namespace my_init::app
