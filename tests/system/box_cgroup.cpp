#include "box_cgroup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../src/os/cgroup_paths.hpp"

namespace my_init::test {
namespace {

namespace fs = std::filesystem;

std::string content(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Nobody lives there any more.
void remove_tree(const fs::path& cgroup) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{cgroup, ignored}) {
    if (entry.is_directory()) remove_tree(entry.path());
  }
  ::rmdir(cgroup.c_str());
}

}  // namespace

std::optional<BoxCgroup> BoxCgroup::make() {
  static int made = 0;
  const auto ours = os::cgroup_path(content("/proc/self/cgroup"));
  const auto name = "/my_init_test." + std::to_string(::getpid()) + '.' + std::to_string(++made);
  for (const auto& directory : os::cgroup_directories(content("/proc/self/mountinfo"), ours)) {
    auto path = directory + name;
    if (::mkdir(path.c_str(), 0755) != 0) continue;
    UniqueFd fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return BoxCgroup{std::move(path), std::move(fd)};
  }
  return {};
}

BoxCgroup::~BoxCgroup() {
  if (fd_) remove_tree(path_);
}

std::vector<std::string> BoxCgroup::below() const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{path_, ignored}) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  return names;
}

std::string BoxCgroup::text(const std::string& file) const {
  return content(path_ + '/' + file);
}

void BoxCgroup::write(const std::string& file, const std::string& text) const {
  std::ofstream{path_ + '/' + file} << text;
}

}  // namespace my_init::test
