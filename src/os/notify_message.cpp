#include "my_init/os/notify_message.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "my_init/base/utf8.hpp"

namespace my_init::os {

namespace {

constexpr std::string_view kDefaultFdName = "stored";
constexpr std::size_t kMaxFdName = 255;

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

/// The maximum of uint64_t means "for ever" to systemd; no clock of ours can hold that.
std::optional<Duration> parse_microseconds(std::string_view text) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max() / 1000;
  const auto number = parse_number<std::uint64_t>(text);
  if (!number || *number > kMost) return std::nullopt;
  return std::chrono::microseconds(*number);
}

/// Whether a terminal would obey `character` instead of showing it: C0, DEL and C1.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    const std::string_view shown = length == 0 || is_control(character) ? "?" : character;
    if (result.size() + shown.size() > NotifyText::kMaxStatus) break;
    result += shown;
    text.remove_prefix(character.size());
  }
  return result;
}

bool is_fd_name(std::string_view name) {
  const auto is_allowed = [](char c) { return c >= ' ' && c < 0x7F && c != ':'; };
  return !name.empty() && name.size() <= kMaxFdName && std::ranges::all_of(name, is_allowed);
}

/// Goes through the lines of one text.
class Parser {
 public:
  void read(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return;
    ++assignments_;
    const std::string_view name = line.substr(0, equals);
    for (const Key& key : kKeys)
      if (key.name == name) (this->*key.read)(line.substr(equals + 1));
  }

  [[nodiscard]] NotifyText result() && {
    if (text_.barrier && assignments_ > 1) return {};
    const bool named = fd_name_ && is_fd_name(*fd_name_);
    text_.remove_fds = text_.remove_fds && named;
    text_.store_fds = text_.store_fds && !text_.remove_fds;
    if (text_.store_fds || text_.remove_fds) text_.fd_name = named ? *fd_name_ : kDefaultFdName;
    return std::move(text_);
  }

 private:
  struct Key {
    std::string_view name;
    void (Parser::*read)(std::string_view value);
  };
  static const std::array<Key, 12> kKeys;

  template <bool NotifyText::* flag>
  void read_flag(std::string_view value) {
    if (value == "1") text_.*flag = true;
  }
  void read_watchdog(std::string_view value) {
    if (value == "1") text_.watchdog = std::max(text_.watchdog, WatchdogWord::alive);
    if (value == "trigger") text_.watchdog = WatchdogWord::trigger;
  }
  void read_watchdog_interval(std::string_view value) {
    if (!text_.watchdog_interval) text_.watchdog_interval = parse_microseconds(value);
  }
  void read_extend_timeout(std::string_view value) {
    const std::optional<Duration> extension = parse_microseconds(value);
    if (!text_.extend_timeout && extension != Duration::zero()) text_.extend_timeout = extension;
  }
  void read_status(std::string_view value) {
    if (!text_.status) text_.status = printable(value);
  }
  void read_main_pid(std::string_view value) {
    const std::optional<pid_t> pid = parse_number<pid_t>(value);
    if (!text_.main_pid && pid && *pid > 0) text_.main_pid = pid;
  }
  void read_fd_name(std::string_view value) {
    if (!fd_name_) fd_name_ = value;
  }

  NotifyText text_;
  std::optional<std::string_view> fd_name_;
  std::size_t assignments_ = 0;
};

constexpr std::array<Parser::Key, 12> Parser::kKeys{{
    {"READY", &Parser::read_flag<&NotifyText::ready>},
    {"STOPPING", &Parser::read_flag<&NotifyText::stopping>},
    {"RELOADING", &Parser::read_flag<&NotifyText::reloading>},
    {"BARRIER", &Parser::read_flag<&NotifyText::barrier>},
    {"FDSTORE", &Parser::read_flag<&NotifyText::store_fds>},
    {"FDSTOREREMOVE", &Parser::read_flag<&NotifyText::remove_fds>},
    {"FDNAME", &Parser::read_fd_name},
    {"WATCHDOG", &Parser::read_watchdog},
    {"WATCHDOG_USEC", &Parser::read_watchdog_interval},
    {"EXTEND_TIMEOUT_USEC", &Parser::read_extend_timeout},
    {"STATUS", &Parser::read_status},
    {"MAINPID", &Parser::read_main_pid},
}};

}  // namespace

NotifyText parse_notify_text(std::string_view text) {
  // Some senders count the end of their C string.
  if (text.ends_with('\0')) text.remove_suffix(1);
  if (text.find('\0') != std::string_view::npos) return {};
  Parser parser;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    parser.read(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return std::move(parser).result();
}

}  // namespace my_init::os
