#include "boot_picture.hpp"

#include <fmt/format.h>

#include "catch.hpp"
#include "run.hpp"
#include "xml.hpp"

namespace my_init::svctl {
namespace {

Boot small_boot() {
  Boot boot;
  boot.rows = {
      {"db", "running", 10, 310, "", false, true},      {"cache", "running", 10, 60, ""},
      {"web", "running", 311, 1200, "db", false, true}, {"slow", "starting", 311, -1, "db"},
      {"night", "completed", 90'000, 90'000, "", true}, {"off", "disabled"}};
  boot.critical_chain = {"db", "web"};
  return boot;
}

/// What Python's parser has to say; "" when the text is well-formed.
std::string complaint_about(const std::string& text) {
  const test::Directory here;
  here.write("boot.svg", text);
  const test::Ended ended =
      here.run({"python3", "-c", "import xml.dom.minidom as m; m.parse('boot.svg')"});
  return ended.code == 0 ? "" : ended.errors + ended.output;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("the picture of a boot tells in words what each bar shows", "[svctl][timeline]") {
  const std::string svg = boot_picture(small_boot());
  for (const auto* text :
       {"<title id=\"title\">Boot of 6 services: 3 of them ready after 1.2 s</title>",
        "The boot had to wait for: db → web",
        "<title>db: started at 10 ms, ready 300 ms later</title>",
        "<title>web: started at 311 ms, after db was ready, ready 889 ms later</title>",
        "not ready yet, starting", "not ready: starting", "not started: disabled",
        "started after the boot, at 90 s", ">* web</text>", ">cache</text>", "role=\"img\""}) {
    CAPTURE(text);
    CHECK(svg.find(text) != std::string::npos);
  }
}

TEST_CASE("a bar is as long as its time, on an axis with round numbers", "[svctl][timeline]") {
  Boot boot;
  boot.rows = {{"a", "running", 0, 500, ""}, {"b", "running", 500, 1000, "a"}};
  const std::string svg = boot_picture(boot);
  for (const auto* tick : {">0 ms<", ">200 ms<", ">400 ms<", ">600 ms<", ">800 ms<", ">1000 ms<"})
    CHECK(count(svg, tick) == 2);
  CHECK(svg.find(">100 ms<") == std::string::npos);
  const auto bar = [&svg](const std::string& of) {
    const auto at = svg.find("class=\"starting\" x=", svg.find("<title>" + of + ":"));
    return svg.substr(svg.find("width", at), 13);
  };
  CHECK(bar("a") == bar("b"));
  CHECK(count(svg, "url(#hatch)") == 2);  // in the legend, and of b
}

TEST_CASE("each arrow leads from what was waited for, the critical ones apart",
          "[svctl][timeline]") {
  const std::string svg = boot_picture(small_boot());
  CHECK(count(svg, "<path class=\"critical-arrow\"") == 1);
  CHECK(count(svg, "<path class=\"arrow\"") == 2);  // one is the legend's
}

TEST_CASE("the picture is well-formed, whatever the names are", "[svctl][timeline]") {
  if (!complaint_about("<svg/>").empty()) return;  // no python3 here
  CHECK(complaint_about(boot_picture(small_boot())).empty());
  CHECK(complaint_about(boot_picture({})).empty());
  Boot odd;
  for (const std::string& name :
       {std::string("a<b>&\"c'"), std::string("]]>"), std::string("\xff\xfe\x01\x1b[31m"),
        std::string("\xEF\xBF\xBF"), std::string(500, 'x'), std::string("größe")})
    odd.rows.push_back({name, "running", 1, 2, "]]>"});
  odd.critical_chain = {"<&>", "\x02"};
  CHECK(complaint_about(boot_picture(odd)).empty());
}

TEST_CASE("the picture has a row for each of 500 services, and grows linearly",
          "[svctl][timeline]") {
  Boot boot;
  for (int i = 0; i < 500; ++i)
    boot.rows.push_back(
        {fmt::format("service-{}", i), "running", i, i + 5, i > 0 ? "service-0" : ""});
  const std::string svg = boot_picture(boot);
  CHECK(count(svg, "<g><title>") == 500);
  CHECK(svg.size() < 500'000);
}

TEST_CASE("XML text has no character that XML has not", "[svctl][timeline]") {
  CHECK(xml("a<b>&\"c'\t\n") == "a&lt;b&gt;&amp;&quot;c&apos;\t\n");
  CHECK(xml("\x01\xff\xEF\xBF\xBE\u00e4") == "\uFFFD\uFFFD\uFFFD\u00e4");
  CHECK(clipped("größe", 5) == "größe");
  CHECK(clipped("größe", 4) == "grö…");
}

}  // namespace my_init::svctl
