#include "my_init/config/log_file_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "my_init/config/quote.hpp"

namespace my_init::config {
namespace {

/// The absolute path without empty steps, "." and "..". Links are not followed: there may be none
/// yet.
std::string plain_path(std::string_view path) {
  std::vector<std::string_view> steps;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view step = path.substr(0, slash);
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (!step.empty() && step != ".") {
      steps.push_back(step);
    }
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  std::string plain;
  for (const std::string_view step : steps) plain.append("/").append(step);
  return plain;
}

}  // namespace

void check_log_files(const std::vector<Draft>& drafts, LoadContext& context) {
  std::unordered_map<std::string, const Draft*> owners;
  for (const Draft& draft : drafts) {
    const ServiceDefinition& service = draft.definition;
    const std::string& path = service.execution.output->path;
    if (service.execution.output_driver != OutputDriver::file || path.empty()) continue;
    const auto [owner, is_new] = owners.emplace(plain_path(path), &draft);
    if (!is_new) {
      context.report.error(
          draft.output_path,
          fmt::format("the log file of service {} is that of service {} too: {}",
                      quote(service.spec.name), quote(owner->second->definition.spec.name),
                      context.report.position(owner->second->output_path)));
    } else if (context.surroundings.is_read_only && context.surroundings.is_read_only(path)) {
      context.report.warning(draft.output_path,
                             fmt::format("'path': {} is on a read-only file system", quote(path)));
    }
  }
}

}  // namespace my_init::config
