#include "my_init/app/probe_output.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace my_init::app {
namespace {

constexpr std::size_t kKept = 1024;

std::string printable_last_line(std::string_view text) {
  text = text.substr(0, text.find_last_not_of("\r\n\t ") + 1);
  std::string line(text.substr(text.find_last_of('\n') + 1));
  std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');
  return line;
}

}  // namespace

ProbeOutput::~ProbeOutput() {
  for (auto& [service, output] : outputs_)
    if (output.pipe) loop_.remove(output.pipe.get());
}

Result<UniqueFd> ProbeOutput::open(std::uint32_t service) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure("make a pipe", errno);
  UniqueFd write_end(ends[1]);
  Output& output = outputs_[service];
  if (output.pipe) loop_.remove(output.pipe.get());  // of a child of the last probe that lives on
  output.pipe.reset(ends[0]);
  output.before = printable_last_line(output.end);
  output.end.clear();
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  const auto added = loop_.add(ends[0], EPOLLIN, [this, service](std::uint32_t) { read(service); });
  if (!added) return std::unexpected(added.error());
  return write_end;
}

void ProbeOutput::read(std::uint32_t service) {
  Output& output = outputs_.at(service);
  std::array<char, 4096> bytes;
  // A few reads a turn: a probe that never stops printing must not keep the loop busy.
  for (int reads = 0; output.pipe && reads < 4; ++reads) {
    const ssize_t size = ::read(output.pipe.get(), bytes.data(), bytes.size());
    if (size < 0) return;
    if (size == 0) {
      loop_.remove(output.pipe.get());
      output.pipe.reset();
      return;
    }
    output.end.append(bytes.data(), static_cast<std::size_t>(size));
    if (output.end.size() > kKept) output.end.erase(0, output.end.size() - kKept);
  }
}

void ProbeOutput::forget(std::uint32_t service) {
  const auto found = outputs_.find(service);
  if (found == outputs_.end()) return;
  if (found->second.pipe) loop_.remove(found->second.pipe.get());
  outputs_.erase(found);
}

std::string ProbeOutput::last_line(std::uint32_t service) {
  const auto found = outputs_.find(service);
  if (found == outputs_.end()) return {};
  read(service);
  const Output& output = found->second;
  std::string line = printable_last_line(output.end);
  return line.empty() && output.pipe ? output.before : line;
}

}  // namespace my_init::app
