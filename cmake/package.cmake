# cpack in the build directory makes a .deb: the static binary, so it depends on nothing.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME my-init)
set(CPACK_PACKAGE_VERSION ${MY_INIT_VERSION})
set(CPACK_PACKAGE_CONTACT "The authors of my_init")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "init for containers that supervises services")
set(CPACK_PACKAGE_DESCRIPTION
"The first process of a container. It runs start-up scripts, starts services in
 the order of their dependencies, restarts what crashes, reaps every orphan, and
 takes everything down in reverse order.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PROJECT_SOURCE_DIR}/cmake/package/preinst ${PROJECT_SOURCE_DIR}/cmake/package/postrm)
if(CMAKE_CROSSCOMPILING)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${MY_INIT_DEBIAN_ARCHITECTURE})
endif()
include(CPack)
