#include "my_init/config/global_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "my_init/config/file_reader.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/service_keys.hpp"
#include "my_init/config/yaml_reader.hpp"

namespace my_init::config {
namespace {

/// True when the entry has a value; else that is reported.
bool has_value(const Entry& entry, Report& report) {
  if (entry.value->kind != NodeKind::null) return true;
  report.error(entry.key->place, fmt::format("'{}' has no value", entry.key->text));
  return false;
}

void read_logging(const Node& map, GlobalSettings& settings, Report& report) {
  constexpr std::array<std::string_view, 3> kFields{"format", "level", "timestamps"};
  constexpr std::array<std::string_view, 2> kFormats{"text", "json"};
  constexpr std::array<LogFormat, 2> kFormatValues{LogFormat::text, LogFormat::json};
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
  constexpr std::array<LogLevel, 4> kLevelValues{LogLevel::debug, LogLevel::info, LogLevel::warning,
                                                 LogLevel::error};
  if (!expect_map("logging", map, report)) return;
  for (const Entry& entry : map.entries) {
    const std::string_view key = entry.key->text;
    if (key == "format" && has_value(entry, report)) {
      const auto format = read_choice(key, *entry.value, kFormats, report);
      if (format) settings.log_format = kFormatValues[*format];
    } else if (key == "level" && has_value(entry, report)) {
      const auto level = read_choice(key, *entry.value, kLevels, report);
      if (level) settings.log_level = kLevelValues[*level];
    } else if (key == "timestamps" && has_value(entry, report)) {
      settings.log_timestamps = read_bool(key, *entry.value, report);
    } else if (key != "format" && key != "level" && key != "timestamps") {
      unknown_key(*entry.key, kFields, report);
    }
  }
}

void read_shutdown(const Node& map, GlobalFile& global, Report& report) {
  constexpr std::array<std::string_view, 1> kFields{"timeout"};
  if (!expect_map("shutdown", map, report)) return;
  for (const Entry& entry : map.entries) {
    if (entry.key->text != "timeout") {
      unknown_key(*entry.key, kFields, report);
    } else if (has_value(entry, report)) {
      global.settings.shutdown_timeout = read_duration("timeout", *entry.value, report);
      global.shutdown_timeout = entry.value->place;
    }
  }
}

void read_control(const Node& map, ControlSettings& control, Report& report) {
  constexpr std::array<std::string_view, 3> kFields{"path", "mode", "group"};
  if (!expect_map("control", map, report)) return;
  for (const Entry& entry : map.entries) {
    const std::string_view key = entry.key->text;
    if (std::ranges::find(kFields, key) == kFields.end()) {
      unknown_key(*entry.key, kFields, report);
    } else if (!has_value(entry, report)) {
      continue;
    } else if (key == "path") {
      if (const auto path = read_absolute_path(key, *entry.value, report)) control.path = *path;
    } else if (key == "group") {
      if (const auto group = read_text(key, *entry.value, report)) control.group = *group;
    } else if (const auto text = read_text(key, *entry.value, report)) {
      control.mode = file_mode(*text);
      if (!control.mode)
        report.error(entry.value->place, "'mode' must be octal from 0 to 0777, such as \"0660\"");
    }
  }
}

void read_sections(const Node& root, GlobalPart part, GlobalFile& global, LoadContext& context) {
  constexpr std::array<std::string_view, 5> kSections{"defaults", "logging", "shutdown", "control",
                                                      "cgroups"};
  for (const Entry& entry : root.entries) {
    const std::string_view key = entry.key->text;
    const bool wanted = part == GlobalPart::all || key != "defaults";
    if (!wanted || key.starts_with("x-")) continue;
    if (std::ranges::find(kSections, key) == kSections.end()) {
      unknown_key(*entry.key, kSections, context.report);
    } else if (has_value(entry, context.report)) {
      interpolate_tree(*entry.value, context.lookup, context.arena, context.report);
      if (key == "logging") read_logging(*entry.value, global.settings, context.report);
      if (key == "shutdown") read_shutdown(*entry.value, global, context.report);
      if (key == "control") read_control(*entry.value, global.settings.control, context.report);
      if (key == "cgroups") global.settings.cgroups = read_bool(key, *entry.value, context.report);
      if (key == "defaults" && expect_map(key, *entry.value, context.report)) {
        global.defaults = entry.value;
      }
    }
  }
}

}  // namespace

GlobalFile read_global_file(const std::string& path, GlobalPart part, LoadContext& context) {
  GlobalFile global;
  const FileId file = context.report.add_file(path, {});
  if (path.empty()) return global;
  const Result<std::string_view> text = read_file(AT_FDCWD, path, context.arena);
  if (!text) {
    if (text.error().number != ENOENT) context.report.error({.file = file}, text.error().message);
    return global;
  }
  context.report.set_text(file, *text);
  const Node* const root = read_yaml(file, *text, context.arena, context.report);
  if (root == nullptr || root->kind == NodeKind::null) return global;
  if (root->kind != NodeKind::map) {
    context.report.error(root->place,
                         fmt::format("the file must be a map of keys, not {}", kind_name(*root)));
    return global;
  }
  read_sections(*root, part, global, context);
  return global;
}

}  // namespace my_init::config
