#include "site.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "access.hpp"
#include "health.hpp"
#include "my_init/base/json.hpp"
#include "my_init/protocol/metrics.hpp"
#include "status_page.hpp"
#include "usage.hpp"

namespace my_init::svctl {
namespace {

using protocol::Follow;
using protocol::answer::Services;

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kApi = "/api/v1/";

struct Target {
  std::string_view path;
  std::string_view query;
};

Target split(std::string_view target) {
  const std::size_t end = std::min(target.find('?'), target.size());
  return {target.substr(0, end), target.substr(std::min(end + 1, target.size()))};
}

/// The value of "NAME=VALUE" in a query; empty of a NAME alone.
std::optional<std::string_view> value_of(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.substr(0, pair.find('=')) != name) continue;
    return pair.substr(std::min(name.size() + 1, pair.size()));
  }
  return std::nullopt;
}

HttpAnswer refusal(const Target& target, unsigned status, std::string_view why) {
  if (!target.path.starts_with(kApi)) return {status, fmt::format("{}\n", why)};
  return {status, fmt::format("{{\"error\":{}}}\n", json_string(why)), kJson};
}

HttpAnswer not_allowed(const Target& target, const char* methods) {
  HttpAnswer answer = refusal(target, 405, fmt::format("only {} is possible here", methods));
  answer.fields.emplace_back("Allow", methods);
  return answer;
}

unsigned status_for(Outcome outcome) {
  switch (outcome) {
    case Outcome::unknown:
      return 404;
    case Outcome::timed_out:
      return 504;
    case Outcome::usage:
      return 400;
    case Outcome::refused:
      return 503;
    case Outcome::done:
    case Outcome::failed:
    case Outcome::not_running:
    case Outcome::definitions:
      break;
  }
  return 409;
}

/// Not to be reached: another matter than an answer that is a refusal.
struct Unreachable {
  std::string why;
};

Connection connect(const Site& site, const protocol::Request& request) {
  try {
    return {site.common, request};
  } catch (const Stop& stop) {
    throw Unreachable{stop.message};
  }
}

template <class T>
T ask(const Site& site, const protocol::Request& request) {
  return connect(site, request).get<T>();
}

EventStream begin_stream(const Site& site, const protocol::Request& request) {
  Connection connection = connect(site, request);
  protocol::Answer first = connection.next();
  return {std::move(connection), std::move(first)};
}

Services services_of(const Site& site, std::vector<std::string> names) {
  auto answer = ask<Services>(site, protocol::request::Status{std::move(names)});
  fill_usage(answer.services);
  return answer;
}

// ---- for everybody ----

HttpAnswer health_answer(const Site& site, HealthQuestion question) {
  const auto verdict = judge_health(ask<Services>(site, protocol::request::Status{}), question);
  return {verdict.is_good ? 200U : 503U, verdict.text + '\n'};
}

/// What scrapers and probes ask for, by whatever name they know us.
std::optional<HttpAnswer> open_answer(const Target& target, const Site& site) {
  if (target.path == "/metrics")
    return HttpAnswer{200, protocol::metrics_text(services_of(site, {})), protocol::kMetricsType};
  if (target.path == "/health") return health_answer(site, HealthQuestion::healthy);
  if (target.path == "/ready") return health_answer(site, HealthQuestion::ready);
  if (target.path == "/live") return health_answer(site, HealthQuestion::live);
  return std::nullopt;
}

// ---- for browsers and programs ----

std::string replaced(std::string_view text, std::string_view mark, std::string_view value) {
  std::string result;
  for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark)) {
    result.append(text.substr(0, at)).append(value);
    text.remove_prefix(at + mark.size());
  }
  return result.append(text);
}

/// Nothing runs on the page, and nobody gets anything from it, but by what is ours on it.
HttpAnswer page_answer(const Site& site) {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return {500, "no random numbers\n"};
  std::string nonce;
  for (const unsigned char byte : bytes) nonce += fmt::format("{:02x}", byte);
  const std::string_view changes = site.token.empty() ? "none" : "token";
  std::string page = replaced(replaced(status_page(), "{{nonce}}", nonce), "{{changes}}", changes);
  return {200,
          std::move(page),
          "text/html; charset=utf-8",
          {{"Content-Security-Policy",
            fmt::format("default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; "
                        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
                        "frame-ancestors 'none'",
                        nonce)}}};
}

std::string name_list(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names)
    list += fmt::format("{}{}", list.empty() ? "" : ",", json_string(name));
  return '[' + list + ']';
}

HttpAnswer graph_answer(const Site& site) {
  const auto answer = ask<Services>(site, protocol::request::Status{});
  std::string nodes;
  for (const auto& service : answer.services)
    nodes += fmt::format("{}{{\"name\":{},\"state\":\"{}\",\"depends_on\":{}}}",
                         nodes.empty() ? "" : ",", json_string(service.name), service.state,
                         name_list(service.depends_on));
  return {200, fmt::format("{{\"services\":[{}]}}\n", nodes), kJson};
}

