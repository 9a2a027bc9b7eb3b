#pragma once

#include <string>
#include <string_view>

#include "my_init/protocol/answer.hpp"

namespace my_init::protocol {

/// Of metrics_text(), for an HTTP answer.
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// All services and the container in the text format of Prometheus, version 0.0.4. What is not
/// known of a service (its memory, its health) has no sample.
[[nodiscard]] std::string metrics_text(const answer::Services& answer);

}  // namespace my_init::protocol
