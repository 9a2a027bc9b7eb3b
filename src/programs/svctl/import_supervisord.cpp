#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "import.hpp"
#include "import_ini.hpp"
#include "import_program.hpp"

namespace my_init::svctl {
namespace {

struct SourceFile {
  std::string path;
  std::vector<IniSection> sections;
};

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

std::vector<std::string> files_that_match(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> files;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  return files;
}

/// The file, and those that its [include] names.
std::vector<SourceFile> read_files(const std::string& path) {
  std::vector<SourceFile> files{{path, read_ini(content_of(path))}};
  for (const IniSection& section : std::vector<IniSection>(files[0].sections)) {
    const IniEntry* const names = section.name == "include" ? section.find("files") : nullptr;
    if (names == nullptr) continue;
    for (std::string pattern : words_of(names->value)) {
      if (!pattern.starts_with('/') && path.contains('/'))
        pattern = fmt::format("{}/{}", directory_of(path), pattern);
      for (const std::string& one : files_that_match(pattern))
        files.push_back({one, read_ini(content_of(one))});
    }
  }
  return files;
}

/// What is said once for a whole section; empty: nothing need be said of it.
std::string_view sentence_about(std::string_view kind) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSentences{{
      {"group", "not carried over: a glob names several services (svctl restart 'web-*')"},
      {"eventlistener", "not carried over: svctl events --json tells what happens"},
      {"fcgi-program", "not carried over: 'listen' opens sockets, by the protocol of systemd"},
      {"inet_http_server", "not carried over: svctl uses a socket in the container"},
      {"rpcinterface", ""},
  }};
  for (const auto& [name, sentence] : kSentences)
    if (name == kind) return sentence;
  constexpr std::array kNeedNothing{"supervisord", "supervisorctl", "unix_http_server", "include"};
  return is_one_of(kNeedNothing, kind) ? "" : "not carried over: an unknown section";
}

int number_in(const IniSection& program, std::string_view key, int otherwise) {
  const IniEntry* const entry = program.find(key);
  int number = otherwise;
  if (entry != nullptr)
    std::from_chars(entry->value.data(), entry->value.data() + entry->value.size(), number);
  return number;
}

/// More copies of one program are a mistake of the file, or of its reader.
constexpr int kMostCopies = 1000;

Imported import_program(const SourceFile& file, const IniSection& section, const IniEntry* common) {
  Imported imported;
  const std::string program = section.name.substr(section.name.find(':') + 1);
  const int first = number_in(section, "numprocs_start", 0);
  const int copies = std::clamp(number_in(section, "numprocs", 1), 1, kMostCopies);
  for (int copy = 0; copy < copies; ++copy) {
    ProgramImport one({file.path, directory_of(file.path), program, first + copy}, section, common);
    if (copy == 0) imported.notes = one.take_notes();
    if (one.has_command()) imported.drafts.push_back(one.take_draft());
  }
  return imported;
}

}  // namespace

Imported import_supervisord(const std::string& path) {
  Imported imported;
  const std::vector<SourceFile> files = read_files(path);
  const IniEntry* common = nullptr;
  for (const IniSection& section : files[0].sections)
    if (section.name == "supervisord") common = section.find("environment");
  for (const SourceFile& file : files) {
    for (const IniSection& section : file.sections) {
      const std::string_view kind =
          std::string_view(section.name).substr(0, section.name.find(':'));
      if (kind == "program") {
        imported.add(import_program(file, section, common));
      } else if (const auto sentence = sentence_about(kind); !sentence.empty()) {
        imported.note(file.path, section.line, fmt::format("[{}] {}", section.name, sentence));
      }
    }
  }
  return imported;
}

}  // namespace my_init::svctl
