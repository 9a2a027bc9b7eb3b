#include "my_init/base/exit_status.hpp"

#include <fmt/format.h>

#include "my_init/base/signal_name.hpp"

namespace my_init {

std::string ExitStatus::describe() const {
  switch (kind) {
    case Kind::exited:
      return fmt::format("exited with status {}", value);
    case Kind::signaled:
      return "was killed by " + signal_name(value);
  }
  return {};
}

}  // namespace my_init
