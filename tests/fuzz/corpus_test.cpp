#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "targets.hpp"

namespace my_init::fuzz {
namespace {

/// What breaks parsers: their own characters, words and limits.
constexpr std::array<std::string_view, 44> kPieces{"\t",
                                                   "\n",
                                                   " ",
                                                   ":",
                                                   ": ",
                                                   "- ",
                                                   "[",
                                                   "]",
                                                   "{",
                                                   "}",
                                                   "&a ",
                                                   "*a",
                                                   "<<: ",
                                                   "!x ",
                                                   "|",
                                                   ">",
                                                   "\"",
                                                   "'",
                                                   "#",
                                                   "?",
                                                   "---\n",
                                                   "${",
                                                   "$$",
                                                   "${A:-",
                                                   "\xff",
                                                   "%",
                                                   "null",
                                                   "~",
                                                   "99999999999999999999",
                                                   "-1",
                                                   "\\",
                                                   "\\u0000",
                                                   "\\ud800",
                                                   "=",
                                                   "READY=1\n",
                                                   "1e999",
                                                   "\xEF\xBB\xBF",
                                                   "\r\n",
                                                   "[[[[[[[[",
                                                   "{\"",
                                                   "\x7f~",
                                                   "\xc0",
                                                   "MAINPID=",
                                                   "false"};

std::vector<std::string> corpus_of(const Target& target) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(MY_INIT_CORPUS) / target.name))
    files.push_back(entry.path());
  std::ranges::sort(files);  // the same order everywhere
  std::vector<std::string> corpus;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    corpus.push_back(text.str());
  }
  return corpus;
}

class Mutation {
 public:
  Mutation(const std::vector<std::string>& corpus, unsigned seed)
      : corpus_(corpus), random_(seed) {}

  std::string next() {
    std::string text = any();
    for (std::size_t steps = 1 + below(8); steps > 0; --steps) step(text);
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  const std::string& any() { return corpus_[below(corpus_.size())]; }

  void step(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = std::min(below(40), text.size() - at);
    switch (below(7)) {
      case 0:
        text.insert(at, kPieces[below(kPieces.size())]);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(below(text.size() + 1), text.substr(at, length));
        break;
      case 3:
        text.insert(at, 1, static_cast<char>(below(256)));
        break;
      case 4:
        text.replace(at, length, kPieces[below(kPieces.size())]);
        break;
      case 5:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      default: {
        const std::string& other = any();
        text.replace(at, std::string::npos, other.substr(below(other.size() + 1)));
      }
    }
  }

  const std::vector<std::string>& corpus_;
  std::mt19937 random_;
};

/// How often: $MY_INIT_FUZZ_RUNS, else what takes some seconds with a sanitizer.
int runs_or(int usual) {
  const char* const wanted = std::getenv("MY_INIT_FUZZ_RUNS");
  return wanted == nullptr ? usual : std::atoi(wanted);
}

/// The kept inputs, and as many mutations of them. The same ones each time: `./dev fuzz` looks for
/// others.
void check_target(std::size_t index, int usual_runs) {
  const Target& target = kTargets.at(index);
  const std::vector<std::string> corpus = corpus_of(target);
  REQUIRE_FALSE(corpus.empty());
  for (const std::string& input : corpus) target.run(input);
  Mutation mutation(corpus, 20261126U + static_cast<unsigned>(index));
  const int runs = runs_or(usual_runs);
  for (int run = 0; run < runs; ++run) target.run(mutation.next());
  std::printf("%.*s: %d mutations of %zu inputs\n", static_cast<int>(target.name.size()),
              target.name.data(), runs, corpus.size());
}

}  // namespace

TEST_CASE("F5 whatever a definition file says, it is read and each complaint is a sentence",
          "[fuzz][F5]") {
  check_target(0, 1500);
}

TEST_CASE("F5 whatever an env_file says, its service is there", "[fuzz][F5]") {
  check_target(1, 500);
}

TEST_CASE("F5 whatever a control message says, it is understood or refused", "[fuzz][F5]") {
  check_target(2, 20'000);
}

TEST_CASE("F5 however a client sends what it says, each line has one answer", "[fuzz][F5]") {
  check_target(3, 2000);
}

TEST_CASE("F5 whatever a service notifies, no value is beyond its limits", "[fuzz][F5]") {
  check_target(4, 50'000);
}

TEST_CASE("F5 whatever variables there are, the copies of them are true", "[fuzz][F5]") {
  check_target(5, 1500);
}

}  // namespace my_init::fuzz
