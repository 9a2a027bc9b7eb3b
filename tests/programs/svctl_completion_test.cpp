#include "catch.hpp"
#include "run.hpp"

namespace my_init::test {
namespace {

/// The first column of what may follow.
std::string words_after(const Directory& here, std::vector<std::string> words,
                        const std::string& command = "complete") {
  words.insert(words.begin(), command);
  const Ended ended = here.svctl(words);
  CHECK(ended.code == 0);
  std::string found;
  for (std::size_t begin = 0; begin < ended.output.size();) {
    found += ended.output.substr(begin, ended.output.find('\t', begin) - begin) + " ";
    begin = ended.output.find('\n', begin) + 1;
  }
  return found;
}

/// What bash would offer, each in <>, when `typed` has called the function of the script.
std::string completed_by_bash(const std::string& typed) {
  const Directory here;
  const std::string script =
      "source <(svctl completion bash)\n" + typed + "printf '<%s>' \"${COMPREPLY[@]}\"\n";
  const Ended ended = here.run({"bash", "-c", script});
  CHECK(ended.errors.empty());
  return ended.output;
}

}  // namespace

TEST_CASE("commands, options and words are completed", "[svctl][completion]") {
  const Directory here;
  CHECK(words_after(here, {"st"}) == "status start stop ");
  CHECK(words_after(here, {"--timeout", "5s", "ti"}) == "timeline ");
  CHECK(words_after(here, {"status", "--w"}) == "--watch ");
  CHECK(words_after(here, {"status", "--so"}) == "--socket ");
  CHECK(words_after(here, {"wait", "--for", ""}) == "running healthy stopped completed ");
  CHECK(words_after(here, {"graph", "--format", "m"}) == "mermaid ");
  CHECK(words_after(here, {"signal", "US"}) == "USR1 USR2 ");
  CHECK(words_after(here, {"check", ""}).empty());
  CHECK(words_after(here, {"--socket", ""}).empty());
  CHECK(words_after(here, {"nonsense", "--soc"}) == "--socket ");
}

TEST_CASE("services that are defined are completed where none run", "[svctl][completion]") {
  const Directory here;
  here.write("web.yaml", "command: web\ndescription: Web\n");
  here.write("worker.yaml", "command: worker\n");
  const Ended ended =
      here.run({"env", "MY_INIT_SERVICES_DIR=.", "svctl", "complete", "stop", "we"});
  CHECK(ended.output == "web\tWeb\n");
  CHECK(here.run({"env", "MY_INIT_SERVICES_DIR=.", "svctl", "complete", "signal", "HUP", "wo"})
            .output == "worker\t\n");
}

TEST_CASE("bash completes with it", "[svctl][completion]") {
  CHECK(completed_by_bash("COMP_WORDS=(svctl status --w) COMP_CWORD=2\n"
                          "_svctl svctl --w status\n") == "<--watch>");
}

TEST_CASE("the words of sv are completed", "[svctl][completion][K13]") {
  const Directory here;
  const auto after = [&](const std::vector<std::string>& words) {
    return words_after(here, words, "complete-sv");
  };
  CHECK(after({"st"}) == "status start stop ");
  CHECK(after({"-w", "5", "force-s"}) == "force-stop force-shutdown ");
  CHECK(after({"-v", "-w5", "u"}) == "up ");
  CHECK(after({"-"}) == "-v -w ");
  CHECK(after({"-w", ""}).empty());
}

TEST_CASE("sv's services are completed as it calls them", "[svctl][completion][K13]") {
  const Directory here;
  here.write("worker.yaml", "command: worker\n");
  here.write("service/web/run", "");
  here.write("service/web/log/run", "");
  const std::vector<std::string> svctl{"env", "MY_INIT_SERVICES_DIR=.", "MY_INIT_RUNIT_DIR=service",
                                       "svctl"};
  auto words = svctl;
  words.insert(words.end(), {"complete-sv", "status", "w"});
  CHECK(here.run(words).output == "worker\t\nweb\t\nweb/log\t\n");
}

TEST_CASE("bash completes sv by the svctl beside it", "[svctl][completion][K13]") {
  CHECK(completed_by_bash("ln -s \"$(command -v svctl)\" svctl\n"
                          "COMP_WORDS=(./sv try) COMP_CWORD=1\n"
                          "_svctl ./sv try ./sv\n") == "<try-restart>");
}

TEST_CASE("every command has an example in its help and in the manual", "[svctl][manual]") {
  const Directory here;
  const std::string manual = here.svctl({"man", "svctl"}).output;
  const Ended all = here.svctl({"complete", ""});
  std::size_t commands = 0;
  for (std::size_t begin = 0; begin < all.output.size(); ++commands) {
    const std::string name = all.output.substr(begin, all.output.find('\t', begin) - begin);
    CAPTURE(name);
    CHECK(here.svctl({name, "--help"}).output.contains("example: svctl " + name));
    CHECK(manual.contains("\nexample: svctl " + name));
    CHECK(manual.contains(".TP\n\\fB" + name + "\\fR"));
    begin = all.output.find('\n', begin) + 1;
  }
  CHECK(commands > 15);
}

}  // namespace my_init::test
