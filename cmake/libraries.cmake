# The libraries that we use, as they are in Debian 12 and 13: ${fmt}, ${spdlog}, ${yaml_cpp}, Threads::Threads.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)

set(fmt fmt::fmt)
set(spdlog spdlog::spdlog_header_only)
set(yaml_cpp yaml-cpp)
if(TARGET yaml-cpp::yaml-cpp)  # version 0.8, Debian 13
  set(yaml_cpp yaml-cpp::yaml-cpp)
endif()

if(MY_INIT_STATIC)
  # Debian has fmt as headers or as a shared library, and yaml-cpp as both kinds of library, of which
  # its target means the shared one.
  set(fmt fmt::fmt-header-only)
  set_target_properties(${spdlog} PROPERTIES INTERFACE_LINK_LIBRARIES "${fmt};Threads::Threads")

  find_library(yaml_cpp_archive libyaml-cpp.a REQUIRED)
  get_target_property(configurations ${yaml_cpp} IMPORTED_CONFIGURATIONS)
  foreach(configuration IN LISTS configurations)
    set_target_properties(${yaml_cpp} PROPERTIES IMPORTED_LOCATION_${configuration} ${yaml_cpp_archive})
  endforeach()
endif()
