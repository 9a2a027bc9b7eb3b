#include "catch.hpp"
#include "my_init/app/options.hpp"

using namespace my_init;
using namespace my_init::app;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

Settings settings_of(const config::Environment& environment) {
  const Resolved resolved = resolve({}, environment, {});
  CHECK(resolved.warnings.empty());
  return resolved.settings;
}

}  // namespace

TEST_CASE("nothing said gives the defaults", "[app][settings]") {
  const Settings settings = settings_of({{"PATH", "/bin"}});
  CHECK(settings == Settings{});
  CHECK(settings.services_dirs == Words{"/etc/services.d"});
  CHECK(settings.startup_dir == "/etc/my_init.d");
  CHECK(settings.kill_process_timeout == Duration(30s));
  CHECK(settings.kill_all_processes_timeout == Duration(30s));
  CHECK(settings.runit_grace() == Duration(30s));
  CHECK_FALSE(settings.shutdown_timeout.has_value());
}

TEST_CASE("flag wins over variable over file", "[app][settings]") {
  Options options;
  config::Environment environment{{"MY_INIT_LOG_LEVEL", "error"},
                                  {"MY_INIT_LOG_FORMAT", "json"},
                                  {"MY_INIT_SHUTDOWN_TIMEOUT", "2s"},
                                  {"MY_INIT_LOG_TIMESTAMPS", "false"},
                                  {"MY_INIT_EXIT_ON_TERM", "2"}};
  const config::GlobalSettings file{LogFormat::text, LogLevel::info, true, Duration(3s)};

  Settings settings = resolve(options, {}, file).settings;
  CHECK(settings.log_format == LogFormat::text);
  CHECK(settings.log_level == LogLevel::info);
  CHECK(settings.log_timestamps);
  CHECK(settings.shutdown_timeout == Duration(3s));

  settings = resolve(options, environment, file).settings;
  CHECK(settings.log_format == LogFormat::json);
  CHECK(settings.log_level == LogLevel::error);
  CHECK_FALSE(settings.log_timestamps);
  CHECK(settings.shutdown_timeout == Duration(2s));
  CHECK(settings.exit_on_term == 2);

  options.log_format = LogFormat::text;
  options.log_level = LogLevel::debug;
  options.shutdown_timeout = Duration(1s);
  options.exit_on_term = 143;
  settings = resolve(options, environment, file).settings;
  CHECK(settings.log_format == LogFormat::text);
  CHECK(settings.log_level == LogLevel::debug);
  CHECK(settings.shutdown_timeout == Duration(1s));
  CHECK(settings.exit_on_term == 143);
}

TEST_CASE("a shutdown timeout of zero on the command line takes the file's away",
          "[app][settings]") {
  Options options;
  options.shutdown_timeout = Duration(0s);
  config::GlobalSettings file;
  file.shutdown_timeout = Duration(3s);
  CHECK_FALSE(resolve(options, {}, file).settings.shutdown_timeout.has_value());
}

TEST_CASE("cgroups are used unless the variable or the file says no", "[app][settings]") {
  config::GlobalSettings file;
  file.cgroups = false;
  CHECK(resolve({}, {}, {}).settings.use_cgroups);
  CHECK_FALSE(resolve({}, {}, file).settings.use_cgroups);
  CHECK(resolve({}, {{"MY_INIT_CGROUPS", "true"}}, file).settings.use_cgroups);
  CHECK_FALSE(resolve({}, {{"MY_INIT_CGROUPS", "false"}}, {}).settings.use_cgroups);
}

TEST_CASE("what only the command line can say is handed on", "[app][settings]") {
  Options options;
  options.run_startup_files = false;
  options.start_services = false;
  options.enable_insecure_key = true;
  options.kill_all_on_exit = false;
  options.command = {"true"};
  const Settings settings = resolve(options, {}, {}).settings;
  CHECK_FALSE(settings.run_startup_files);
  CHECK_FALSE(settings.start_services);
  CHECK(settings.enable_insecure_key);
  CHECK_FALSE(settings.kill_all_on_exit);
  CHECK(settings.command == Words{"true"});
}

