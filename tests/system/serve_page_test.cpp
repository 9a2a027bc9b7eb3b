#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "svctl.hpp"
#include "web.hpp"

namespace my_init::test {
namespace {

constexpr auto kChromium = "/usr/bin/chromium-headless-shell";

/// The document as a browser has it after some seconds of its own time, which stands still while it
/// waits for an answer: so it must not wait for events (?poll).
std::string document_at(std::uint16_t port, const Container& box) {
  const std::string command =
      std::string("timeout 60 ") + kChromium +
      " --no-sandbox --disable-gpu --user-data-dir=" + box.host_path("/run/chromium") +
      " --virtual-time-budget=5000 --dump-dom \"http://127.0.0.1:" + std::to_string(port) +
      "/?poll\" 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                             ::pclose);
  REQUIRE(pipe != nullptr);
  std::string document;
  std::array<char, 4096> bytes{};
  while (const auto size = std::fread(bytes.data(), 1, bytes.size(), pipe.get()))
    document.append(bytes.data(), size);
  return document;
}

}  // namespace

TEST_CASE("the page of svctl serve shows services, lines, the graph and the boot in a browser",
          "[system][serve][page]") {
  if (skipped() || skipped_without(kChromium)) return;
  Container box;
  add_web_server(box);
  box.actor("db", kObedient)
      .actor("web", "print:<hello> say:ready serve", "depends_on: [db]\n")
      .actor("bad", "exit:3", "restart: \"no\"\n")
      .start();
  box.wait_event("web ready");
  box.wait_output("web | <hello>");
  CHECK(svctl(box, {"wait", "--for", "stopped", "bad"}).code == 0);
  const auto document = document_at(web_port(box), box);
  CAPTURE(document);
  CHECK(has(document, R"(<tr data-name="web">)"));
  CHECK(has(document, R"(<td class="state good">running</td>)"));
  CHECK(has(document, R"(<td class="state bad">failed</td>)"));
  CHECK(has(document, R"(<td class="why">exited with status 3</td>)"));
  CHECK(has(document, "<b>web </b>&lt;hello&gt;</div>"));
  CHECK(has(document, R"(<g class="good" data-name="db"><rect class="box")"));
  CHECK(has(document, R"(<path class="edge")"));
  CHECK(has(document, R"(<rect class="bar chain")"));
  CHECK(has(document, R"(<span id="link" class="dim" role="status"></span>)"));
  CHECK(has(document, R"(<option value="web">web</option>)"));
}

}  // namespace my_init::test
