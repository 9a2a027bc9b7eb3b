#include "my_init/config/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "my_init/config/quote.hpp"
#include "my_init/config/text_check.hpp"

namespace my_init::config {
namespace {

/// Longer lines are not shown: nobody finds a caret in them.
constexpr std::size_t kLongestLine = 500;

/// Walks through one text from line to line; lines are asked for in ascending order.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::string_view line(int number) {
    while (number_ < number && !rest_.empty()) {
      const std::size_t end = rest_.find('\n');
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      ++number_;
    }
    std::string_view text = rest_.substr(0, rest_.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text.size() <= kLongestLine ? text : std::string_view();
  }

 private:
  std::string_view rest_;
  int number_ = 1;
};

/// The same with '?' for each byte that would do something to a terminal, or is no UTF-8.
std::string printable(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(line), 1);
    const bool valid = utf8_length(line) > 0 && (line[0] == '\t' || !is_control(line[0]));
    text += valid ? line.substr(0, length) : "?";
    line.remove_prefix(length);
  }
  return text;
}

std::size_t index_of(FileId file) {
  return static_cast<std::size_t>(file);
}

}  // namespace

FileId Report::add_file(std::string path, std::string_view text) {
  files_.push_back({std::move(path), text});
  return static_cast<FileId>(files_.size() - 1);
}

void Report::set_text(FileId file, std::string_view text) {
  files_[index_of(file)].text = text;
}

const std::string& Report::path(FileId file) const {
  return files_[index_of(file)].path;
}

std::string Report::position(Place place) const {
  return place.line > 0 ? fmt::format("{}:{}", path(place.file), place.line) : path(place.file);
}

void Report::error(Place place, std::string message) {
  add({place, Severity::error, false, std::move(message)});
}

void Report::spoil(Place place, std::string message) {
  add({place, Severity::error, true, std::move(message)});
}

void Report::warning(Place place, std::string message) {
  add({place, Severity::warning, false, std::move(message)});
}

/// What reads a value and knows nothing of files may have put all of it into its message.
void Report::add(Item item) {
  if (std::ranges::any_of(item.message, is_control)) item.message = escape_controls(item.message);
  has_errors_ = has_errors_ || item.severity == Severity::error;
  // Some room above the maximum: what was said twice is dropped only later.
  if (!is_full()) items_.push_back(std::move(item));
}

void Report::sort_and_drop() {
  const auto key = [](const Item& item) {
    return std::tuple(item.place, !item.spoils, item.severity, std::string_view(item.message));
  };
  std::ranges::sort(items_, {}, key);
  const auto is_dropped = [](const Item& first, const Item& next) {
    return first.place == next.place && (first.spoils || first.message == next.message);
  };
  items_.erase(std::unique(items_.begin(), items_.end(), is_dropped), items_.end());
  if (items_.size() > kMaximum) items_.resize(kMaximum);
}

std::vector<Diagnostic> Report::take() {
  sort_and_drop();
  std::vector<Diagnostic> diagnostics;
  diagnostics.reserve(items_.size());
  Lines lines({});
  FileId file{};
  for (Item& item : items_) {
    const File& in = files_[index_of(item.place.file)];
    if (diagnostics.empty() || item.place.file != file) lines = Lines(in.text);
    file = item.place.file;
    diagnostics.push_back({item.severity, in.path, item.place.line, item.place.column,
                           std::move(item.message),
                           item.place.line > 0 ? printable(lines.line(item.place.line)) : ""});
  }
  items_.clear();
  return diagnostics;
}

}  // namespace my_init::config
