# my_init_layer(NAME [LAYER...]): the library my_init_NAME from src/NAME, which may use the LAYERs.
# Files are found by name: a header include/my_init/NAME/x.hpp has its source in src/NAME/x.cpp and
# its test in tests/NAME/x_test.cpp.
function(my_init_layer name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  if(NOT sources)  # a layer that is not written yet
    file(WRITE ${PROJECT_BINARY_DIR}/empty_${name}.cpp "")
    set(sources ${PROJECT_BINARY_DIR}/empty_${name}.cpp)
  endif()
  add_library(my_init_${name} STATIC ${sources})
  target_include_directories(my_init_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(my_init_${name} PRIVATE my_init_compile)
  foreach(used IN LISTS ARGN)
    target_link_libraries(my_init_${name} PUBLIC my_init_${used})
  endforeach()
endfunction()
