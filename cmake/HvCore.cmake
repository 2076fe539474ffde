# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# hv_add_core(target backend_include): the core of libhv/sources.txt as a static library for one backend.

set(HV_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
set_property(DIRECTORY ${HV_ROOT} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${HV_ROOT}/libhv/sources.txt)
file(STRINGS ${HV_ROOT}/libhv/sources.txt HV_CORE_NAMES REGEX "^[^#]")
list(TRANSFORM HV_CORE_NAMES PREPEND ${HV_ROOT}/libhv/src/ OUTPUT_VARIABLE HV_CORE_SOURCES)

# The switches of hv/config.h; the library and everything that links it see the same values.
set(HV_CONFIG_S2_4K_ONLY 0 CACHE STRING "Stage 2 with the 4 KiB granule only (0 or 1)")
set(HV_CONFIG_MAX_VCPUS 512 CACHE STRING "Most vCPUs of one VM, a multiple of 64")

function(hv_add_core target backend_include)
	add_library(${target} STATIC ${HV_CORE_SOURCES})
	target_include_directories(${target} PUBLIC
		$<BUILD_INTERFACE:${HV_ROOT}/libhv/include>
		$<BUILD_INTERFACE:${backend_include}>
		$<INSTALL_INTERFACE:include/libhv>
		$<INSTALL_INTERFACE:include/lib${target}>)
	target_compile_definitions(${target} PUBLIC
		HV_CONFIG_S2_4K_ONLY=${HV_CONFIG_S2_4K_ONLY} HV_CONFIG_MAX_VCPUS=${HV_CONFIG_MAX_VCPUS})
	target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:hv_warnings> $<BUILD_INTERFACE:hv_freestanding>)
endfunction()
