#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "my_init/config/diagnostic.hpp"
#include "my_init/config/node.hpp"

namespace my_init::config {

/// Collects everything that load() has to say, and knows the files it speaks of.
class Report {
 public:
  /// Names the next file. `text` must live as long as the report.
  FileId add_file(std::string path, std::string_view text);

  /// What is known of the file once it was read.
  void set_text(FileId file, std::string_view text);

  [[nodiscard]] const std::string& path(FileId file) const;

  /// "web.yaml:7"; of a file as a whole its path.
  [[nodiscard]] std::string position(Place place) const;

  void error(Place place, std::string message);
  /// An error that leaves a value unknown: what else is said of that place means nothing.
  void spoil(Place place, std::string message);
  void warning(Place place, std::string message);

  /// Nothing that comes now will be shown.
  [[nodiscard]] bool is_full() const { return items_.size() >= 2 * kMaximum; }

  [[nodiscard]] bool has_errors() const { return has_errors_; }

  /// Everything in the order of files and lines, each thing once. At most kMaximum, so that a file
  /// of garbage does not fill the container's log.
  [[nodiscard]] std::vector<Diagnostic> take();

  static constexpr std::size_t kMaximum = 1000;

 private:
  struct File {
    std::string path;
    std::string_view text;
  };
  struct Item {
    Place place;
    Severity severity;
    bool spoils;
    std::string message;
  };

  void add(Item item);
  void sort_and_drop();

  std::vector<File> files_;
  std::vector<Item> items_;
  bool has_errors_ = false;
};

}  // namespace my_init::config
