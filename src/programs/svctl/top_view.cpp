#include "top_view.hpp"

#include <algorithm>
#include <utility>

#include "my_init/base/utf8.hpp"

namespace my_init::svctl {
namespace {

using Kind = Key::Kind;

constexpr std::size_t kMostLogLines = 2000;
/// Those above the rows and the one below.
constexpr std::size_t kOtherLines = 4;

/// Without its last character.
void shorten(std::string& text) {
  std::size_t size = text.size();
  while (size > 0 && utf8_length(std::string_view(text).substr(size - 1)) == 0) --size;
  text.resize(size > 0 ? size - 1 : 0);
}

}  // namespace

std::size_t TopView::page() const {
  return size_.rows > kOtherLines ? size_.rows - kOtherLines : 1;
}

void TopView::resize(ScreenSize size) {
  size_ = size;
  settle_selection();
}

void TopView::set_rows(std::vector<TopRow> rows, TopTotals totals) {
  rows_ = std::move(rows);
  totals_ = std::move(totals);
  settle_selection();
}

void TopView::add_log_line(std::string line) {
  log_.push_back(std::move(line));
  if (log_back_ > 0) ++log_back_;  // who looks at older lines goes on to see them
  if (log_.size() > kMostLogLines) log_.pop_front();
}

/// Keeps to the service that was selected, wherever it is now; else to its place.
void TopView::settle_selection() {
  const auto rows = shown();
  const auto found = std::ranges::find(rows, selected_, &TopRow::name);
  if (found != rows.end())
    index_ = static_cast<std::size_t>(found - rows.begin());
  else
    index_ = std::min(index_, std::max<std::size_t>(rows.size(), 1) - 1);
  selected_ = rows.empty() ? "" : rows[index_]->name;
  const std::size_t last_first = rows.size() > page() ? rows.size() - page() : 0;
  const std::size_t least = index_ >= page() ? index_ - page() + 1 : 0;
  first_ = std::min(std::clamp(first_, least, index_), last_first);
}

void TopView::move_to(std::size_t index) {
  const auto rows = shown();
  if (rows.empty()) return;
  selected_ = rows[std::min(index, rows.size() - 1)]->name;
  settle_selection();
}

std::optional<TopWish> TopView::press(const Key& key) {
  notice_.clear();
  if (key.kind == Kind::interrupt) return TopWish{TopWish::Kind::quit, {}};
  switch (mode_) {
    case Mode::list:
      return press_in_list(key);
    case Mode::filter:
      press_in_filter(key);
      return std::nullopt;
    case Mode::help:
      mode_ = Mode::list;
      return std::nullopt;
    case Mode::logs:
      return press_in_logs(key);
  }
  return std::nullopt;
}

std::optional<TopWish> TopView::press_in_list(const Key& key) {
  switch (key.kind) {
    case Kind::character:
      return press_letter(key.character);
    case Kind::up:
      move_to(index_ > 0 ? index_ - 1 : 0);
      break;
    case Kind::down:
      move_to(index_ + 1);
      break;
    case Kind::page_up:
      move_to(index_ > page() ? index_ - page() : 0);
      break;
    case Kind::page_down:
      move_to(index_ + page());
      break;
    case Kind::home:
      move_to(0);
      break;
    case Kind::end:
      move_to(rows_.size());
      break;
    case Kind::escape:
      filter_.clear();
      settle_selection();
      break;
    case Kind::enter:
    case Kind::backspace:
    case Kind::interrupt:
      break;
  }
  return std::nullopt;
}

std::optional<TopWish> TopView::press_letter(char letter) {
  const auto operate = [this](protocol::Operation operation) -> std::optional<TopWish> {
    if (selected_.empty()) return std::nullopt;
    return TopWish{TopWish::Kind::operate, selected_, operation};
  };
  switch (letter) {
    case 'q':
      return TopWish{TopWish::Kind::quit, {}};
    case 'k':
      return press_in_list({Kind::up});
    case 'j':
      return press_in_list({Kind::down});
    case 'r':
      return operate(protocol::Operation::restart);
    case 's':
      return operate(protocol::Operation::stop);
    case 'S':
      return operate(protocol::Operation::start);
    case 'l':
      if (selected_.empty()) return std::nullopt;
      mode_ = Mode::logs;
      log_.clear();
      log_back_ = 0;
      return TopWish{TopWish::Kind::follow, selected_};
    case 'o':
      order_ = next_of(order_);
      settle_selection();
      break;
    case '/':
      mode_ = Mode::filter;
      break;
    case '?':
      mode_ = Mode::help;
      break;
    default:
      break;
  }
  return std::nullopt;
}

void TopView::press_in_filter(const Key& key) {
  switch (key.kind) {
    case Kind::character:
      filter_ += key.character;
      break;
    case Kind::backspace:
      shorten(filter_);
      break;
    case Kind::escape:
      filter_.clear();
      mode_ = Mode::list;
      break;
    case Kind::enter:
      mode_ = Mode::list;
      break;
    case Kind::up:
    case Kind::down:
    case Kind::page_up:
    case Kind::page_down:
    case Kind::home:
    case Kind::end:
      static_cast<void>(press_in_list(key));
      break;
    case Kind::interrupt:
      break;
  }
  settle_selection();
}

std::optional<TopWish> TopView::press_in_logs(const Key& key) {
  const bool is_quit = key.kind == Kind::escape || key == Key{Kind::character, 'q'};
  if (is_quit) {
    mode_ = Mode::list;
    return TopWish{TopWish::Kind::unfollow, {}};
  }
  const std::size_t window = size_.rows > 2 ? size_.rows - 2 : 1;
  const std::size_t most = log_.size() > window ? log_.size() - window : 0;
  if (key.kind == Kind::up || key == Key{Kind::character, 'k'}) ++log_back_;
  if (key.kind == Kind::page_up) log_back_ += window;
  if (key.kind == Kind::home) log_back_ = most;
  const bool is_down = key.kind == Kind::down || key == Key{Kind::character, 'j'};
  const std::size_t step = key.kind == Kind::page_down ? window : is_down ? 1 : 0;
  log_back_ = std::min(log_back_ - std::min(log_back_, step), most);
  if (key.kind == Kind::end) log_back_ = 0;
  return std::nullopt;
}

}  // namespace my_init::svctl
