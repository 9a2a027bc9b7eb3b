#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "frame.hpp"
#include "key_reader.hpp"
#include "my_init/protocol/request.hpp"
#include "top_rows.hpp"

namespace my_init::svctl {

/// What a key asks for that is not a matter of the screen alone.
struct TopWish {
  enum class Kind : std::uint8_t { quit, operate, follow, unfollow };
  Kind kind = Kind::quit;
  std::string service;
  protocol::Operation operation = protocol::Operation::restart;

  friend bool operator==(const TopWish&, const TopWish&) = default;
};

/// The screen of `svctl top`: what it shows, and what keys do to it. No terminal, no clock.
class TopView {
 public:
  void resize(ScreenSize size);
  void set_rows(std::vector<TopRow> rows, TopTotals totals);
  void set_last_lines(std::map<std::string, std::string> lines) { last_lines_ = std::move(lines); }
  void add_log_line(std::string line);
  /// A word about what was asked for, until the next key.
  void notify(std::string words) { notice_ = std::move(words); }
  /// That there is no news; empty when there is.
  void set_trouble(std::string words) { trouble_ = std::move(words); }

  [[nodiscard]] std::optional<TopWish> press(const Key& key);
  [[nodiscard]] Frame frame() const;

 private:
  enum class Mode : std::uint8_t { list, filter, help, logs };

  [[nodiscard]] std::vector<const TopRow*> shown() const {
    return arranged(rows_, order_, filter_);
  }
  [[nodiscard]] std::size_t page() const;
  void settle_selection();
  void move_to(std::size_t index);
  [[nodiscard]] std::optional<TopWish> press_in_list(const Key& key);
  [[nodiscard]] std::optional<TopWish> press_letter(char letter);
  void press_in_filter(const Key& key);
  [[nodiscard]] std::optional<TopWish> press_in_logs(const Key& key);

  [[nodiscard]] FrameLine head_line() const;
  [[nodiscard]] FrameLine count_line() const;
  [[nodiscard]] FrameLine title_line(std::size_t name_width) const;
  [[nodiscard]] FrameLine row_line(const TopRow& row, std::size_t name_width) const;
  [[nodiscard]] FrameLine foot_line() const;
  [[nodiscard]] Frame list_frame() const;
  [[nodiscard]] Frame log_frame() const;
  [[nodiscard]] static Frame help_frame();

  ScreenSize size_;
  std::vector<TopRow> rows_;
  TopTotals totals_;
  std::map<std::string, std::string> last_lines_;  ///< by service
  std::deque<std::string> log_;
  std::size_t log_back_ = 0;  ///< lines below the window
  std::string notice_;
  std::string trouble_;
  Mode mode_ = Mode::list;
  SortBy order_ = SortBy::name;
  std::string filter_;
  std::string selected_;   ///< the name; empty: none
  std::size_t index_ = 0;  ///< of the selected one among those that are shown
  std::size_t first_ = 0;  ///< the first one in the window
};

}  // namespace my_init::svctl
