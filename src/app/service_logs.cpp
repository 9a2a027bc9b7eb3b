#include "my_init/app/service_logs.hpp"

#include <unistd.h>

#include <utility>

namespace my_init::app {
namespace {

log::LoggedService logged(std::uint32_t service) {
  return log::LoggedService{service};
}

}  // namespace

void ServiceLogs::use_services() {
  for (std::uint32_t service = 0; service < programs_.services.size(); ++service)
    use_service(service);
}

void ServiceLogs::use_service(std::uint32_t service) {
  if (!reads(service)) {
    forget_service(service);
    return;
  }
  const config::Execution& execution = programs_.services[service];
  thread_.set_service(logged(service), {.name = programs_.service_names[service],
                                        .driver = execution.output_driver,
                                        .settings = *execution.output,
                                        .ready_pattern = execution.details->ready.pattern});
  read_.insert(service);
}

void ServiceLogs::forget_service(std::uint32_t service) {
  if (read_.erase(service) > 0) thread_.forget_service(logged(service));
}

Result<std::optional<log::RunPipes>> ServiceLogs::open(core::RunRef run) {
  const std::uint32_t service = run.subject.index;
  if (!reads(service)) return std::nullopt;
  const auto& identity = programs_.services[service].identity;
  const uid_t uid = identity ? identity->account.uid : ::geteuid();
  const gid_t gid = identity ? identity->account.gid : ::getegid();
  auto pipes = thread_.open_run(logged(service), run.run, uid, gid);
  if (!pipes) return std::unexpected(pipes.error());
  return std::move(*pipes);
}

void ServiceLogs::finish(core::RunRef run) {
  if (core::is_of_service(run.subject.kind) && reads(run.subject.index))
    thread_.finish_run(run.run);
}

}  // namespace my_init::app
