#include "my_init/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <unordered_map>
#include <utility>

#include "my_init/config/definition_files.hpp"
#include "my_init/config/dependency_check.hpp"
#include "my_init/config/global_file.hpp"
#include "my_init/config/listen_check.hpp"
#include "my_init/config/load_context.hpp"
#include "my_init/config/log_file_check.hpp"
#include "my_init/config/merge.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/runit_directory.hpp"
#include "my_init/config/service_reader.hpp"

namespace my_init::config {
namespace {

constexpr std::string_view kProfilesVariable = "MY_INIT_PROFILES";

/// The words of a list with commas; blanks around them do not count.
std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view word = list.substr(0, comma);
    word.remove_prefix(std::min(word.find_first_not_of(" \t"), word.size()));
    word = word.substr(0, word.find_last_not_of(" \t") + 1);
    if (!word.empty()) words.push_back(word);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return words;
}

bool is_selected(const Draft& draft, const std::vector<std::string_view>& profiles) {
  return draft.profiles.empty() ||
         std::ranges::find_first_of(draft.profiles, profiles) != draft.profiles.end();
}

/// Adds what runit directories define, behind the files. A name that is there already is an error.
void add_runit_services(RunitServices found, std::vector<Draft>& drafts, LoadContext& context) {
  for (const std::string& directory : found.unnamed) {
    context.report.warning(
        {.file = context.report.add_file(directory, {})},
        fmt::format("{} is no name for a service: the directory is ignored",
                    quote(std::string_view(directory).substr(directory.rfind('/') + 1))));
  }
  drafts.reserve(drafts.size() + found.services.size());  // so that their names stay where they are
  std::unordered_map<std::string_view, Place> places;
  for (const Draft& draft : drafts) places.emplace(draft.definition.spec.name, draft.place);
  for (ServiceDefinition& service : found.services) {
    Draft draft;
    draft.place = {.file = context.report.add_file(service.file, {})};
    draft.dependency_places.assign(service.spec.depends_on.size(), draft.place);
    draft.definition = std::move(service);
    const auto first = places.find(draft.definition.spec.name);
    if (first != places.end()) {
      context.report.error(draft.place, fmt::format("service '{}' is defined twice: first in {}",
                                                    draft.definition.spec.name,
                                                    context.report.position(first->second)));
      continue;
    }
    drafts.push_back(std::move(draft));
    places.emplace(drafts.back().definition.spec.name, drafts.back().place);
  }
}

void load_services(const GlobalFile& global, LoadContext& context, Loaded& loaded) {
  if (global.defaults != nullptr) check_defaults(*global.defaults, context);
  const std::vector<Definition> definitions = read_definition_files(context);
  const auto profiles = words_of(context.lookup(kProfilesVariable).value_or(""));
  std::vector<Draft> drafts;
  std::vector<std::string_view> unselected;
  drafts.reserve(definitions.size());
  for (const Definition& definition : definitions) {
    const Node* keys = definition.keys;
    if (global.defaults != nullptr) {
      keys = &merge_service(*global.defaults, *definition.keys, context.arena);
    }
    Draft draft = read_service(definition.name, definition.place, *keys, context);
    if (is_selected(draft, profiles)) {
      drafts.push_back(std::move(draft));
    } else {
      unselected.push_back(definition.name);
    }
  }
  if (!context.surroundings.runit_dir.empty()) {
    RunitServices found =
        read_runit_directories(context.surroundings.runit_dir, context.surroundings.runit_grace);
    loaded.unfinished = std::move(found.unfinished);
    add_runit_services(std::move(found), drafts, context);
  }
  check_dependencies(drafts, unselected, context.report);
  check_listen(drafts, context.report);
  check_log_files(drafts, context);
  const Duration budget = global.settings.shutdown_timeout.value_or(Duration::zero());
  if (budget > Duration::zero() && !context.report.has_errors()) {
    check_budget(drafts, budget, global.shutdown_timeout, context.report);
  }
  loaded.services.reserve(drafts.size());
  for (Draft& draft : drafts) loaded.services.push_back(std::move(draft.definition));
}

/// Runs `work` so that nothing is thrown: what ends here is no memory, or a defect of ours.
template <class Work>
Loaded guarded(const std::string& file, Work work) {
  try {
    return work();
  } catch (const std::exception& problem) {
    Loaded loaded;
    loaded.diagnostics.push_back(
        {.severity = Severity::error,
         .file = file,
         .message = fmt::format("cannot load the definitions: {}", problem.what()),
         .source_line = {}});
    return loaded;
  }
}

}  // namespace

LoadContext::LoadContext(const Surroundings& given)
    : surroundings(given), lookup([&given](std::string_view name) {
        return given.environment == nullptr ? std::nullopt : value_of(*given.environment, name);
      }) {}

bool Loaded::ok() const {
  return std::ranges::none_of(diagnostics, [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::error;
  });
}

Loaded load(const Surroundings& surroundings) {
  return guarded(surroundings.global_file, [&] {
    LoadContext context(surroundings);
    const GlobalFile global = read_global_file(surroundings.global_file, GlobalPart::all, context);
    Loaded loaded;
    load_services(global, context, loaded);
    loaded.settings = global.settings;
    loaded.diagnostics = context.report.take();
    return loaded;
  });
}

Loaded load_settings(const std::string& global_file, const Environment& environment) {
  return guarded(global_file, [&] {
    const Surroundings surroundings{.global_file = global_file, .environment = &environment};
    LoadContext context(surroundings);
    const GlobalFile global = read_global_file(global_file, GlobalPart::settings, context);
    Loaded loaded;
    loaded.settings = global.settings;
    loaded.diagnostics = context.report.take();
    return loaded;
  });
}

}  // namespace my_init::config
