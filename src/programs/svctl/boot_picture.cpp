#include "boot_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <string_view>

#include "xml.hpp"

namespace my_init::svctl {
namespace {

/// All sizes are pixels at a scale of 1. Colours have a second set for dark pages; the picture has
/// a background of its own, so that it can be read on any. Critical bars differ by more than hue.
constexpr std::string_view kStyle = R"svg(<style>
text { font-family: system-ui, "DejaVu Sans", Arial, sans-serif; fill: #1f2328; }
.page { fill: #ffffff; stroke: #d0d7de; }
.title { font-size: 20px; font-weight: bold; }
.note { font-size: 13px; }
.muted { fill: #59636e; }
.inside { fill: #ffffff; }
.grid { stroke: #dfe3e8; }
.band { fill: #f6f8fa; }
.waiting { fill: #d5dbe1; }
.hatch { stroke: #9aa4af; stroke-width: 1.5; }
.starting { fill: #2f6fd0; }
.ready { fill: #a9dcb5; }
.critical { fill: #c2410c; }
.arrow { fill: none; stroke: #6e7781; stroke-width: 1.2; }
.head { fill: #6e7781; }
.critical-arrow { fill: none; stroke: #c2410c; stroke-width: 2; }
.end { stroke: #c2410c; stroke-width: 1.2; stroke-dasharray: 5 4; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .page { fill: #0d1117; stroke: #3d444d; }
  .muted { fill: #9198a1; }
  .inside { fill: #0d1117; }
  .grid { stroke: #2a313a; }
  .band { fill: #151b23; }
  .waiting { fill: #2d343d; }
  .hatch { stroke: #656d78; }
  .starting { fill: #4c8df6; }
  .ready { fill: #23693a; }
  .critical { fill: #f0883e; }
  .arrow { stroke: #9198a1; }
  .head { fill: #9198a1; }
  .critical-arrow, .end { stroke: #f0883e; }
}
</style>
<defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="waiting" width="6" height="6"/><line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern>
</defs>
)svg";

constexpr double kWidth = 1200;
constexpr double kMargin = 24;
constexpr double kRightMargin = 96;  ///< a time may stand there
constexpr double kTop = 136;         ///< of the first row
constexpr double kTickRoom = 26;     ///< of the labels below the last row
constexpr double kLeastBar = 2;      ///< what took no time can still be seen
constexpr double kHead = 4;          ///< of an arrow: its length, and half of its width
constexpr std::size_t kFew = 40;     ///< services that have room
constexpr std::size_t kLongestName = 34;
constexpr std::size_t kMostOfChain = 6;

std::string seconds_text(double milliseconds) {
  return fmt::format("{:.6g} s", milliseconds / 1000);
}

/// "340 ms", "3.42 s", "2 min 5 s".
std::string time_text(std::int64_t milliseconds) {
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  const std::int64_t seconds = (milliseconds + 500) / 1000;
  if (seconds >= 120) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{:.3g} s", static_cast<double>(milliseconds) / 1000);
}

/// 1, 2 or 5 times a power of ten, so that about eight fit into `span`.
double tick_step(double span) {
  const double rough = std::max(span / 8, 1.0);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (rough <= factor * power) return factor * power;
  return 10 * power;
}

std::string chain_text(const std::vector<std::string>& chain) {
  std::vector<std::string> words;
  words.reserve(chain.size());
  for (const std::string& name : chain) words.push_back(clipped(name, kLongestName));
  if (words.size() > kMostOfChain) {
    const auto keep = static_cast<std::ptrdiff_t>(kMostOfChain / 2);
    const std::string more = fmt::format("… {} more …", words.size() - kMostOfChain);
    words.erase(words.begin() + keep, words.end() - keep);
    words.insert(words.begin() + keep, more);
  }
  return fmt::format("{}", fmt::join(words, " → "));
}

class Picture {
 public:
  explicit Picture(const Boot& boot) : boot_(boot) {
    measure_rows();
    measure_time();
  }

  std::string text() {
    begin();
    add_legend();
    add_axis();
    for (std::size_t i = 0; i < boot_.rows.size(); ++i) add_row(boot_.rows[i], i);
    // Of many arrows the critical ones must stand out.
    add("<g opacity=\"{}\">\n", boot_.rows.size() > kFew ? 0.4 : 1.0);
    add_arrows(false);
    text_ += "</g>\n";
    add_arrows(true);
    return std::move(text_) + "</svg>\n";
  }

 private:
  template <class... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
  }

  void measure_rows() {
    constexpr std::size_t kMany = 150;
    const std::size_t count = boot_.rows.size();
    pitch_ = count <= kFew ? 24 : count <= kMany ? 18 : 14;
    bar_ = std::floor(pitch_ * 0.62);
    font_ = count <= kFew ? 12.5 : count <= kMany ? 11.5 : 10;
    std::size_t longest = 8;
    for (const BootRow& row : boot_.rows) longest = std::max(longest, row.name.size());
    constexpr double kOfFont = 0.62;  // the width of most characters
    left_ = kMargin + static_cast<double>(std::min(longest, kLongestName) + 3) * font_ * kOfFont;
    bottom_ = kTop + static_cast<double>(count) * pitch_;
  }

  void measure_time() {
    for (std::size_t i = 0; i < boot_.rows.size(); ++i) {
      const BootRow& row = boot_.rows[i];
      index_[row.name] = i;
      if (row.started_ms < 0 || row.is_later) continue;
      first_ms_ = first_ms_ < 0 ? row.started_ms : std::min(first_ms_, row.started_ms);
      last_ms_ = std::max({last_ms_, row.started_ms, row.ready_ms});
      if (row.ready_ms < 0) continue;
      ++ready_;
      end_ms_ = std::max(end_ms_, row.ready_ms);
    }
    span_ = std::max(static_cast<double>(last_ms_) * 1.03, 1.0);
  }

  [[nodiscard]] double x(std::int64_t milliseconds) const {
    return left_ + static_cast<double>(milliseconds) / span_ * (right() - left_);
  }
  [[nodiscard]] static double right() { return kWidth - kRightMargin; }
  [[nodiscard]] double top_of(std::size_t row) const {
    return kTop + static_cast<double>(row) * pitch_ + (pitch_ - bar_) / 2;
  }

  [[nodiscard]] std::string title() const {
    const std::size_t count = boot_.rows.size();
    const std::string services = fmt::format("{} service{}", count, count == 1 ? "" : "s");
    if (end_ms_ < 0) return fmt::format("Boot of {}: none is ready yet", services);
    const std::string who = ready_ == count ? "" : fmt::format("{} of them ", ready_);
    return fmt::format("Boot of {}: {}ready after {}", services, who, time_text(end_ms_));
  }

  void begin() {
    const double height = bottom_ + kTickRoom + kMargin;
    const std::string what =
        boot_.critical_chain.empty()
            ? "Time runs from the start of my_init."
            : "Time runs from the start of my_init. The boot had to wait for: " +
                  chain_text(boot_.critical_chain);
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-labelledby=\"title what\">\n"
        "<title id=\"title\">{2}</title>\n<desc id=\"what\">{3}</desc>\n",
        kWidth, height, xml(title()), xml(what));
    text_ += kStyle;
    add("<rect class=\"page\" x=\"0.5\" y=\"0.5\" width=\"{:.0f}\" height=\"{:.0f}\" rx=\"8\"/>\n",
        kWidth - 1, height - 1);
    add("<text class=\"title\" x=\"{0}\" y=\"36\">{1}</text>\n"
        "<text class=\"note muted\" x=\"{0}\" y=\"60\">{2}</text>\n",
        kMargin, xml(title()), xml(what));
  }

  void add_legend() {
    struct Entry {
      std::string_view fill;
      std::string_view what;
      double width;
    };
    double at = kMargin;
    constexpr double kLine = 80;
    const auto say = [&](std::string_view what, double width) {
      add("<text class=\"note\" x=\"{}\" y=\"{}\">{}</text>\n", at + 30, kLine + 11, what);
      at += width;
    };
    for (const Entry& entry :
         {Entry{"fill=\"url(#hatch)\"", "waits", 90}, Entry{"class=\"starting\"", "starts", 95},
          Entry{"class=\"critical\"", "* starts, and the boot waits for it", 280},
          Entry{"class=\"ready\"", "is ready", 110}}) {
      add("<rect {} x=\"{}\" y=\"{}\" width=\"22\" height=\"12\" rx=\"2\"/>", entry.fill, at,
          kLine);
      say(entry.what, entry.width);
    }
    add("<path class=\"arrow\" d=\"M{0} {1}v8\"/>", at + 15, kLine);
    add_head(at + 15, kLine + 14, 1, "head");
    say("what it waited for is ready", 0);
  }

  void add_axis() {
    for (std::size_t i = 1; i < boot_.rows.size(); i += 2)
      add("<rect class=\"band\" x=\"1\" y=\"{:.1f}\" width=\"{:.0f}\" height=\"{}\"/>\n",
          kTop + static_cast<double>(i) * pitch_, kWidth - 2, pitch_);
    const double step = tick_step(span_);
    for (double tick = 0; tick <= span_; tick += step) {
      const double at = left_ + tick / span_ * (right() - left_);
      add("<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>\n", at,
          kTop - 6, bottom_ + 6);
      const std::string label =
          step < 1000 && span_ < 2000 ? fmt::format("{:.0f} ms", tick) : seconds_text(tick);
      for (const double line : {kTop - 12, bottom_ + 20})
        add("<text class=\"note muted\" text-anchor=\"middle\" x=\"{:.1f}\" "
            "y=\"{:.1f}\">{}</text>\n",
            at, line, label);
    }
    if (end_ms_ >= 0)
      add("<line class=\"end\" x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>\n",
          x(end_ms_), kTop - 6, bottom_ + 6);
  }

  void add_bar(std::string_view fill, double from, double to, std::size_t row) {
    add("<rect {} x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\"/>", fill, from,
        top_of(row), std::max(to - from, kLeastBar), bar_);
  }

  void add_words(double at, std::size_t row, std::string_view words, std::string_view style = {}) {
    add("<text font-size=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\"{}>{}</text>", font_, at,
        top_of(row) + bar_ * 0.5 + font_ * 0.36, style, xml(words));
  }

  [[nodiscard]] std::string story_of(const BootRow& row) const {
    if (row.started_ms < 0) return fmt::format("{}: not started, {}", row.name, row.state);
    std::string story = fmt::format("{}: started at {}", row.name, time_text(row.started_ms));
    if (!row.waited_for.empty()) story += fmt::format(", after {} was ready", row.waited_for);
    if (row.ready_ms < 0) return story + fmt::format(", not ready yet, {}", row.state);
    return story + fmt::format(", ready {} later", time_text(row.ready_ms - row.started_ms));
  }

  void add_row(const BootRow& row, std::size_t i) {
    add("<g><title>{}</title>", xml(story_of(row)));
    add_words(
        left_ - 10, i, (row.is_critical ? "* " : "") + clipped(row.name, kLongestName),
        row.is_critical ? " text-anchor=\"end\" font-weight=\"bold\"" : " text-anchor=\"end\"");
    if (row.started_ms < 0) {
      add_words(left_ + 6, i, fmt::format("not started: {}", row.state));
    } else if (row.is_later) {
      add_words(left_ + 6, i,
                fmt::format("started after the boot, at {}", time_text(row.started_ms)));
    } else {
      add_life(row, i);
    }
    text_ += "</g>\n";
  }

  void add_life(const BootRow& row, std::size_t i) {
    const double started = x(row.started_ms);
    if (!row.waited_for.empty() && row.started_ms > first_ms_)
      add_bar("fill=\"url(#hatch)\"", x(first_ms_), started, i);
    const bool is_ready = row.ready_ms >= 0;
    const double ready = is_ready ? x(row.ready_ms) : right();
    if (is_ready) add_bar("class=\"ready\"", ready, right(), i);
    add_bar(row.is_critical ? "class=\"critical\"" : "class=\"starting\"", started, ready, i);
    if (is_ready) {
      const bool is_well = row.state == "running" || row.state == "completed";
      add_words(std::max(ready, started + kLeastBar) + 5, i,
                time_text(row.ready_ms - row.started_ms) + (is_well ? "" : "; now " + row.state));
    } else {
      constexpr double kWords = 170;
      const bool has_room = ready - started > kWords;
      add_words(has_room ? ready - 6 : started - 6, i, "not ready: " + row.state,
                has_room ? " text-anchor=\"end\" class=\"inside\"" : " text-anchor=\"end\"");
    }
  }

  /// `direction`: 1 points down, -1 up.
  void add_head(double at, double tip, int direction, std::string_view style) {
    add("<path class=\"{}\" d=\"M{:.1f} {:.1f}l{} {}h{}z\"/>", style, at, tip, -kHead,
        -direction * (kHead + 2), 2 * kHead);
  }

  /// From the end of the start that was waited for to the beginning of the one that waited.
  void add_arrows(bool critical) {
    for (std::size_t i = 0; i < boot_.rows.size(); ++i) {
      const BootRow& row = boot_.rows[i];
      const auto before = index_.find(row.waited_for);
      if (before == index_.end() || row.is_later) continue;
      const std::size_t from = before->second;
      if ((row.is_critical && boot_.rows[from].is_critical) != critical) continue;
      const int direction = from < i ? 1 : -1;
      const double at = x(boot_.rows[from].ready_ms);
      const double begin = top_of(from) + (direction > 0 ? bar_ : 0);
      const double tip = top_of(i) + (direction > 0 ? 0 : bar_);
      add("<path class=\"{}\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>", critical ? "critical-arrow" : "arrow",
          at, begin, tip - direction * kHead);
      add_head(at, tip, direction, critical ? "critical" : "head");
      text_ += '\n';
    }
  }

  const Boot& boot_;
  std::string text_;
  std::map<std::string_view, std::size_t> index_;  ///< of the rows
  double pitch_ = 0, bar_ = 0, font_ = 0, left_ = 0, bottom_ = 0;
  double span_ = 1;             ///< of the axis, in milliseconds
  std::int64_t first_ms_ = -1;  ///< the first start
  std::int64_t last_ms_ = 0;    ///< the last thing that happened
  std::int64_t end_ms_ = -1;    ///< the last one was ready
  std::size_t ready_ = 0;
};

}  // namespace

std::string boot_picture(const Boot& boot) {
  return Picture(boot).text();
}

}  // namespace my_init::svctl
