#include <fmt/format.h>

#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"

namespace my_init::svctl {

void environment(const Common& common, const std::string& name) {
  Connection connection(common, protocol::request::Environment{name});
  Table table({"FROM", "VARIABLE"});
  for (const auto& variable : connection.get<protocol::answer::Variables>().variables)
    table.add({variable.origin, fmt::format("{}={}", variable.name, variable.value)},
              {Colour::dim});
  print(table.text());
}

}  // namespace my_init::svctl
