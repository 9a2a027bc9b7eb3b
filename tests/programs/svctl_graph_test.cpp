#include "catch.hpp"
#include "run.hpp"

namespace my_init::test {
namespace {

/// web waits for db and, softly, for a job; nothing waits for the last.
void write_services(const Directory& here) {
  here.write("db.yaml", "command: db\n");
  here.write("end.yaml", "command: last\nenabled: false\n");
  here.write("job.yaml", "command: job\ntype: oneshot\n");
  here.write("web.yaml",
             "command: web\n"
             "depends_on:\n"
             "  db: {condition: service_healthy, restart: true}\n"
             "  job: {condition: service_completed_successfully, required: false}\n");
}

}  // namespace

TEST_CASE("svctl graph shows services in the order of their starts", "[svctl][graph]") {
  const Directory here;
  write_services(here);
  const Ended ended = here.svctl({"graph", "--services-dir", "."});
  CHECK(ended.code == 0);
  CHECK(ended.output ==
        "db\n"
        "end (disabled)\n"
        "job\n"
        "web\n"
        "  db: service_healthy, restarts with it\n"
        "  job: service_completed_successfully, not required\n");
}

TEST_CASE("svctl graph writes dot, soft edges dashed", "[svctl][graph]") {
  const Directory here;
  write_services(here);
  CHECK(here.svctl({"graph", "--format", "dot", "--services-dir", "."}).output ==
        "digraph services {\n"
        "  rankdir=LR;\n"
        "  node [shape=box];\n"
        "  \"db\";\n"
        "  \"end\" [color=gray, fontcolor=gray];\n"
        "  \"job\";\n"
        "  \"web\";\n"
        "  \"web\" -> \"db\" [label=\"healthy, restarts with it\"];\n"
        "  \"web\" -> \"job\" [label=\"completed_successfully, not required\", style=dashed];\n"
        "}\n");
}

TEST_CASE("svctl graph writes mermaid, soft edges dotted", "[svctl][graph]") {
  const Directory here;
  write_services(here);
  CHECK(here.svctl({"graph", "--format", "mermaid", "--services-dir", "."}).output ==
        "graph LR\n"
        "  s0[\"db\"]\n"
        "  s1[\"end (disabled)\"]\n"
        "  s2[\"job\"]\n"
        "  s3[\"web\"]\n"
        "  s3 -->|\"healthy, restarts with it\"| s0\n"
        "  s3 -.->|\"completed_successfully, not required\"| s2\n");
}

TEST_CASE("svctl graph refuses another format and wrong definitions", "[svctl][graph]") {
  const Directory here;
  here.write("a.yaml", "command: a\ndepends_on: [b]\n");
  here.write("b.yaml", "command: b\ndepends_on: [a]\n");
  CHECK(here.svctl({"graph", "--format", "png"}).code == 64);
  const Ended cycle = here.svctl({"graph", "--services-dir", "."});
  CHECK(cycle.code == 78);
  CHECK(cycle.output.empty());
  CHECK(cycle.errors.contains("a -> b -> a"));
}

}  // namespace my_init::test
