#include <string>
#include <vector>

#include "catch.hpp"
#include "fixture.hpp"

using namespace my_init::config;

namespace {

using Kind = ListenSocket::Kind;

std::vector<ListenSocket> with(std::string_view sockets) {
  return loaded_service("command: x\nlisten: " + std::string(sockets) + "\n")
      .execution.details->listen;
}

}  // namespace

TEST_CASE("sockets are read in the order of the definition", "[config][listen]") {
  CHECK(with("{http: \"tcp:0.0.0.0:80\", ctl: \"unix:/run/web.sock:0660\", a b: \"unix:/b\"}") ==
        std::vector<ListenSocket>{{"http", Kind::tcp, "0.0.0.0", 80, {}},
                                  {"ctl", Kind::unix_stream, "/run/web.sock", 0, mode_t{0660}},
                                  {"a b", Kind::unix_stream, "/b", 0, {}}});
  CHECK(
      with("{a: \"tcp:*:65535\", b: \"tcp:[0:0::1]:${PORT}\"}") ==
      std::vector<ListenSocket>{{"a", Kind::tcp, "*", 65535, {}}, {"b", Kind::tcp, "::1", 80, {}}});
  CHECK(with("{}").empty());
}

TEST_CASE("an override moves one socket", "[config][listen][override]") {
  const DefinitionTree tree;
  tree.write("web.yaml", "command: x\nlisten: {a: \"tcp:*:80\", b: \"unix:/b\"}\n");
  tree.write("web.override.yaml", "listen: {a: \"tcp:*:8080\"}\nready: {fd: 5}\n");
  const Loaded loaded = tree.load();
  CHECK(tree.rendered(loaded) == "");
  REQUIRE(loaded.services.size() == 1);
  CHECK(loaded.services[0].execution.details->listen ==
        std::vector<ListenSocket>{{"a", Kind::tcp, "*", 8080, {}},
                                  {"b", Kind::unix_stream, "/b", 0, {}}});
}

TEST_CASE("addresses that differ may be at one port", "[config][listen]") {
  DefinitionTree tree;
  tree.write("a.yaml", "command: x\nlisten: {a: \"tcp:127.0.0.1:80\", b: \"tcp:127.0.0.2:80\"}\n");
  tree.write("b.yaml", "command: x\nlisten: {a: \"tcp:[::]:80\", b: \"tcp:*:81\"}\n");
  tree.write("c.yaml", "command: x\nprofiles: [other]\nlisten: {a: \"tcp:*:80\"}\n");
  tree.environment = {{"MY_INIT_PROFILES", "this"}};
  CHECK(tree.diagnostics() == "");
}
