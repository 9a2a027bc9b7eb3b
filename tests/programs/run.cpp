#include "run.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "catch.hpp"

namespace my_init::test {
namespace {

/// The one of this build, or MY_INIT_BINARY.
std::string binary() {
  const char* const other = std::getenv("MY_INIT_BINARY");
  return other == nullptr ? MY_INIT_BINARY : other;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Directory::Directory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "my_init_run.XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  root_ = pattern + "/";
  std::filesystem::create_directory(root_ + ".bin");
  std::filesystem::create_symlink(binary(), root_ + ".bin/svctl");
}

Directory::~Directory() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void Directory::write(std::string_view name, std::string_view text) const {
  std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
  std::ofstream file(path(name), std::ios::binary);
  file << text;
  file.close();
  REQUIRE(file.good());
}

Ended Directory::svctl(const std::vector<std::string>& words) const {
  std::vector<std::string> argv{"svctl"};
  argv.insert(argv.end(), words.begin(), words.end());
  return run(argv);
}

Ended Directory::run(const std::vector<std::string>& argv) const {
  std::vector<std::string> words = argv;
  std::vector<std::string> variables{"PATH=" + root_ + ".bin:/usr/bin:/bin", "HOME=" + root_,
                                     "MY_INIT_CONTROL=" + root_ + ".nobody", "LC_ALL=C.UTF-8"};
  const std::vector<char*> arguments = pointers_to(words);
  const std::vector<char*> environment = pointers_to(variables);
  const std::string output = root_ + ".output";
  const std::string errors = root_ + ".errors";
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC;
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(::open(output.c_str(), kFlags, 0600), STDOUT_FILENO);
    ::dup2(::open(errors.c_str(), kFlags, 0600), STDERR_FILENO);
    if (::chdir(root_.c_str()) != 0) ::_exit(126);
    ::setenv("PATH", variables[0].c_str() + 5, 1);
    ::execvpe(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content_of(output), content_of(errors)};
}

}  // namespace my_init::test
