# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# hv_install_library(target export_name pc_name backend_include description): a library as a CMake target
# (libhv::export_name) and as a pkg-config module.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/libhv/include/hv DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/libhv)
install(FILES ${CMAKE_CURRENT_SOURCE_DIR}/libhv/sources.txt DESTINATION ${CMAKE_INSTALL_DATADIR}/libhv)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/LICENSES DESTINATION ${CMAKE_INSTALL_DATADIR}/libhv)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/libhvConfig.cmake.in ${CMAKE_BINARY_DIR}/libhvConfig.cmake
	INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/libhv)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/libhvConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/libhvConfig.cmake ${CMAKE_BINARY_DIR}/libhvConfigVersion.cmake
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/libhv)

set(HV_INSTALL_DIR ${CMAKE_CURRENT_LIST_DIR})
function(hv_install_library target export_name pc_name backend_include description)
	set_target_properties(${target} PROPERTIES EXPORT_NAME ${export_name})
	add_library(libhv::${export_name} ALIAS ${target})
	install(TARGETS ${target} EXPORT libhv_${export_name} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
	install(EXPORT libhv_${export_name} NAMESPACE libhv:: FILE libhv_${export_name}.cmake
		DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/libhv)
	install(DIRECTORY ${backend_include}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/lib${target})

	get_target_property(archive ${target} OUTPUT_NAME)
	if(NOT archive)
		set(archive ${target})
	endif()
	file(RELATIVE_PATH relative_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
	configure_file(${HV_INSTALL_DIR}/libhv.pc.in ${CMAKE_BINARY_DIR}/${pc_name}.pc @ONLY)
	install(FILES ${CMAKE_BINARY_DIR}/${pc_name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