/// In the order of the starts; who was not started yet comes last.
HttpAnswer timeline_answer(const Site& site) {
  auto answer = ask<Services>(site, protocol::request::Status{});
  std::ranges::sort(answer.services, {}, [](const protocol::ServiceStatus& service) {
    return std::pair(service.started_ms < 0 ? INT64_MAX : service.started_ms, service.name);
  });
  std::string rows;
  for (const auto& service : answer.services)
    rows += fmt::format("{}{{\"name\":{},\"started_ms\":{},\"ready_ms\":{},\"depends_on\":{}}}",
                        rows.empty() ? "" : ",", json_string(service.name), service.started_ms,
                        service.ready_ms, name_list(service.depends_on));
  return {200, fmt::format("{{\"up_ms\":{},\"services\":[{}]}}\n", answer.container.up_ms, rows),
          kJson};
}

Reply logs_answer(const Target& target, const Site& site, std::vector<std::string> names) {
  protocol::request::Logs request{std::move(names)};
  if (const auto lines = value_of(target.query, "lines")) {
    const char* const end = lines->data() + lines->size();
    const auto [rest, problem] = std::from_chars(lines->data(), end, request.lines);
    if (problem != std::errc{} || rest != end) return refusal(target, 400, "lines: no number");
  }
  if (value_of(target.query, "follow")) {
    request.follow = Follow::yes;
    return begin_stream(site, request);
  }
  return HttpAnswer{200, protocol::encode(ask<protocol::answer::Lines>(site, request)), kJson};
}

/// "services/web/logs" as its words.
std::vector<std::string> words_of(std::string_view path) {
  std::vector<std::string> words;
  while (true) {
    const std::size_t end = path.find('/');
    words.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return words;
    path.remove_prefix(end + 1);
  }
}

/// A name, and no glob.
bool is_service_name(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  });
}

HttpAnswer status_answer(const Site& site, std::vector<std::string> names) {
  return {200, protocol::encode(services_of(site, std::move(names))), kJson};
}

Reply look(const Target& target, const Site& site) {
  if (target.path == "/") return page_answer(site);
  const bool is_api = target.path.starts_with(kApi);
  const auto words = words_of(is_api ? target.path.substr(kApi.size()) : target.path);
  const bool is_of_service =
      words.size() > 1 && words[0] == "services" && is_service_name(words[1]);
  if (is_api && words.size() == 1) {
    if (words[0] == "services") return status_answer(site, {});
    if (words[0] == "logs") return logs_answer(target, site, {});
    if (words[0] == "events") return begin_stream(site, protocol::request::Status{{}, Follow::yes});
    if (words[0] == "graph") return graph_answer(site);
    if (words[0] == "timeline") return timeline_answer(site);
  } else if (is_api && is_of_service) {
    if (words.size() == 2) return status_answer(site, {words[1]});
    if (words.size() == 3 && words[2] == "logs") return logs_answer(target, site, {words[1]});
    if (words.size() == 3 && protocol::operation_of(words[2])) return not_allowed(target, "POST");
  }
  return refusal(target, 404, "there is nothing here");
}

// ---- for who has the token ----

Reply change(const Target& target, const app::HttpRequest& request, const Site& site) {
  const bool is_api = target.path.starts_with(kApi);
  const auto words = words_of(is_api ? target.path.substr(kApi.size()) : target.path);
  const bool is_known = is_api && words.size() == 3 && words[0] == "services" &&
                        is_service_name(words[1]) && protocol::operation_of(words[2]);
  if (!is_known) return not_allowed(target, "GET, HEAD");
  if (site.token.empty())
    return refusal(target, 403, "nothing may be changed: svctl serve has no token (--token-file)");
  if (!has_token(request.authorization, site.token)) {
    HttpAnswer answer = refusal(target, 401, "the token is missing or wrong");
    answer.fields.emplace_back("WWW-Authenticate", "Bearer");
    return answer;
  }
  const auto operation = *protocol::operation_of(words[2]);
  const auto answer = ask<Services>(site, protocol::request::Operate{operation, {words[1]}});
  return HttpAnswer{202, protocol::encode(answer), kJson};
}

Reply reply_or_stop(const Target& target, const app::HttpRequest& request, const Site& site) {
  const bool is_look = request.method == "GET" || request.method == "HEAD";
  if (!is_look && request.method != "POST") return not_allowed(target, "GET, HEAD, POST");
  if (is_look) {
    if (auto answer = open_answer(target, site)) return std::move(*answer);
  }
  if (!is_own_host(request.host, site.hosts))
    return refusal(target, 421, "this server goes by another name (--allow-host)");
  if (!is_look) return change(target, request, site);
  Reply reply = look(target, site);
  const bool is_stream = std::holds_alternative<EventStream>(reply);
  if (is_stream && request.method == "HEAD") return not_allowed(target, "GET");
  return reply;
}

}  // namespace

Reply reply_to(const app::HttpRequest& request, const Site& site) {
  const Target target = split(request.target);
  try {
    return reply_or_stop(target, request, site);
  } catch (const Unreachable& unreachable) {
    return refusal(target, 503, "my_init cannot be reached: " + unreachable.why);
  } catch (const Stop& stop) {
    return refusal(target, status_for(stop.outcome), stop.message);
  }
}

}  // namespace my_init::svctl
