#include "my_init/core/phase.hpp"

namespace my_init::core {

std::string_view phase_name(Phase phase) {
  switch (phase) {
    case Phase::waiting:
      return "waiting";
    case Phase::starting:
      return "starting";
    case Phase::running:
      return "running";
    case Phase::stopping:
      return "stopping";
    case Phase::backoff:
      return "backoff";
    case Phase::stopped:
      return "stopped";
    case Phase::completed:
      return "completed";
    case Phase::failed:
      return "failed";
    case Phase::skipped:
      return "skipped";
    case Phase::disabled:
      return "disabled";
    case Phase::removed:
      return "removed";
  }
  return "unknown";
}

std::string_view health_name(Health health) {
  switch (health) {
    case Health::none:
      return "none";
    case Health::starting:
      return "starting";
    case Health::healthy:
      return "healthy";
    case Health::unhealthy:
      return "unhealthy";
  }
  return "unknown";
}

bool is_live(Phase phase) {
  switch (phase) {
    case Phase::starting:
    case Phase::running:
    case Phase::stopping:
      return true;
    case Phase::waiting:
    case Phase::backoff:
    case Phase::stopped:
    case Phase::completed:
    case Phase::failed:
    case Phase::skipped:
    case Phase::disabled:
    case Phase::removed:
      return false;
  }
  return false;
}

bool has_ended_for_good(Phase phase) {
  switch (phase) {
    case Phase::completed:
    case Phase::failed:
    case Phase::skipped:
    case Phase::disabled:
    case Phase::removed:
      return true;
    case Phase::waiting:
    case Phase::starting:
    case Phase::running:
    case Phase::stopping:
    case Phase::backoff:
    case Phase::stopped:
      return false;
  }
  return false;
}

std::string_view stage_name(Stage stage) {
  switch (stage) {
    case Stage::startup:
      return "startup";
    case Stage::loading:
      return "loading";
    case Stage::running:
      return "running";
    case Stage::pre_shutdown:
      return "pre_shutdown";
    case Stage::stopping_main:
      return "stopping_main";
    case Stage::stopping_services:
      return "stopping_services";
    case Stage::post_shutdown:
      return "post_shutdown";
    case Stage::killing:
      return "killing";
    case Stage::finished:
      return "finished";
  }
  return "unknown";
}

}  // namespace my_init::core
