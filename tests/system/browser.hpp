#pragma once

#include <sys/types.h>

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "container.hpp"

namespace my_init::test {

/// A Chromium without a window, steered through two pipes by its DevTools protocol; where it is not
/// installed a test begins with `if (skipped_without(Browser::kProgram)) return;`.
class Browser {
 public:
  static constexpr auto kProgram = "/usr/bin/chromium-headless-shell";

  /// `box`: where its files are. Its window has this size.
  explicit Browser(Container& box, int width = 1200, int height = 900);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void open(const std::string& url);
  /// What an expression of JavaScript is on the page, as text.
  [[nodiscard]] std::string value(const std::string& expression);
  /// Waits until an expression is true. What the page shows changes at any time: one expression
  /// sees it at one moment.
  void wait_for(const std::string& expression);
  /// With the mouse, in the middle of what this selector of CSS finds first, once it is there.
  void click(const std::string& selector);
  /// Into what has the focus.
  void type(const std::string& text);

 private:
  nlohmann::json call(const std::string& method, const nlohmann::json& parameters);
  void send(const std::string& message);
  [[nodiscard]] std::string receive();
  void wait_until_true(const std::string& what, const std::function<bool()>& done);

  Container& box_;
  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd commands_;
  UniqueFd answers_;
  std::string received_;
  std::string session_;
  int calls_ = 0;
};

}  // namespace my_init::test
