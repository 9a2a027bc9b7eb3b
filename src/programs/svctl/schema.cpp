#include "my_init/config/schema.hpp"

#include "command.hpp"
#include "terminal.hpp"

namespace my_init::svctl {

void schema() {
  print(config::json_schema());
}

}  // namespace my_init::svctl
