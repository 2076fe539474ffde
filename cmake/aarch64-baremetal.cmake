# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later
# Toolchain: Debian's aarch64-linux-gnu cross compiler, used freestanding.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_ASM_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_OBJCOPY aarch64-linux-gnu-objcopy)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(HV_BAREMETAL ON CACHE BOOL "" FORCE)
