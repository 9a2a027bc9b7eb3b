#include "my_init/config/definition_files.hpp"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>
#include <utility>

#include "my_init/config/file_reader.hpp"
#include "my_init/config/merge.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/service_reader.hpp"
#include "my_init/config/yaml_reader.hpp"

namespace my_init::config {
namespace {

/// One file of definitions.
struct Document {
  FileId file{};
  std::string_view stem;  ///< of web.yaml and of web.override.yaml: web
  Node* root = nullptr;   ///< nullptr: not readable, which was reported
};

struct Documents {
  std::vector<Document> bases;
  std::vector<Document> overrides;
};

/// The name without `ending`, when it has that.
std::optional<std::string_view> without(std::string_view name, std::string_view ending) {
  if (!name.ends_with(ending) || name.size() == ending.size()) return {};
  return name.substr(0, name.size() - ending.size());
}

/// The name without .yaml or .yml; nothing for other files and hidden ones.
std::optional<std::string_view> stem_of(std::string_view name) {
  if (name.starts_with('.')) return {};
  const auto stem = without(name, ".yaml");
  return stem ? stem : without(name, ".yml");
}

Document read_document(const Directory& directory, const std::string& prefix,
                       const std::string& name, LoadContext& context) {
  Document document{.file = context.report.add_file(prefix + name, {})};
  const Result<std::string_view> text = read_file(directory.fd.get(), name, context.arena);
  if (!text) {
    context.report.error({.file = document.file}, text.error().message);
    return document;
  }
  context.report.set_text(document.file, *text);
  document.root = read_yaml(document.file, *text, context.arena, context.report);
  if (document.root != nullptr && text->contains('$')) {
    interpolate_tree(*document.root, context.lookup, context.arena, context.report);
  }
  return document;
}

void read_directory_into(const std::string& path, Documents& documents, LoadContext& context) {
  const Result<std::optional<Directory>> directory = read_directory(path);
  if (!directory) {
    context.report.error({.file = context.report.add_file(path, {})}, directory.error().message);
    return;
  }
  if (!*directory) return;
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  for (const std::string& name : (*directory)->names) {
    const auto stem = stem_of(name);
    if (!stem) continue;
    Document document = read_document(**directory, prefix, name, context);
    const auto overridden = without(*stem, ".override");
    document.stem = context.arena.copy(overridden.value_or(*stem));
    (overridden ? documents.overrides : documents.bases).push_back(document);
  }
}

std::string_view directory_of(const Document& document, const Report& report) {
  const std::string_view path = report.path(document.file);
  return path.substr(0, path.rfind('/') + 1);
}

/// Lays each override over its base: the one in the same directory, else the first one of that
/// name.
void apply_overrides(Documents& documents, LoadContext& context) {
  for (const Document& over : documents.overrides) {
    Document* base = nullptr;
    for (Document& candidate : documents.bases) {
      if (candidate.stem != over.stem) continue;
      const bool same_directory =
          directory_of(candidate, context.report) == directory_of(over, context.report);
      if (base == nullptr || same_directory) base = &candidate;
      if (same_directory) break;
    }
    if (base == nullptr) {
      context.report.error(
          {.file = over.file},
          fmt::format("nothing to override: there is no {0}.yaml or {0}.yml", over.stem));
    } else if (over.root != nullptr && base->root != nullptr) {
      const bool one_has_services =
          (find(*over.root, "services") == nullptr) != (find(*base->root, "services") == nullptr);
      if (one_has_services) {
        context.report.error(
            {.file = over.file},
            fmt::format("either both or none of this file and {} must have 'services'",
                        context.report.path(base->file)));
      } else if (over.root->kind == NodeKind::map) {
        base->root = &merge_file(*base->root, *over.root, context.arena);
      } else {
        context.report.error(over.root->place, "an override must be a map of keys");
      }
    }
  }
}

/// Collects the services of all documents; each name once.
class Collection {
 public:
  explicit Collection(LoadContext& context) : context_(context) {}

  void add(const Document& document) {
    if (document.root == nullptr) return;
    const Node& root = *document.root;
    const bool is_empty =
        root.kind == NodeKind::null || (root.kind == NodeKind::map && root.entries.empty());
    if (is_empty) {
      context_.report.error({.file = document.file}, "the file is empty: it must be a map of keys");
    } else if (root.kind != NodeKind::map) {
      context_.report.error(
          root.place, fmt::format("a definition must be a map of keys, not {}", kind_name(root)));
    } else if (const Node* const services = find(root, "services")) {
      add_several(root, *services);
    } else {
      add_one(document);
    }
  }

  [[nodiscard]] std::vector<Definition> take() { return std::move(definitions_); }

 private:
  void add_one(const Document& document) {
    const Place place{.file = document.file, .line = 1, .column = 0};
    if (!is_service_name(document.stem)) {
      context_.report.error({.file = document.file}, fmt::format("{} is no name for a service: {}",
                                                                 quote(document.stem), kNames));
      return;
    }
    add({.name = document.stem, .place = place, .keys = document.root});
  }

  void add_several(const Node& root, const Node& services) {
    for (const Entry& entry : root.entries) {
      const std::string_view key = entry.key->text;
      if (key == "services" || key.starts_with("x-")) continue;
      context_.report.error(
          entry.key->place,
          fmt::format("{} beside 'services': keys belong to one service", quote(key)));
    }
    if (!expect_map("services", services, context_.report)) return;
    for (const Entry& entry : services.entries) {
      const std::string_view name = entry.key->text;
      if (!is_service_name(name)) {
        context_.report.error(entry.key->place,
                              fmt::format("{} is no name for a service: {}", quote(name), kNames));
      } else if (entry.value->kind == NodeKind::null) {
        context_.report.error(entry.key->place, fmt::format("service {} has no keys", quote(name)));
      } else if (entry.value->kind != NodeKind::map) {
        context_.report.error(entry.value->place,
                              fmt::format("service {} must be a map of keys, not {}", quote(name),
                                          kind_name(*entry.value)));
      } else {
        add({.name = name, .place = entry.key->place, .keys = entry.value});
      }
    }
  }

  void add(const Definition& definition) {
    const auto [known, is_new] = places_.try_emplace(definition.name, definition.place);
    if (is_new) {
      definitions_.push_back(definition);
    } else {
      context_.report.error(definition.place,
                            fmt::format("service '{}' is defined twice: first in {}",
                                        definition.name, context_.report.position(known->second)));
    }
  }

  static constexpr std::string_view kNames =
      "letters, digits, '_', '.' and '-', at most 64, the first a letter or digit";

  LoadContext& context_;
  std::unordered_map<std::string_view, Place> places_;
  std::vector<Definition> definitions_;
};

}  // namespace

std::vector<Definition> read_definition_files(LoadContext& context) {
  Documents documents;
  for (const std::string& directory : context.surroundings.services_dirs) {
    read_directory_into(directory, documents, context);
  }
  apply_overrides(documents, context);
  Collection collection(context);
  for (const Document& document : documents.bases) collection.add(document);
  return collection.take();
}

}  // namespace my_init::config
