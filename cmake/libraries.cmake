# The libraries that we use, as they are in Debian 12 and 13: ${fmt}, ${spdlog}, ${yaml_cpp}, ${absl_time},
# ${cli11}, ${cap}, nlohmann_json::nlohmann_json, Boost::headers, Threads::Threads.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(absl REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_library(cap cap REQUIRED)
find_package(Boost 1.74 REQUIRED CONFIG)  # CONFIG: CMake 3.30 warns about its own search

set(fmt fmt::fmt)
set(spdlog spdlog::spdlog_header_only)
set(absl_time absl::time)
set(cli11 CLI11::CLI11)
set(yaml_cpp yaml-cpp)
if(TARGET yaml-cpp::yaml-cpp)  # version 0.8, Debian 13
  set(yaml_cpp yaml-cpp::yaml-cpp)
endif()

if(MY_INIT_STATIC)
  # Debian has fmt as headers or as a shared library, and yaml-cpp and Abseil as both kinds of library,
  # of which their targets mean the shared one.
  set(fmt fmt::fmt-header-only)
  find_library(cap_archive libcap.a REQUIRED)
  set(cap ${cap_archive})
  set_target_properties(${spdlog} PROPERTIES INTERFACE_LINK_LIBRARIES "${fmt};Threads::Threads")

  # use_archive(TARGET): TARGET and all that it links are the archives beside the shared libraries.
  function(use_archive target)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL SHARED_LIBRARY)
      get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
      foreach(configuration IN LISTS configurations)
        get_target_property(library ${target} IMPORTED_LOCATION_${configuration})
        string(REGEX REPLACE "\\.so[.0-9]*$" ".a" archive ${library})
        set_target_properties(${target} PROPERTIES IMPORTED_LOCATION_${configuration} ${archive})
      endforeach()
    endif()
    get_target_property(others ${target} INTERFACE_LINK_LIBRARIES)
    foreach(other IN LISTS others)
      if(TARGET ${other})
        use_archive(${other})
      endif()
    endforeach()
  endfunction()
  use_archive(${yaml_cpp})
  use_archive(${absl_time})

  # getaddrinfo makes the linker warn that it loads NSS modules. Ours never does (src/app/probe.cpp), so
  # libc's object is linked without that warning; those of getpwnam and its kind still warn, rightly.
  set(getaddrinfo ${PROJECT_BINARY_DIR}/getaddrinfo.o)
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libc.a
                  OUTPUT_VARIABLE libc OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_AR} p ${libc} getaddrinfo.o
                  OUTPUT_FILE ${getaddrinfo} COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_OBJCOPY} --remove-section=.gnu.warning.getaddrinfo ${getaddrinfo}
                  COMMAND_ERROR_IS_FATAL ANY)
endif()
