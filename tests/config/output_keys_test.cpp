#include <string>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init;
using namespace my_init::config;

namespace {

Execution with(std::string_view keys) {
  return loaded_service("command: x\n" + std::string(keys)).execution;
}

/// The services of two files, one laid over the other, and the defaults.
struct Files {
  std::string_view defaults;
  std::string_view web;
  std::string_view over;
};

Execution merged(const Files& files) {
  const DefinitionTree tree;
  tree.write("my_init.yaml", "defaults: {logging: {" + std::string(files.defaults) + "}}\n");
  tree.write("web.yaml", "command: x\nlogging: {" + std::string(files.web) + "}\n");
  tree.write("web.override.yaml", "logging: {" + std::string(files.over) + "}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 1);
  return loaded.services[0].execution;
}

}  // namespace

TEST_CASE("the output of a service goes to the container by default", "[config][output]") {
  CHECK(with("").output_driver == OutputDriver::container);
  CHECK(*with("").output == OutputSettings{});
}

TEST_CASE("every driver is known", "[config][output]") {
  CHECK(with("logging: {driver: container}\n").output_driver == OutputDriver::container);
  CHECK(with("logging: {driver: inherit}\n").output_driver == OutputDriver::inherit);
  CHECK(with("logging: {driver: none}\n").output_driver == OutputDriver::none);
  CHECK(with("logging: {driver: file, path: /x}\n").output_driver == OutputDriver::file);
}

TEST_CASE("every key of logging is read", "[config][output]") {
  const Execution web = with(
      "logging: {driver: file, format: json, timestamps: true, path: \"/var/log/web-${PORT}.log\", "
      "max_size: 1g, max_file: 1, compress: true, mode: non-blocking, max_buffer_size: 64k, "
      "tail: 0, rate_limit: 1000}\n");
  CHECK(*web.output == OutputSettings{.format = OutputFormat::json,
                                      .timestamps = true,
                                      .path = "/var/log/web-80.log",
                                      .max_size = 1U << 30U,
                                      .max_file = 1,
                                      .compress = true,
                                      .mode = OutputMode::non_blocking,
                                      .max_buffer_size = 64U << 10U,
                                      .tail = 0,
                                      .rate_limit = 1000});
  CHECK(with("logging: {format: raw}\n").output->format == OutputFormat::raw);
  CHECK(with("logging: {format: prefix, mode: blocking}\n").output->mode == OutputMode::blocking);
  CHECK(with("logging: {driver: none, tail: 16m}\n").output->tail == 16U << 20U);
}

TEST_CASE("the defaults may have what only some drivers use", "[config][output][defaults]") {
  const Execution web = merged({.defaults = "driver: file, max_size: 1m, format: json",
                                .web = "path: /var/log/web.log",
                                .over = "max_size: 2m"});
  CHECK(web.output_driver == OutputDriver::file);
  CHECK(web.output->path == "/var/log/web.log");
  CHECK(web.output->max_size == 2U << 20U);
  CHECK(web.output->format == OutputFormat::json);
  CHECK(
      merged({.defaults = "max_size: 1m, format: json", .web = "driver: inherit"}).output_driver ==
      OutputDriver::inherit);
}

TEST_CASE("an override changes the driver alone", "[config][output][override]") {
  CHECK(merged({.web = "driver: file, path: /web.log, max_file: 9", .over = "driver: container"})
            .output_driver == OutputDriver::container);
  CHECK(merged({.web = "format: json", .over = "driver: inherit"}).output_driver ==
        OutputDriver::inherit);
}
