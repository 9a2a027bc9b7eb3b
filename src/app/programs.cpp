#include "my_init/app/programs.hpp"

#include <utility>

namespace my_init::app {
namespace {

const std::vector<std::string> kNoFiles;

}  // namespace

const std::vector<std::string>& Programs::files(core::SubjectKind kind) const {
  switch (kind) {
    case core::SubjectKind::startup_file:
      return startup_files;
    case core::SubjectKind::pre_shutdown_hook:
      return pre_shutdown_hooks;
    case core::SubjectKind::post_shutdown_hook:
      return post_shutdown_hooks;
    case core::SubjectKind::service:
    case core::SubjectKind::main_command:
      break;
  }
  return kNoFiles;
}

std::vector<std::string>& Programs::files(core::SubjectKind kind) {
  switch (kind) {
    case core::SubjectKind::pre_shutdown_hook:
      return pre_shutdown_hooks;
    case core::SubjectKind::post_shutdown_hook:
      return post_shutdown_hooks;
    case core::SubjectKind::startup_file:
    case core::SubjectKind::service:
    case core::SubjectKind::main_command:
      break;
  }
  return startup_files;
}

std::string Programs::name_of(core::Subject subject) const {
  switch (subject.kind) {
    case core::SubjectKind::service:
      return subject.index < service_names.size() ? service_names[subject.index] : "?";
    case core::SubjectKind::main_command:
      return main_command.empty() ? "main command" : main_command.front();
    case core::SubjectKind::startup_file:
    case core::SubjectKind::pre_shutdown_hook:
    case core::SubjectKind::post_shutdown_hook:
      break;
  }
  const std::vector<std::string>& paths = files(subject.kind);
  return subject.index < paths.size() ? paths[subject.index] : "?";
}

}  // namespace my_init::app
