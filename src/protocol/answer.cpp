#include "my_init/protocol/answer.hpp"

#include <exception>
#include <nlohmann/json.hpp>
#include <utility>

namespace my_init::protocol {

using Json = nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ExitCounts, success, status, signal, stopped,
                                                killed, not_started)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(
    ServiceStatus, name, state, health, live, ended, tells_ready, pid, run, since_ms, restarts,
    last_exit, exit_code, why, next, says, followed_by, cpu_us, memory, exits, last_start_ms,
    last_stop_ms, output_lines, output_bytes, dropped_lines, dropped_bytes, started_ms, ready_ms,
    depends_on, enabled, wanted, signalled, run_ms, hook_pid, directory)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(StrayStatus, pid, command, service)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ContainerStatus, version, pid, stage, health, up_ms,
                                                orphans_reaped, strays)

namespace answer {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Failed, outcome, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Services, container, services)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Change, container, service, event, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Line, time, service, stream, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Lines, lines, skipped)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Variable, name, value, origin)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Variables, variables)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ServiceChange, service, change)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Plan, changes, unchanged, diagnostics, refused)

}  // namespace answer

namespace {

template <class T>
constexpr std::string_view kKind = "";
template <>
constexpr std::string_view kKind<answer::Failed> = "failed";
template <>
constexpr std::string_view kKind<answer::Services> = "services";
template <>
constexpr std::string_view kKind<answer::Change> = "change";
template <>
constexpr std::string_view kKind<answer::Lines> = "lines";
template <>
constexpr std::string_view kKind<answer::Variables> = "variables";
template <>
constexpr std::string_view kKind<answer::Plan> = "plan";

/// The alternative whose kind the line names.
template <std::size_t I = 0>
Result<Answer> answer_of(const std::string& kind, const Json& json) {
  if constexpr (I == std::variant_size_v<Answer>) {
    return failure("cannot read the answer: its kind '" + kind + "' is unknown");
  } else {
    using Alternative = std::variant_alternative_t<I, Answer>;
    if (kind == kKind<Alternative>) return json.get<Alternative>();
    return answer_of<I + 1>(kind, json);
  }
}

}  // namespace

std::string encode(const Answer& answer) {
  const Json json = std::visit(
      [](const auto& one) {
        Json made = one;
        made["kind"] = kKind<std::decay_t<decltype(one)>>;
        return made;
      },
      answer);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<Answer> decode_answer(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    return answer_of(json.at("kind").get<std::string>(), json);
  } catch (const std::exception& error) {
    return failure(std::string("cannot read the answer: ") + error.what());
  }
}

}  // namespace my_init::protocol
