#include "my_init/core/graph.hpp"

#include <fmt/format.h>

#include "command.hpp"
#include "definitions.hpp"
#include "terminal.hpp"

namespace my_init::svctl {
namespace {

/// The services in the order of their starts, with what each waits for.
class Picture {
 public:
  explicit Picture(const config::Loaded& loaded) {
    for (const auto& service : loaded.services) specs_.push_back(service.spec);
    graph_ = core::Graph(specs_);
  }

  [[nodiscard]] std::string text() const {
    if (specs_.empty()) return "no services\n";
    std::string text;
    for (const ServiceId id : graph_.order()) {
      text += fmt::format("{}{}\n", spec(id).name, spec(id).enabled ? "" : " (disabled)");
      for (const core::Edge& edge : graph_.dependencies(id))
        text += fmt::format("  {}: {}{}\n", spec(edge.on).name,
                            core::condition_name(edge.condition), extras(edge));
    }
    return text;
  }

  /// Names have nothing in them that needs an escape within quotes.
  [[nodiscard]] std::string dot() const {
    std::string text = "digraph services {\n  rankdir=LR;\n  node [shape=box];\n";
    for (const ServiceId id : graph_.order()) {
      text += fmt::format("  \"{}\"{};\n", spec(id).name,
                          spec(id).enabled ? "" : " [color=gray, fontcolor=gray]");
    }
    for (const ServiceId id : graph_.order()) {
      for (const core::Edge& edge : graph_.dependencies(id))
        text += fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"{}];\n", spec(id).name,
                            spec(edge.on).name, label(edge), edge.required ? "" : ", style=dashed");
    }
    return text + "}\n";
  }

  /// Names may be words of Mermaid, so nodes have numbers.
  [[nodiscard]] std::string mermaid() const {
    std::string text = "graph LR\n";
    for (const ServiceId id : graph_.order()) {
      text += fmt::format("  s{}[\"{}{}\"]\n", core::index_of(id), spec(id).name,
                          spec(id).enabled ? "" : " (disabled)");
    }
    for (const ServiceId id : graph_.order()) {
      for (const core::Edge& edge : graph_.dependencies(id))
        text += fmt::format("  s{} {}|\"{}\"| s{}\n", core::index_of(id),
                            edge.required ? "-->" : "-.->", label(edge), core::index_of(edge.on));
    }
    return text;
  }

 private:
  [[nodiscard]] const core::ServiceSpec& spec(ServiceId id) const {
    return specs_[core::index_of(id)];
  }
  /// What is special about an edge, in words.
  [[nodiscard]] static std::string extras(const core::Edge& edge) {
    return fmt::format("{}{}", edge.required ? "" : ", not required",
                       edge.restart ? ", restarts with it" : "");
  }
  [[nodiscard]] static std::string label(const core::Edge& edge) {
    constexpr std::string_view kPrefix = "service_";
    return std::string(core::condition_name(edge.condition).substr(kPrefix.size())) + extras(edge);
  }

  std::vector<core::ServiceSpec> specs_;
  core::Graph graph_;
};

}  // namespace

void graph(const std::vector<std::string>& directories, const std::string& format) {
  const Picture picture(good_definitions(options_for(directories)));
  print(format == "dot" ? picture.dot() : format == "mermaid" ? picture.mermaid() : picture.text());
}

}  // namespace my_init::svctl
