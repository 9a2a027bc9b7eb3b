#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include "my_init/base/capability.hpp"
#include "my_init/config/key_readers.hpp"
#include "my_init/config/quote.hpp"
#include "my_init/config/scalars.hpp"
#include "my_init/config/suggestion.hpp"

namespace my_init::config {
namespace {

constexpr int kLastCapability = 40;
constexpr std::uint64_t kAllCapabilities = (std::uint64_t{1} << (kLastCapability + 1)) - 1;

bool is_decimal(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A decimal id without leading zeros, as the kernel takes it: the largest number means "no change"
/// there. Names stay as they are.
std::optional<std::string> canonical_id(std::string_view text) {
  if (!is_decimal(text)) return std::string(text);
  std::uint32_t id = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (problem != std::errc{} || id == std::numeric_limits<std::uint32_t>::max()) return {};
  return fmt::format("{}", id);
}

std::optional<gid_t> read_group(std::string_view text, const Node& at, Reading& reading) {
  const auto& find_group = reading.context.surroundings.find_group;
  const auto id = canonical_id(text);
  if (!id) {
    reading.report().error(at.place,
                           fmt::format("{} is no group id: it is too large", quote(text)));
    return {};
  }
  const std::optional<gid_t> gid = id->empty() || !find_group ? std::nullopt : find_group(*id);
  if (!gid) reading.report().error(at.place, fmt::format("unknown group {}", quote(text)));
  return gid;
}

std::optional<Account> read_account(std::string_view text, const Node& at, Reading& reading) {
  const auto& find_user = reading.context.surroundings.find_user;
  const auto id = canonical_id(text);
  if (!id) {
    reading.report().error(at.place, fmt::format("{} is no user id: it is too large", quote(text)));
    return {};
  }
  std::optional<Account> account = id->empty() || !find_user ? std::nullopt : find_user(*id);
  if (!account) reading.report().error(at.place, fmt::format("unknown user {}", quote(text)));
  return account;
}

/// name, uid, name:group, uid:gid and mixtures of them. Only a user that is named has supplementary
/// groups of its own; a number means exactly that number.
std::optional<Identity> read_user(const Node& value, Reading& reading) {
  const auto text = read_text("user", value, reading.report());
  if (!text) return {};
  const std::size_t colon = text->find(':');
  const std::string_view user = text->substr(0, colon);
  std::optional<Account> account = read_account(user, value, reading);
  std::optional<gid_t> group;
  if (colon != std::string_view::npos) {
    group = read_group(text->substr(colon + 1), value, reading);
    if (!group) return {};
  }
  if (!account) return {};
  Identity identity{.account = std::move(*account), .groups = {}};
  const auto& groups_of = reading.context.surroundings.groups_of;
  if (!is_decimal(user) && groups_of) identity.groups = groups_of(identity.account);
  if (group) identity.account.gid = *group;
  return identity;
}

void add_groups(const Node& value, std::vector<gid_t>& groups, Reading& reading) {
  for (const Node* text : read_texts("group_add", value, reading.report())) {
    const auto gid = read_group(text->text, *text, reading);
    if (gid && std::ranges::find(groups, *gid) == groups.end()) groups.push_back(*gid);
  }
  groups.shrink_to_fit();
}

/// The bits that a list of capabilities names; ALL means every one.
std::uint64_t read_capabilities(std::string_view key, const Node& value, Reading& reading) {
  std::uint64_t bits = 0;
  for (const Node* text : read_texts(key, value, reading.report())) {
    if (text->text == "ALL" || text->text == "all") {
      bits |= kAllCapabilities;
    } else if (const auto number = capability_number(text->text)) {
      bits |= std::uint64_t{1} << static_cast<unsigned>(*number);
    } else {
      constexpr std::string_view kPrefix = "CAP_";
      std::vector<std::string> names{"ALL"};
      for (int i = 0; i <= kLastCapability; ++i) {
        names.push_back(capability_name(i).substr(kPrefix.size()));
      }
      const std::vector<std::string_view> known(names.begin(), names.end());
      const bool has_prefix = text->text.starts_with(kPrefix);
      const std::string_view word = has_prefix ? text->text.substr(kPrefix.size()) : text->text;
      reading.report().error(text->place, fmt::format("unknown capability {}{}", quote(text->text),
                                                      suggestion(word, known)));
    }
  }
  return bits;
}

}  // namespace

void finish_identity(Reading& reading) {
  Execution& execution = reading.draft.definition.execution;
  if (reading.user != nullptr) execution.identity = read_user(*reading.user, reading);
  if (reading.group_add == nullptr) return;
  add_groups(*reading.group_add,
             execution.identity ? execution.identity->groups : execution.extra_groups, reading);
}

void finish_capabilities(Reading& reading) {
  if (reading.cap_drop == nullptr && reading.cap_add == nullptr) return;
  std::uint64_t bits = kAllCapabilities;
  if (reading.cap_drop != nullptr)
    bits &= ~read_capabilities("cap_drop", *reading.cap_drop, reading);
  Execution& execution = reading.draft.definition.execution;
  if (reading.cap_add != nullptr) {
    const std::uint64_t added = read_capabilities("cap_add", *reading.cap_add, reading);
    bits |= added;
    execution.details.edit().required_capabilities = added;
  }
  execution.capabilities = bits;
}

}  // namespace my_init::config
