# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# hv_dev: the emulated devices of libhv/sources-dev.txt. Values in, values out: they need no backend.
set_property(DIRECTORY ${HV_ROOT} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${HV_ROOT}/libhv/sources-dev.txt)
file(STRINGS ${HV_ROOT}/libhv/sources-dev.txt HV_DEV_NAMES REGEX "^[^#]")
list(TRANSFORM HV_DEV_NAMES PREPEND ${HV_ROOT}/libhv/src/ OUTPUT_VARIABLE HV_DEV_SOURCES)

add_library(hv_dev STATIC ${HV_DEV_SOURCES})
target_include_directories(hv_dev PUBLIC ${HV_ROOT}/libhv/include)
target_link_libraries(hv_dev PRIVATE hv_warnings hv_freestanding)
