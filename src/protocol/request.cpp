#include "my_init/protocol/request.hpp"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace my_init::protocol {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<Operation, std::string_view>, 5> kOperations{{
    {Operation::start, "start"},
    {Operation::once, "once"},
    {Operation::stop, "stop"},
    {Operation::restart, "restart"},
    {Operation::reload, "reload"},
}};

/// Of each service: a ring does not hold more.
constexpr std::uint32_t kMostLines = 100'000;
/// Each of them is compared with all services.
constexpr std::size_t kMostNames = 1024;
constexpr int kMostSignals = 64;
constexpr int kMostExitCode = 255;

Json with_names(std::string_view verb, const std::vector<std::string>& names) {
  Json json{{"v", kVersion}, {"do", verb}};
  if (!names.empty()) json["names"] = names;
  return json;
}

void add(Json& json, Follow follow) {
  if (follow == Follow::yes) json["follow"] = true;
}

Json json_of(const request::Status& request) {
  Json json = with_names("status", request.names);
  add(json, request.follow);
  return json;
}

Json json_of(const request::Operate& request) {
  Json json = with_names(operation_name(request.operation), request.names);
  add(json, request.follow);
  return json;
}

Json json_of(const request::Signal& request) {
  Json json = with_names("signal", request.names);
  json["signal"] = request.signo;
  if (request.receiver == request::Receiver::group) json["group"] = true;
  return json;
}

Json json_of(const request::Logs& request) {
  Json json = with_names("logs", request.names);
  json["lines"] = request.lines;
  add(json, request.follow);
  return json;
}

Json json_of(const request::Environment& request) {
  return with_names("env", {request.name});
}

Json json_of(const request::Apply& request) {
  Json json = with_names("apply", {});
  if (request.dry_run) json["dry_run"] = true;
  return json;
}

Json json_of(const request::Shutdown& request) {
  Json json = with_names("shutdown", {});
  if (request.exit_code) json["exit_code"] = *request.exit_code;
  return json;
}

std::unexpected<Error> bad(const std::string& why) {
  return failure("cannot read the request: " + why);
}

/// An integer from `least` to `most`; a member that is missing is `otherwise`.
Result<int> number(const Json& json, const char* member, int otherwise, int least, int most) {
  const auto found = json.find(member);
  if (found == json.end()) return otherwise;
  if (found->is_number_integer()) {
    const auto value = found->get<std::int64_t>();
    if (value >= least && value <= most) return static_cast<int>(value);
  }
  return bad(std::string("'") + member + "' must be a number from " + std::to_string(least) +
             " to " + std::to_string(most));
}

bool flag(const Json& json, const char* member) {
  const auto found = json.find(member);
  return found != json.end() && found->is_boolean() && found->get<bool>();
}

Follow follow_of(const Json& json) {
  return flag(json, "follow") ? Follow::yes : Follow::no;
}

Result<std::vector<std::string>> names_of(const Json& json) {
  std::vector<std::string> names;
  const auto found = json.find("names");
  if (found == json.end()) return names;
  if (!found->is_array()) return bad("'names' must be a list");
  if (found->size() > kMostNames) return bad("'names' has more than 1024 names");
  for (const Json& name : *found) {
    if (!name.is_string()) return bad("'names' must be a list of strings");
    names.push_back(name.get<std::string>());
  }
  return names;
}

Result<Request> signal_of(const Json& json, std::vector<std::string> names) {
  const Result<int> signo = number(json, "signal", 0, 1, kMostSignals);
  if (!signo) return std::unexpected(signo.error());
  if (*signo == 0) return bad("'signal' is missing");
  const auto receiver = flag(json, "group") ? request::Receiver::group : request::Receiver::process;
  return request::Signal{*signo, std::move(names), receiver};
}

Result<Request> logs_of(const Json& json, std::vector<std::string> names) {
  const Result<int> lines = number(json, "lines", 100, 0, kMostLines);
  if (!lines) return std::unexpected(lines.error());
  return request::Logs{std::move(names), static_cast<std::uint32_t>(*lines), follow_of(json)};
}

Result<Request> shutdown_of(const Json& json) {
  constexpr int kNone = -1;
  const Result<int> code = number(json, "exit_code", kNone, 0, kMostExitCode);
  if (!code) return std::unexpected(code.error());
  if (*code == kNone) return request::Shutdown{};
  return request::Shutdown{*code};
}

Result<Request> request_of(const Json& json) {
  if (!json.is_object()) return bad("it is no JSON object");
  const Result<int> version = number(json, "v", kVersion, 0, 1'000'000);
  if (!version) return std::unexpected(version.error());
  if (*version != kVersion)
    return bad("it is of version " + std::to_string(*version) + ", this my_init speaks version " +
               std::to_string(kVersion));
  const auto verb = json.find("do");
  if (verb == json.end() || !verb->is_string()) return bad("'do' is missing");
  const auto word = verb->get<std::string>();
  auto names = names_of(json);
  if (!names) return std::unexpected(names.error());
  if (const auto operation = operation_of(word))
    return request::Operate{*operation, std::move(*names), follow_of(json)};
  if (word == "status") return request::Status{std::move(*names), follow_of(json)};
  if (word == "signal") return signal_of(json, std::move(*names));
  if (word == "logs") return logs_of(json, std::move(*names));
  if (word == "apply") return request::Apply{flag(json, "dry_run")};
  if (word == "shutdown") return shutdown_of(json);
  if (word != "env") return bad("'do' is none of its words");
  if (names->size() != 1) return bad("'env' is of one service");
  return request::Environment{std::move(names->front())};
}

}  // namespace

std::string_view operation_name(Operation operation) {
  for (const auto& [known, name] : kOperations)
    if (known == operation) return name;
  return {};
}

std::optional<Operation> operation_of(std::string_view word) {
  for (const auto& [operation, name] : kOperations)
    if (name == word) return operation;
  return std::nullopt;
}

std::string encode(const Request& request) {
  const Json json = std::visit([](const auto& one) { return json_of(one); }, request);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<Request> decode_request(std::string_view line) {
  try {
    return request_of(Json::parse(line, nullptr, /*allow_exceptions=*/false));
  } catch (const std::exception& error) {
    return bad(error.what());
  }
}

}  // namespace my_init::protocol
