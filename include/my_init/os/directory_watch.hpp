#pragma once

#include <set>
#include <span>
#include <string>
#include <utility>

#include "my_init/base/result.hpp"
#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

/// Tells that names have come into directories or have gone: inotify(7).
class DirectoryWatch {
 public:
  /// Fails with the errno of inotify_init1(2): EMFILE also where the user has too many of them.
  [[nodiscard]] static Result<DirectoryWatch> create();

  /// Readable when there is news.
  [[nodiscard]] int fd() const { return fd_.get(); }

  /// Watches these directories, and no others any more. One that is not there is left out; the
  /// error is about the first that cannot be watched for another reason.
  [[nodiscard]] Result<void> set(std::span<const std::string> directories);

  /// Clears the news.
  void take() const;

 private:
  explicit DirectoryWatch(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
  std::set<int> watched_;  ///< numbers of the kernel's watches
};

}  // namespace my_init::os
