#pragma once

#include "my_init/app/status.hpp"
#include "my_init/log/own_log.hpp"

namespace my_init::app {

/// What svctl(1) shows, to the log, for who has only that (SIGUSR2). One line for each service:
/// "web: running, healthy, pid 17, restarts 0"; one for each stray: "stray: 23 (nginx) of web"; and
/// one for the container: "container: healthy". Loop thread.
void dump_status(log::OwnLog& log, const Status& status);

}  // namespace my_init::app
