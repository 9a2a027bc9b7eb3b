# The page of `svctl serve` (src/programs/svctl/page) as a string in the program: ${status_page}.
set(page_directory ${PROJECT_SOURCE_DIR}/src/programs/svctl/page)
set(status_page ${PROJECT_BINARY_DIR}/status_page.cpp)
foreach(part style.css script.js index.html)
  file(READ ${page_directory}/${part} ${part})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page_directory}/${part})
endforeach()
string(CONFIGURE "${index.html}" page @ONLY)
file(CONFIGURE OUTPUT ${status_page} @ONLY CONTENT
[[// Made of src/programs/svctl/page when it is built: change it there.
#include "svctl/status_page.hpp"

namespace my_init::svctl {

std::string_view status_page() {
  return R"page(@page@)page";
}

}  // namespace my_init::svctl
]])
