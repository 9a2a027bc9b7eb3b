#include "my_init/config/yaml_reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <istream>
#include <streambuf>
#include <string>

#include "my_init/config/text_check.hpp"
#include "my_init/config/tree_builder.hpp"
#include "my_init/config/yaml_complaint.hpp"

namespace my_init::config {
namespace {

/// Lets the parser, which wants a stream, read the text where it is.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    // streambuf's interface is not const, but without an overflow() nothing writes here.
    char* const begin =
        const_cast<char*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    setg(begin, begin, begin + text.size());
  }
};

Place place_of(FileId file, const YAML::Mark& mark) {
  if (mark.is_null()) return {.file = file};
  return {.file = file, .line = mark.line + 1, .column = mark.column + 1};
}

/// Passes the parser's events on.
class Events : public YAML::EventHandler {
 public:
  Events(FileId file, std::string_view text, TreeBuilder& tree, Report& report)
      : file_(file), text_(text), tree_(tree), report_(report), tabs_(has_tab_indentation(text)) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    // The parser is ended in its own way: by an exception that this file catches.
    if (begun_) throw YAML::ParserException(mark, std::string(kSecondDocument));
    begun_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    tree_.null(place_of(file_, mark), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    tree_.alias(checked(mark), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    last_scalar_ = mark;
    tree_.scalar(checked(mark), anchor, value, tag != "?");
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    tree_.begin_list(checked(mark), anchor);
  }

  void OnSequenceEnd() override { tree_.end_list(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    tree_.begin_map(checked(mark), anchor);
  }

  void OnMapEnd() override { tree_.end_map(); }

  /// A tab was reported: what the parser complains about is most likely the same.
  [[nodiscard]] bool tab_found() const { return tab_found_; }

  /// The parser lets a text in quotes end with the file.
  void check_last_quote() const {
    const auto begin = static_cast<std::size_t>(std::max(last_scalar_.pos, 0));
    if (is_quote_open(text_.substr(std::min(begin, text_.size())))) {
      report_.error(place_of(file_, last_scalar_), std::string(kOpenQuote));
    }
  }

 private:
  /// The place, after a look at the blanks before it: the parser lets tabs pass in some of them.
  [[nodiscard]] Place checked(const YAML::Mark& mark) {
    const Place place = place_of(file_, mark);
    if (!tabs_ || mark.pos < 0) return place;
    const int tab = tab_column(text_, static_cast<std::size_t>(mark.pos), place.column);
    if (tab > 0) {
      report_.error({.file = file_, .line = place.line, .column = tab}, std::string(kTabComplaint));
      tab_found_ = true;
    }
    return place;
  }

  /// "?" is what the parser calls no tag, "!" a quoted text; YAML's own type for text changes
  /// nothing.
  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.size() <= 1 || tag == "tag:yaml.org,2002:str") return;
    report_.error(place_of(file_, mark), "tags (such as '!name') have no meaning here");
  }

  FileId file_;
  std::string_view text_;
  TreeBuilder& tree_;
  Report& report_;
  bool tabs_;
  bool begun_ = false;
  bool tab_found_ = false;
  YAML::Mark last_scalar_;
};

/// Where the text of the parser's complaint stands. At the end of the file it names no position;
/// then it is what was begun last and never ended.
Place place_of(const YAML::Exception& complaint, FileId file, std::string_view text,
               const TreeBuilder& tree) {
  const auto at = static_cast<std::size_t>(std::max(complaint.mark.pos, 0));
  if (at == 0 || at >= text.size()) return tree.innermost(file);
  return place_of(file, complaint.mark);
}

void parse(std::string_view text, Events& events) {
  TextBuffer buffer(text);
  std::istream stream(&buffer);
  YAML::Parser parser(stream);
  // The second call finds no document, or one that OnDocumentStart refuses.
  if (parser.HandleNextDocument(events)) parser.HandleNextDocument(events);
}

void complain(const YAML::Exception& complaint, FileId file, std::string_view text,
              const TreeBuilder& tree, Report& report) {
  const Place place = place_of(complaint, file, text, tree);
  const auto offset = static_cast<std::size_t>(std::max(complaint.mark.pos, 0));
  const int tab = complaint.mark.is_null() ? 0 : tab_column(text, offset, place.column);
  if (tab > 0) {
    report.error({.file = file, .line = place.line, .column = tab}, std::string(kTabComplaint));
  } else {
    const std::string_view rest = offset < text.size() ? text.substr(offset) : std::string_view();
    report.error(place, yaml_complaint(complaint.msg, rest));
  }
}

}  // namespace

Node* read_yaml(FileId file, std::string_view text, Arena& arena, Report& report) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!check_text(file, text, report)) return nullptr;
  TreeBuilder tree(arena, report);
  Events events(file, text, tree, report);
  try {
    parse(text, events);
    events.check_last_quote();
  } catch (const YAML::Exception& complaint) {
    if (!events.tab_found()) complain(complaint, file, text, tree, report);
    return nullptr;
  } catch (const std::exception& problem) {
    report.error({.file = file}, fmt::format("cannot read YAML: {}", problem.what()));
    return nullptr;
  }
  if (tree.root() != nullptr) return tree.root();
  return &arena.make(Node{.place = {.file = file}});
}

}  // namespace my_init::config
