# Compile options of all of our code: my_init_compile. Warnings are errors.
include(CheckCXXCompilerFlag)

add_library(my_init_compile INTERFACE)
foreach(flag
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
    -Woverloaded-virtual -Wnull-dereference -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wcast-qual
    -Wformat=2 -Wimplicit-fallthrough -Wextra-semi -Wswitch-enum)
  # g++ 12 sees null pointers in its own library once a sanitizer's hooks are in between.
  if(MY_INIT_SANITIZE AND flag STREQUAL "-Wnull-dereference")
    continue()
  endif()
  string(MAKE_C_IDENTIFIER "has${flag}" variable)
  check_cxx_compiler_flag(${flag} ${variable})
  if(${variable})
    target_compile_options(my_init_compile INTERFACE ${flag})
  endif()
endforeach()
# Our structs have a default for every member, so naming only some of them is meant.
target_compile_options(my_init_compile INTERFACE -Werror -Wno-missing-field-initializers)

if(MY_INIT_SANITIZE)
  add_compile_options(-fsanitize=${MY_INIT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MY_INIT_SANITIZE})
endif()
if(MY_INIT_STATIC)
  add_compile_options(-fno-pie -ffunction-sections -fdata-sections)
endif()
