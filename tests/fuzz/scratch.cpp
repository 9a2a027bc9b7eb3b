#include "scratch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "my_init/base/unique_fd.hpp"
#include "targets.hpp"

namespace my_init::fuzz {

Scratch::Scratch() {
  const char* const memory = "/dev/shm";
  const auto parent = ::access(memory, W_OK) == 0 ? std::filesystem::path(memory)
                                                  : std::filesystem::temp_directory_path();
  std::string pattern = (parent / "my_init_fuzz.XXXXXX").string();
  require(::mkdtemp(pattern.data()) != nullptr, "a directory can be made");
  path_ = pattern + '/';
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Scratch::write(const std::string& name, std::string_view text) const {
  const UniqueFd file(
      ::open((path_ + name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  require(
      file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()),
      "a file can be written");
}

}  // namespace my_init::fuzz
