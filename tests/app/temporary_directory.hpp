#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "catch.hpp"

namespace my_init {

/// A directory for one test, removed with it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "my_init_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  /// The path of an entry.
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }

  /// Makes a file with exactly this content; the path.
  std::string write(std::string_view name, std::string_view content, mode_t mode = 0644) const {
    const std::string file = *this / name;
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    return file;
  }

  /// Makes a directory; the path.
  std::string make(std::string_view name) const {
    REQUIRE(std::filesystem::create_directory(path_ / name));
    return *this / name;
  }

  [[nodiscard]] std::string read(std::string_view name) const {
    std::ifstream file(*this / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  [[nodiscard]] bool has(std::string_view name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(path_ / name));
  }

 private:
  std::filesystem::path path_;
};

}  // namespace my_init
