#include "my_init/app/compressions.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "my_init/base/result.hpp"

namespace my_init::app {
namespace {

constexpr const char* kProgram = "gzip";

/// It has time; the services have not.
constexpr int kNice = 10;

/// The core counts its runs from 1: it will never come here.
constexpr std::uint64_t kFirstRun = std::uint64_t{1} << 63U;

}  // namespace

void Compressions::start(log::Rotated rotated) {
  const RunId run{kFirstRun + started_++};
  const char* const search_path = ::getenv("PATH");
  Work& work = works_[run];
  work.service = rotated.service;
  work.candidates = os::executable_candidates(kProgram, search_path == nullptr ? "" : search_path);
  work.plan.arguments = {kProgram, "-c", nullptr};
  work.plan.environment = {nullptr};
  for (const std::string& path : work.candidates) work.plan.candidates.push_back(path.c_str());
  work.plan.candidates.push_back(nullptr);
  work.plan.standard_input = rotated.from.get();
  work.plan.standard_output = rotated.to.get();
  work.plan.nice = kNice;
  auto spawned = children_.spawn(work.plan, run);
  if (spawned) {
    work.exec_pipe = std::move(spawned->exec_pipe);
    return;
  }
  works_.erase(run);
  fail(rotated.service, spawned.error().message);
}

bool Compressions::take_exit(const os::ChildExit& exit) {
  const auto found = works_.find(exit.run);
  if (found == works_.end()) return false;
  const Work work = std::move(found->second);
  works_.erase(found);
  children_.forget(exit.run);
  os::SpawnFailure failure;
  if (::read(work.exec_pipe.get(), &failure, sizeof failure) == sizeof failure) {
    fail(work.service, fmt::format("{} '{}': {}", os::describe(failure, work.plan), kProgram,
                                   errno_text(failure.number)));
  } else if (exit.status != ExitStatus::exited(0)) {
    fail(work.service, fmt::format("{} {}", kProgram, exit.status.describe()));
  } else {
    thread_.finish_compression(work.service, log::LogThread::Compression::succeeded);
  }
  return true;
}

/// Told once: what is wrong most likely stays so, and files may be rotated many times a second.
void Compressions::fail(log::LoggedService service, const std::string& why) {
  thread_.finish_compression(service, log::LogThread::Compression::failed);
  if (std::exchange(last_failure_, why) == why) return;
  log_.write(LogLevel::warning, "compression_failed",
             fmt::format("cannot compress rotated log files: {}", why));
}

}  // namespace my_init::app
