#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/service_keys.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// A variable without value takes the container's, as in Compose; where that has none, neither has
/// the service.
void take_from_container(std::string_view name, Variables& variables, const Reading& reading) {
  if (const auto value = reading.context.lookup(name)) variables.emplace_back(name, *value);
}

void read_map(const Node& map, Variables& variables, Reading& reading) {
  for (const Entry& entry : map.entries) {
    const std::string_view name = entry.key->text;
    if (!expect_variable_name(*entry.key, reading.report())) continue;
    if (entry.value->kind == NodeKind::null) {
      take_from_container(name, variables, reading);
    } else if (entry.value->kind == NodeKind::scalar) {
      variables.emplace_back(name, entry.value->text);
    } else {
      reading.report().error(entry.value->place,
                             fmt::format("the value of variable {} must be a text, not {}",
                                         quote(name), kind_name(*entry.value)));
    }
  }
}

void read_list(const Node& list, Variables& variables, Reading& reading) {
  for (const Node* item : read_texts("environment", list, reading.report())) {
    const std::size_t equals = item->text.find('=');
    const std::string_view name = item->text.substr(0, equals);
    if (name.empty()) {
      reading.report().error(item->place,
                             fmt::format("expected NAME=value, not {}", quote(item->text)));
    } else if (equals == std::string_view::npos) {
      take_from_container(name, variables, reading);
    } else {
      variables.emplace_back(name, item->text.substr(equals + 1));
    }
  }
}

/// Relative paths begin where the definition file is, as in Compose.
std::string full_path(std::string_view path, const Node& at, const Reading& reading) {
  if (path.starts_with('/')) return std::string(path);
  const std::string_view file = reading.report().path(at.place.file);
  const std::size_t slash = file.rfind('/');
  return fmt::format("{}{}", slash == std::string_view::npos ? "" : file.substr(0, slash + 1),
                     path);
}

void read_env_file(const Node& path, bool required, Variables& variables, Reading& reading) {
  LoadContext& context = reading.context;
  if (path.text.empty()) {
    context.report.error(path.place, "the path of an env_file is empty");
    return;
  }
  for (const Assignment& assignment :
       context.env_files.read(full_path(path.text, path, reading), required, path.place,
                              context.lookup, context.arena, context.report)) {
    variables.emplace_back(assignment.name, assignment.value);
  }
}

/// {path: ..., required: ...}
void read_env_file_map(const Node& map, Variables& variables, Reading& reading) {
  constexpr std::array<std::string_view, 2> kFields{"path", "required"};
  for (const Entry& entry : map.entries) {
    if (!is_one_of(kFields, entry.key->text)) {
      unknown_key(*entry.key, kFields, reading.report());
    }
  }
  const Node* const path = find(map, "path");
  const Node* const required = find(map, "required");
  const bool must_exist =
      required == nullptr || read_bool("required", *required, reading.report()).value_or(false);
  if (path == nullptr) {
    reading.report().error(map.place, "this env_file has no path");
  } else if (read_text("path", *path, reading.report())) {
    read_env_file(*path, must_exist, variables, reading);
  }
}

void read_env_files(const Node& value, Variables& variables, Reading& reading) {
  if (value.kind == NodeKind::scalar) {
    read_env_file(value, true, variables, reading);
  } else if (value.kind == NodeKind::map) {
    read_env_file_map(value, variables, reading);
  } else {
    for (const Entry& item : value.entries) {
      if (item.value->kind == NodeKind::scalar) {
        read_env_file(*item.value, true, variables, reading);
      } else if (item.value->kind == NodeKind::map) {
        read_env_file_map(*item.value, variables, reading);
      } else {
        wrong_kind("env_file", "a list of paths or of {path, required}", *item.value,
                   reading.report());
      }
    }
  }
}

/// Only the last assignment of each name; in n log n, the order stays.
void keep_last(Variables& variables) {
  std::vector<std::size_t> order(variables.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(
      order, {}, [&](std::size_t i) { return std::pair(std::string_view(variables[i].first), i); });
  std::vector<bool> is_last(variables.size(), true);
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    is_last[order[i]] = variables[order[i]].first != variables[order[i + 1]].first;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (!is_last[i]) continue;
    if (kept != i) variables[kept] = std::move(variables[i]);
    ++kept;
  }
  variables.resize(kept);
  variables.shrink_to_fit();
}

}  // namespace

void read_inherit_environment(std::string_view key, const Node& value, Reading& reading) {
  InheritEnvironment& inherit = reading.draft.definition.execution.inherit_environment;
  if (value.kind == NodeKind::scalar) {
    inherit.all = read_bool(key, value, reading.report()).value_or(inherit.all);
    return;
  }
  if (value.kind == NodeKind::map) {
    wrong_kind(key, "true, false or a list of names", value, reading.report());
    return;
  }
  inherit.all = false;
  for (const Node* pattern : read_texts(key, value, reading.report())) {
    inherit.patterns.emplace_back(pattern->text);
  }
  inherit.patterns.shrink_to_fit();
}

void finish_environment(Reading& reading) {
  Variables variables;
  if (reading.env_file != nullptr) read_env_files(*reading.env_file, variables, reading);
  if (const Node* const environment = reading.environment) {
    if (environment->kind == NodeKind::map) {
      read_map(*environment, variables, reading);
    } else if (environment->kind == NodeKind::list) {
      read_list(*environment, variables, reading);
    } else {
      wrong_kind("environment", "a map or a list of NAME=value", *environment, reading.report());
    }
  }
  if (variables.size() > 1) keep_last(variables);
  reading.draft.definition.execution.environment = std::move(variables);
}

}  // namespace my_init::config
