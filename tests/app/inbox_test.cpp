#include "my_init/app/inbox.hpp"

#include "catch.hpp"

using namespace my_init;
using namespace my_init::app;

TEST_CASE("what an action has made true comes before what waits", "[app][inbox]") {
  Inbox inbox;
  CHECK_FALSE(inbox.take_first());
  inbox.push(core::event::TimeAdvanced{});
  inbox.push_first(core::event::DaemonFound{{RunId{1}, {}}});
  inbox.push_first(core::event::DaemonFound{{RunId{2}, {}}});
  const auto run = [](const std::optional<core::Event>& event) {
    return std::get<core::event::DaemonFound>(event.value()).ref.run;
  };
  CHECK(run(inbox.take_first()) == RunId{1});
  CHECK_FALSE(inbox.empty());
  CHECK(run(inbox.take_first()) == RunId{2});
  CHECK_FALSE(inbox.take_first());
  CHECK(inbox.take().size() == 1);
  CHECK(inbox.empty());
}
