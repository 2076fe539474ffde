# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# Compile flags, in one place. hv_warnings: everything we own. hv_freestanding: what the core is always built with.

option(HV_BAREMETAL "Build for EL2 bare metal (set by the toolchain file)" OFF)
option(HV_WERROR "Treat warnings as errors" ON)
option(HV_SANITIZE "Address and undefined-behaviour sanitizers (host)" OFF)
option(HV_COVERAGE "Branch coverage instrumentation (host, gcc)" OFF)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

add_library(hv_warnings INTERFACE)
target_compile_options(hv_warnings INTERFACE
	-Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wimplicit-fallthrough -Wswitch-enum
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla
	$<$<BOOL:${HV_WERROR}>:-Werror>)

# -mgeneral-regs-only, -mno-outline-atomics, -mstrict-align: see docs/architecture.md, "Compile flags are a contract".
add_library(hv_freestanding INTERFACE)
target_compile_options(hv_freestanding INTERFACE -ffreestanding -fno-common)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "aarch64")
	target_compile_options(hv_freestanding INTERFACE
		-mgeneral-regs-only -mno-outline-atomics -mstrict-align -fno-stack-protector
		-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-pic -fno-pie -fno-jump-tables)
endif()

if(HV_SANITIZE)
	add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
	add_link_options(-fsanitize=address,undefined)
endif()
if(HV_COVERAGE)
	add_compile_options(--coverage -O0)
	add_link_options(--coverage)
endif()
