#include "my_init/protocol/request.hpp"

#include <string>

#include "catch.hpp"

namespace my_init::protocol {
namespace {

template <class T>
T decoded(const Request& request) {
  const std::string line = encode(request);
  CHECK(line.find('\n') == line.size() - 1);
  const auto back = decode_request(line);
  REQUIRE(back.has_value());
  REQUIRE(std::holds_alternative<T>(*back));
  return std::get<T>(*back);
}

std::string complaint(std::string_view line) {
  const auto request = decode_request(line);
  return request ? "no complaint" : request.error().message;
}

}  // namespace

TEST_CASE("a request comes out as it went in", "[protocol]") {
  const auto status = decoded<request::Status>(request::Status{{"web", "db*"}, Follow::yes});
  CHECK(status.names == std::vector<std::string>{"web", "db*"});
  CHECK(status.follow == Follow::yes);
  for (const auto operation :
       {Operation::start, Operation::stop, Operation::restart, Operation::reload}) {
    const auto operate = decoded<request::Operate>(request::Operate{operation, {"web"}});
    CHECK(operate.operation == operation);
    CHECK(operate.names == std::vector<std::string>{"web"});
    CHECK(operate.follow == Follow::no);
  }
  const auto signal =
      decoded<request::Signal>(request::Signal{9, {"web"}, request::Receiver::group});
  CHECK(signal.signo == 9);
  CHECK(signal.receiver == request::Receiver::group);
  const auto logs = decoded<request::Logs>(request::Logs{{}, 7, Follow::yes});
  CHECK(logs.lines == 7);
  CHECK(logs.follow == Follow::yes);
  CHECK(decoded<request::Environment>(request::Environment{"web"}).name == "web");
  CHECK(decoded<request::Apply>(request::Apply{true}).dry_run);
  CHECK(decoded<request::Shutdown>(request::Shutdown{3}).exit_code == 3);
  CHECK_FALSE(decoded<request::Shutdown>(request::Shutdown{}).exit_code.has_value());
}

TEST_CASE("a name of any bytes goes through", "[protocol]") {
  const std::string odd = "a\"b\\c\n\t\x01 d";
  CHECK(decoded<request::Environment>(request::Environment{odd}).name == odd);
}

TEST_CASE("a line that is no request is refused with the reason", "[protocol]") {
  const std::string cannot = "cannot read the request: ";
  CHECK(complaint("") == cannot + "it is no JSON object");
  CHECK(complaint("\xff\xfe") == cannot + "it is no JSON object");
  CHECK(complaint("[]") == cannot + "it is no JSON object");
  CHECK(complaint("{}") == cannot + "'do' is missing");
  CHECK(complaint(R"({"do":3})") == cannot + "'do' is missing");
  CHECK(complaint(R"({"do":"dance"})") == cannot + "'do' is none of its words");
  CHECK(complaint(R"({"v":2,"do":"status"})") ==
        cannot + "it is of version 2, this my_init speaks version 1");
  CHECK(complaint(R"({"do":"status","names":"web"})") == cannot + "'names' must be a list");
  CHECK(complaint(R"({"do":"status","names":[1]})") ==
        cannot + "'names' must be a list of strings");
  request::Status many{std::vector<std::string>(1024, "*"), Follow::no};
  CHECK(complaint(encode(many)) == "no complaint");
  many.names.emplace_back("*");
  CHECK(complaint(encode(many)) == cannot + "'names' has more than 1024 names");
  CHECK(complaint(R"({"do":"signal"})") == cannot + "'signal' is missing");
  CHECK(complaint(R"({"do":"signal","signal":65})") ==
        cannot + "'signal' must be a number from 1 to 64");
  CHECK(complaint(R"({"do":"logs","lines":-1})") ==
        cannot + "'lines' must be a number from 0 to 100000");
  CHECK(complaint(R"({"do":"shutdown","exit_code":256})") ==
        cannot + "'exit_code' must be a number from 0 to 255");
  CHECK(complaint(R"({"do":"env"})") == cannot + "'env' is of one service");
}

TEST_CASE("a request that is nested a thousand times is refused", "[protocol]") {
  const std::string deep(30'000, '[');
  CHECK(complaint(deep) == "cannot read the request: it is no JSON object");
  CHECK(complaint(R"({"do":"status","names":)" + deep + std::string(30'000, ']') + "}") ==
        "cannot read the request: 'names' must be a list of strings");
}

}  // namespace my_init::protocol
