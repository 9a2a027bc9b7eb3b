#include "my_init/config/field_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "my_init/config/scalars.hpp"
#include "my_init/config/service_keys.hpp"

namespace my_init::config {

void read_fields(std::string_view key, const Node& map, std::span<const NamedField> fields,
                 Reading& reading) {
  if (!expect_map(key, map, reading.report())) return;
  for (const Entry& entry : map.entries) {
    const auto field = std::ranges::find(fields, entry.key->text, &NamedField::name);
    if (field == fields.end()) {
      std::vector<std::string_view> names;
      for (const NamedField& known : fields) names.push_back(known.name);
      unknown_key(*entry.key, names, reading.report());
    } else if (entry.value->kind == NodeKind::null) {
      reading.report().error(entry.key->place, fmt::format("'{}' has no value", field->name));
    } else {
      field->read(field->name, *entry.value, reading);
    }
  }
}

}  // namespace my_init::config
