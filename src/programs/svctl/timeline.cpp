#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>

#include "boot.hpp"
#include "boot_picture.hpp"
#include "command.hpp"
#include "connection.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

std::string milliseconds(std::int64_t time) {
  return time < 0 ? "-" : fmt::format("{} ms", time);
}

std::string table_of(const Boot& boot) {
  Table table({"", "NAME", "STARTED", "READY", "TOOK", "WAITED FOR"});
  for (const BootRow& row : boot.rows) {
    const bool is_done = row.ready_ms >= 0 && row.started_ms >= 0;
    table.add({row.is_critical ? "*" : "", row.name, milliseconds(row.started_ms),
               milliseconds(row.ready_ms),
               is_done ? milliseconds(row.ready_ms - row.started_ms) : "-", row.waited_for});
  }
  return table.text() +
         (boot.critical_chain.empty() ? "" : "* the chain that the boot had to wait for\n");
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

void write_file(const std::string& path, const std::string& text) {
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "we"));
  const bool is_written = file &&
                          std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() &&
                          std::fflush(file.get()) == 0;
  if (!is_written)
    throw Stop{Outcome::failed, fmt::format("cannot write '{}': {}", path, errno_text(errno))};
}

}  // namespace

/// The first start of each service since my_init began, in the order of the starts.
void timeline(const Common& common, const std::string& picture) {
  Connection connection(common, protocol::request::Status{});
  const Boot boot = boot_of(connection.get<protocol::answer::Services>().services);
  if (picture.empty()) {
    print(table_of(boot));
  } else if (picture == "-") {
    print(boot_picture(boot));
  } else {
    write_file(picture, boot_picture(boot));
  }
}

}  // namespace my_init::svctl
