# MY_INIT_VERSION: of a tag v1.2.3 it is 1.2.3; 4 commits after it 1.2.3+4.g0123abc; without git or a tag
# (a tarball, an image that is built from sources alone) it is the project's.
set(MY_INIT_VERSION ${PROJECT_VERSION})
execute_process(COMMAND git describe --tags --match "v[0-9]*" --abbrev=7
                WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(NOT failed AND described MATCHES "^v([0-9][0-9.]*)(-([0-9]+)-(g[0-9a-f]+))?$")
  set(MY_INIT_VERSION ${CMAKE_MATCH_1})
  if(CMAKE_MATCH_2)
    string(APPEND MY_INIT_VERSION "+${CMAKE_MATCH_3}.${CMAKE_MATCH_4}")
  endif()
endif()
