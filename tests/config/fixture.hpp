#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "my_init/config/load.hpp"

/// A directory of definition files, made by a test and removed with it.
class DefinitionTree {
 public:
  DefinitionTree();
  DefinitionTree(const DefinitionTree&) = delete;
  DefinitionTree& operator=(const DefinitionTree&) = delete;
  ~DefinitionTree();

  /// Writes a file; "my_init.yaml" is the global one, all others are in the services directory,
  /// "second/x.yaml" is in a second one.
  void write(std::string_view name, std::string_view text) const;

  /// What load() reads them in.
  [[nodiscard]] my_init::config::Surroundings surroundings() const;

  /// Loads them with `environment` as the container's.
  [[nodiscard]] my_init::config::Loaded load() const;
  [[nodiscard]] my_init::config::Loaded load_settings() const;

  /// All that load() has to say, as a user sees it, with the tree's path removed.
  [[nodiscard]] std::string diagnostics() const;
  [[nodiscard]] std::string rendered(const my_init::config::Loaded& loaded) const;

  [[nodiscard]] std::string path(std::string_view name) const;

  my_init::config::Environment environment{{"HOME", "/root"}, {"EMPTY", ""}, {"PORT", "80"}};

 private:
  std::string root_;
};

struct NamedText {
  std::string_view name;
  std::string_view text;
};

/// Definition files, and what is said about them. Files without a name do not exist.
struct BrokenFiles {
  std::string_view title;
  std::array<NamedText, 3> files;
  std::string_view diagnostics;
};

/// CHECKs each of them. A line end at the beginning of a text is there for the reader and dropped.
void check_broken(std::span<const BrokenFiles> table);

/// What loading one web.yaml with this text gives; it must be without errors.
[[nodiscard]] my_init::config::ServiceDefinition loaded_service(std::string_view text);
