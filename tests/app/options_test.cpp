#include "my_init/app/options.hpp"

#include <sstream>

#include "catch.hpp"

using namespace my_init;
using namespace my_init::app;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

Options options_of(const Words& words) {
  const auto options = parse_options(words);
  INFO((options ? "" : options.error().message));
  REQUIRE(options.has_value());
  return *options;
}

std::string error_of(const Words& words) {
  const auto options = parse_options(words);
  return options ? "no error" : options.error().message;
}

}  // namespace

TEST_CASE("without words everything is as usual", "[app][options]") {
  CHECK(options_of({}) == Options{});
}

TEST_CASE("each option says one thing", "[app][options]") {
  CHECK_FALSE(options_of({"--skip-startup-files"}).run_startup_files);
  CHECK_FALSE(options_of({"--skip-services", "true"}).start_services);
  CHECK_FALSE(options_of({"--skip-runit", "true"}).start_services);
  CHECK(options_of({"--enable-insecure-key"}).enable_insecure_key);
  CHECK_FALSE(options_of({"--no-kill-all-on-exit"}).kill_all_on_exit);
  CHECK(options_of({"--quiet"}).log_level == LogLevel::warning);
  CHECK(options_of({"--services-dir", "/a", "--services-dir=/b"}).services_dirs ==
        Words{"/a", "/b"});
  CHECK(options_of({"--log-level", "debug"}).log_level == LogLevel::debug);
  CHECK(options_of({"--log-level=error"}).log_level == LogLevel::error);
  CHECK(options_of({"--log-format", "json"}).log_format == LogFormat::json);
  CHECK(options_of({"--log-format=text"}).log_format == LogFormat::text);
  CHECK(options_of({"--shutdown-timeout", "1m30s"}).shutdown_timeout == Duration(90s));
  CHECK(options_of({"--exit-on-term=143"}).exit_on_term == 143);
  CHECK(options_of({"--check"}).request == Request::check);
  CHECK(options_of({"--version"}).request == Request::version);
  CHECK(options_of({"--help"}).request == Request::help);
  CHECK(options_of({"-h"}).request == Request::help);
}

TEST_CASE("K1 options end at the first other word or at --", "[app][options]") {
  CHECK(options_of({"--quiet", "--", "bash", "-c", "ls", "--", "x"}).command ==
        Words{"bash", "-c", "ls", "--", "x"});
  CHECK(options_of({"bash", "--quiet", "--", "x"}).command == Words{"bash", "--quiet", "--", "x"});
  CHECK_FALSE(options_of({"bash", "--quiet"}).log_level.has_value());
  CHECK(options_of({"--"}).command.empty());
  CHECK(options_of({"--", "--"}).command == Words{"--"});
  CHECK(options_of({"-", "x"}).command == Words{"-", "x"});
  CHECK(options_of({"", "x"}).command == Words{"", "x"});
}

TEST_CASE("K1 every unambiguous beginning of phusion's options works", "[app][options]") {
  CHECK_FALSE(options_of({"--skip-s"}).run_startup_files);
  CHECK_FALSE(options_of({"--skip-startup"}).run_startup_files);
  CHECK_FALSE(options_of({"--skip-r", "x"}).start_services);
  CHECK(options_of({"--e"}).enable_insecure_key);
  CHECK_FALSE(options_of({"--n"}).kill_all_on_exit);
  CHECK(options_of({"--q"}).log_level == LogLevel::warning);
  CHECK(options_of({"--skip-se", "x"}).command == Words{"x"});
  CHECK(options_of({"--log-f=json"}).log_format == LogFormat::json);
  CHECK(options_of({"--ex", "3"}).exit_on_term == 3);
}

TEST_CASE("L15 a bad option is an error that says why", "[app][options]") {
  CHECK(error_of({"--nope"}) == "unknown option '--nope'");
  CHECK(error_of({"--nope=1"}) == "unknown option '--nope'");
  CHECK(error_of({"-q"}) == "unknown option '-q'");
  CHECK(error_of({"--quietly"}) == "unknown option '--quietly'");
  CHECK(error_of({"--s"}) ==
        "option '--s' is ambiguous: --skip-startup-files, --skip-services, --services-dir, "
        "--shutdown-timeout");
  CHECK(error_of({"--skip-"}) ==
        "option '--skip-' is ambiguous: --skip-startup-files, --skip-services");
  CHECK(error_of({"--log-"}) == "option '--log-' is ambiguous: --log-level, --log-format");
  CHECK(error_of({"--quiet=yes"}) == "option '--quiet' takes no value");
  CHECK(error_of({"--log-level"}) == "option '--log-level' needs a value: LEVEL");
  CHECK(error_of({"--services-dir="}) == "option '--services-dir' needs a value: DIR");
}

TEST_CASE("the error of a bad value says what would be right", "[app][options]") {
  CHECK(error_of({"--log-level=loud"}) ==
        "option '--log-level': cannot read 'loud': expected debug, info, warning or error");
  CHECK(error_of({"--log-format", "xml"}) ==
        "option '--log-format': cannot read 'xml': expected text or json");
  CHECK(error_of({"--shutdown-timeout", "5"}) ==
        "option '--shutdown-timeout': cannot read duration '5': a unit is missing: h, m, s, ms, us "
        "or ns");
  for (const char* code : {"256", "-1", "", "x", "1x", "99999999999"}) {
    CHECK(error_of({"--exit-on-term", code}) == "option '--exit-on-term': cannot read '" +
                                                    std::string(code) +
                                                    "': expected an exit code, 0 to 255");
  }
}

TEST_CASE("without services there must be a main command", "[app][options]") {
  const std::string text = "When --skip-runit is given, you must also pass a main command.";
  CHECK(error_of({"--skip-runit"}) == text);
  CHECK(error_of({"--skip-services", "--"}) == text);
  CHECK(options_of({"--skip-services", "--check"}).request == Request::check);
}

TEST_CASE("of two options that contradict each other the later one counts", "[app][options]") {
  CHECK(options_of({"--quiet", "--log-level=debug"}).log_level == LogLevel::debug);
  CHECK(options_of({"--log-level=debug", "--quiet"}).log_level == LogLevel::warning);
  CHECK(options_of({"--help", "--check", "--version"}).request == Request::help);
  CHECK(options_of({"--check", "--version"}).request == Request::version);
}

TEST_CASE("the help names every option in lines of at most 80 columns", "[app][options]") {
  std::istringstream lines(help());
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
  }
  for (const char* name :
       {"--skip-startup-files", "--skip-services", "--skip-runit", "--enable-insecure-key",
        "--no-kill-all-on-exit", "--quiet", "--services-dir DIR", "--check", "--log-level LEVEL",
        "--log-format FORMAT", "--shutdown-timeout TIME", "--exit-on-term N", "--version",
        "--help"}) {
    CAPTURE(name);
    CHECK(help().find(name) != std::string::npos);
  }
  CHECK(help().starts_with(usage()));
  CHECK(usage() == "usage: my_init [OPTIONS] [--] [COMMAND [ARG...]]\n");
  CHECK(version().starts_with("my_init "));
}
