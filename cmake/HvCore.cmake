# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# hv_add_core(target backend_include): the core of libhv/sources.txt as a static library for one backend.

set(HV_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
set_property(DIRECTORY ${HV_ROOT} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${HV_ROOT}/libhv/sources.txt)
file(STRINGS ${HV_ROOT}/libhv/sources.txt HV_CORE_NAMES REGEX "^[^#]")
list(TRANSFORM HV_CORE_NAMES PREPEND ${HV_ROOT}/libhv/src/ OUTPUT_VARIABLE HV_CORE_SOURCES)

function(hv_add_core target backend_include)
	add_library(${target} STATIC ${HV_CORE_SOURCES})
	target_include_directories(${target} PUBLIC ${HV_ROOT}/libhv/include ${backend_include})
	target_link_libraries(${target} PRIVATE hv_warnings hv_freestanding)
endfunction()
