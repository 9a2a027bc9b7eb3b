#pragma once

#include "my_init/base/unique_fd.hpp"

namespace my_init::os {

/// Opens descriptors 0, 1 and 2 on /dev/null (or on nothing that ever answers) where they are
/// closed, so that no file that is opened later becomes somebody's standard output. Call first of
/// all.
void ensure_standard_streams();

/// A descriptor at end of file, for the standard input of services: /dev/null, or the read end of a
/// pipe without a writer where there is no /dev. Close-on-exec.
[[nodiscard]] UniqueFd open_empty_input();

/// Lets every user open /dev/stdout and /dev/stderr: the runtime makes our pipes (or terminal) for
/// root alone, and a service with `user:` would be refused. Does nothing to files and sockets.
void share_output_streams();

}  // namespace my_init::os
