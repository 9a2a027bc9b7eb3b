// What the log thread does at the loop thread's word.

#include <algorithm>
#include <utility>

#include "my_init/log/log_loop.hpp"

namespace my_init::log {
namespace {

constexpr std::size_t kLastLines = 10;

}  // namespace

void LogLoop::do_command(const command::WriteOwn& command) {
  own_taken_ -= command.text.size();
  own_lines_.append(command.text);
  write_own();
}

void LogLoop::do_command(const command::WriteOwnWithLastLines& command) {
  const LogThread::OwnLine& line = command.line;
  own_taken_ -= line.content.size();
  std::vector<RingLine> last;
  std::string_view name;
  if (const auto service = services_.find(line.last_lines_of->service);
      service != services_.end()) {
    name = service->second->name();
    last = service->second->last_lines(line.last_lines_of->run, kLastLines);
  }
  std::string text =
      line_with_last_lines(command.style, {line.time, line.level, line.content}, {name, last});
  if (!grow_own(line.content.size(), text.size())) {
    text = whole_line(command.style, line.time, line.level, line.content);
  }
  own_lines_.append(text);
  write_own();
}

/// Whether a line may take more room than it had when it was queued.
bool LogLoop::grow_own(std::size_t from, std::size_t to) {
  const std::size_t more = to - std::min(from, to);
  const std::lock_guard lock(shared_->mutex);
  if (shared_->own_queued + shared_->own_waiting + more > kOwnCapacity) return false;
  shared_->own_waiting += more;
  return true;
}

void LogLoop::do_command(command::SetService& command) {
  std::shared_ptr<ServiceOutput>& service = services_[command.service];
  if (!service) {
    service = std::make_shared<ServiceOutput>(command.service, outlets_, std::move(command.kept));
  }
  service->configure(std::move(*command.output));
}

void LogLoop::do_command(const command::ForgetService& command) {
  services_.erase(command.service);  // its runs keep it
}

void LogLoop::do_command(command::OpenRun& command) {
  const auto service = services_.find(command.service);
  if (service == services_.end()) return;
  Run& run = runs_[command.run];
  run.id = command.run;
  run.service = service->second;
  run.out = {&run, Stream::out, RunStream(std::move(command.out))};
  run.err = {&run, Stream::err, RunStream(std::move(command.err))};
  watch(run.out);
  watch(run.err);
}

void LogLoop::do_command(const command::FinishRun& command) {
  const auto run = runs_.find(command.run);
  if (run == runs_.end()) return;
  run->second.finished = true;
  drain(run->second.out);
  drain(run->second.err);
  bound_left_pipes();
}

void LogLoop::do_command(const command::ReopenFiles& /*command*/) {
  for (const auto& [id, service] : services_) service->reopen_file();
}

void LogLoop::do_command(const command::FinishCompression& command) {
  const auto service = services_.find(command.service);
  if (service == services_.end()) return;
  service->second->finish_compression(command.outcome);
  if (auto rotated = service->second->take_rotated()) push_news(std::move(*rotated));
}

void LogLoop::do_command(const command::SetOwnStyle& command) {
  style_ = command.style;
  least_ = command.least;
}

}  // namespace my_init::log
