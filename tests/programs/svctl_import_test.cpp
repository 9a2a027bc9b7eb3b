#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.hpp"
#include "run.hpp"

namespace my_init::test {
namespace {

struct Sample {
  std::string name;    ///< its directory in tests/programs/import
  std::string source;  ///< what is imported
};

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A directory with a copy of the sample, so that its paths are short.
std::string sample_path(const Sample& sample) {
  return std::string(MY_INIT_IMPORT_SAMPLES) + "/" + sample.name;
}

void lay_out(const Directory& here, const Sample& sample) {
  std::filesystem::copy(sample_path(sample), here.path(""),
                        std::filesystem::copy_options::recursive);
}

}  // namespace

// With MY_INIT_WRITE_EXPECTED=1 what comes out is what is expected: to be read before it is
// committed.
TEST_CASE("svctl import makes definitions of real configurations and lists what it leaves out",
          "[svctl][import]") {
  const Sample sample = GENERATE(Sample{"supervisord", "supervisord.conf"},
                                 Sample{"compose", "compose.yaml"}, Sample{"runit", "etc/service"},
                                 Sample{"s6-rc", "etc/s6-overlay/s6-rc.d"}, Sample{"s6-v2", "etc"});
  CAPTURE(sample.name);
  const Directory here;
  lay_out(here, sample);
  const Ended ended = here.svctl({"import", sample.source});
  const std::string path = sample_path(sample);
  if (std::getenv("MY_INIT_WRITE_EXPECTED") != nullptr) {
    std::ofstream(path + "/expected.yaml", std::ios::binary) << ended.output;
    std::ofstream(path + "/expected.notes", std::ios::binary) << ended.errors;
  }
  CHECK(ended.code == 0);
  CHECK(ended.output == content_of(path + "/expected.yaml"));
  CHECK(ended.errors == content_of(path + "/expected.notes"));

  CHECK(here.svctl({"import", sample.source, "--output", "made"}).code == 0);
  const Ended checked = here.svctl({"check", "made"});
  CHECK(checked.code == 0);
  CHECK(checked.output.starts_with("no errors, "));
  here.write("all/all.yaml", ended.output);
  CHECK(here.svctl({"check", "all"}).output == checked.output);
}

TEST_CASE("svctl import replaces no file", "[svctl][import]") {
  const Directory here;
  here.write("a.conf", "[program:a]\ncommand=a\n[program:b]\ncommand=b\n");
  here.write("made/b.yaml", "command: mine\n");
  const Ended ended = here.svctl({"import", "a.conf", "--output", "made"});
  CHECK(ended.code == 1);
  CHECK(ended.errors == "svctl: cannot write 'made/b.yaml': it exists; nothing was written\n");
  CHECK(content_of(here.path("made/b.yaml")) == "command: mine\n");
  CHECK_FALSE(std::filesystem::exists(here.path("made/a.yaml")));
}

TEST_CASE("svctl import says what it cannot read", "[svctl][import]") {
  const Directory here;
  here.write("notes.txt", "");
  here.write("empty.conf", "[supervisord]\nnodaemon=true\n");
  here.write("odd.yaml", "services:\n  a: [\n");
  here.write("other.yaml", "command: web\n");
  const auto says = [&here](const std::string& path, int code, const std::string& text) {
    const Ended ended = here.svctl({"import", path});
    CAPTURE(path, ended.errors);
    CHECK(ended.code == code);
    CHECK(ended.errors.contains(text));
  };
  says("none.conf", 64, "svctl: cannot import 'none.conf': no such file or directory\n");
  says("notes.txt", 64,
       "expected a .conf or .ini of supervisord, a .yaml of Compose, or a directory");
  says("empty.conf", 1, "svctl: cannot import 'empty.conf': there is no service in it\n");
  says("odd.yaml", 78, "odd.yaml:2:6: error: ");
  says("other.yaml", 64, "it has no map 'services', as Compose has\n");
  says(".", 1, "there is no service in it\n");
}

}  // namespace my_init::test