TEST_CASE("the directories of services are separated by colons", "[app][settings]") {
  CHECK(settings_of({{"MY_INIT_SERVICES_DIR", "/a:/b"}}).services_dirs == Words{"/a", "/b"});
  CHECK(settings_of({{"MY_INIT_SERVICES_DIR", ":/a::/b:"}}).services_dirs == Words{"/a", "/b"});
  CHECK(settings_of({{"MY_INIT_SERVICES_DIR", ":"}}).services_dirs == Words{"/etc/services.d"});
  Options options;
  CHECK(settings_of({}).runit_dir == "/etc/service");
  CHECK(settings_of({{"MY_INIT_RUNIT_DIR", "/a"}}).runit_dir == "/a");
  options.services_dirs = {"/c"};
  CHECK(resolve(options, {{"MY_INIT_SERVICES_DIR", "/a"}}, {}).settings.services_dirs ==
        Words{"/c"});
}

TEST_CASE("K4 phusion's variables are honoured", "[app][settings]") {
  const Settings settings = settings_of({{"KILL_PROCESS_TIMEOUT", "5"},
                                         {"KILL_ALL_PROCESSES_TIMEOUT", "0.25"},
                                         {"ENV_INIT_DIRECTORY", "/opt/init.d"}});
  CHECK(settings.kill_process_timeout == Duration(5s));
  CHECK(settings.kill_all_processes_timeout == Duration(250ms));
  CHECK(settings.startup_dir == "/opt/init.d");
}

TEST_CASE("K4 a timeout of 0 is no limit", "[app][settings]") {
  const Settings settings =
      settings_of({{"KILL_PROCESS_TIMEOUT", "0"}, {"KILL_ALL_PROCESSES_TIMEOUT", "0.0"}});
  CHECK_FALSE(settings.kill_process_timeout.has_value());
  CHECK_FALSE(settings.kill_all_processes_timeout.has_value());
}

TEST_CASE("K4 a bad value gives one warning and the default", "[app][settings]") {
  for (const char* value : {"abc", "5s", "-1", "1.2.3", ".", "99999999999999999999", " 5"}) {
    CAPTURE(value);
    const Resolved resolved = resolve({}, {{"KILL_PROCESS_TIMEOUT", value}}, {});
    CHECK(resolved.settings == Settings{});
    CHECK(resolved.warnings ==
          Words{"the variable KILL_PROCESS_TIMEOUT is ignored: cannot read '" + std::string(value) +
                "': expected seconds, such as 30 or 0.5"});
  }
}

TEST_CASE("each variable with a bad value gives its own warning", "[app][settings]") {
  const Resolved resolved = resolve({},
                                    {{"MY_INIT_LOG_FORMAT", "xml"},
                                     {"MY_INIT_LOG_LEVEL", "loud"},
                                     {"MY_INIT_LOG_TIMESTAMPS", "yes"},
                                     {"MY_INIT_SHUTDOWN_TIMEOUT", "5"},
                                     {"MY_INIT_EXIT_ON_TERM", "256"},
                                     {"KILL_ALL_PROCESSES_TIMEOUT", "x"}},
                                    {});
  CHECK(resolved.settings == Settings{});
  REQUIRE(resolved.warnings.size() == 6);
  CHECK(
      resolved.warnings[2] ==
      "the variable MY_INIT_LOG_TIMESTAMPS is ignored: cannot read 'yes': expected true or false");
}

TEST_CASE("an empty variable is as good as none", "[app][settings]") {
  CHECK(settings_of({{"KILL_PROCESS_TIMEOUT", ""},
                     {"ENV_INIT_DIRECTORY", ""},
                     {"MY_INIT_SERVICES_DIR", ""},
                     {"MY_INIT_LOG_LEVEL", ""}}) == Settings{});
}
