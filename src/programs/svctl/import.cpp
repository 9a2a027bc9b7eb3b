#include "import.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>

#include "command.hpp"
#include "my_init/base/unique_fd.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

Imported read_source(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0)
    throw Stop{Outcome::usage, fmt::format("cannot import '{}': {}", path, errno_text(errno))};
  if (S_ISDIR(status.st_mode)) return import_service_directories(path);
  if (path.ends_with(".yaml") || path.ends_with(".yml")) return import_compose(path);
  if (path.ends_with(".conf") || path.ends_with(".ini")) return import_supervisord(path);
  throw Stop{Outcome::usage,
             fmt::format("cannot import '{}': expected a .conf or .ini of supervisord, a .yaml of "
                         "Compose, or a directory of services",
                         path)};
}

/// Two sources of one name would be one definition.
void drop_repeated(Imported& imported) {
  std::set<std::string> names;
  std::erase_if(imported.drafts, [&](const Draft& draft) {
    if (names.insert(draft.name).second) return false;
    imported.notes.push_back(
        fmt::format("{}: there are two of this name; only the first was taken", draft.name));
    return true;
  });
}

/// A file that is there is not replaced.
void write_new(const std::string& path, std::string_view text) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  const ssize_t written = file ? ::write(file.get(), text.data(), text.size()) : -1;
  if (written != static_cast<ssize_t>(text.size()))
    throw Stop{Outcome::failed, fmt::format("cannot write '{}': {}", path, errno_text(errno))};
}

void write_files(const std::vector<Draft>& drafts, const std::string& directory) {
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST)
    throw Stop{Outcome::failed,
               fmt::format("cannot make directory '{}': {}", directory, errno_text(errno))};
  const auto path_of = [&](const Draft& draft) {
    return fmt::format("{}/{}.yaml", directory, draft.name);
  };
  for (const Draft& draft : drafts) {
    if (::access(path_of(draft).c_str(), F_OK) == 0)
      throw Stop{Outcome::failed,
                 fmt::format("cannot write '{}': it exists; nothing was written", path_of(draft))};
  }
  for (const Draft& draft : drafts) write_new(path_of(draft), draft.text(""));
}

std::string as_one_file(const std::vector<Draft>& drafts) {
  std::string text = "services:\n";
  for (const Draft& draft : drafts)
    text += fmt::format("  {}:\n{}", draft.name, draft.text("    "));
  return text;
}

std::string counted(std::size_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

}  // namespace

void import_definitions(const std::string& path, const std::string& directory) {
  Imported imported = read_source(path);
  drop_repeated(imported);
  if (imported.drafts.empty()) {
    for (const std::string& note : imported.notes) std::fprintf(stderr, "%s\n", note.c_str());
    throw Stop{Outcome::failed, fmt::format("cannot import '{}': there is no service in it", path)};
  }
  if (directory.empty()) {
    print(as_one_file(imported.drafts));
  } else {
    write_files(imported.drafts, directory);
  }
  for (const std::string& note : imported.notes) std::fprintf(stderr, "%s\n", note.c_str());
  complain(fmt::format(
      "{} imported, {}; now: svctl check {}", counted(imported.drafts.size(), "service"),
      imported.notes.empty() ? "nothing to look at"
                             : counted(imported.notes.size(), "line") + " to look at",
      directory.empty() ? "FILE" : directory));
}

}  // namespace my_init::svctl
