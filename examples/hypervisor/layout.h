/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * layout.h - the addresses of the virtual machine, and where in a guest's RAM its files go.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <hv/image.h>
#include <hv/types.h>

/* "mini-virt": the addresses of QEMU's virt machine. */
#define GUEST_GICD       HV_U64(0x08000000)
#define GUEST_GICD_BYTES HV_U64(0x00010000)
#define GUEST_GICR       HV_U64(0x080a0000)
#define GUEST_UART       HV_U64(0x09000000)
#define GUEST_UART_BYTES HV_U64(0x00001000)
#define GUEST_UART_SPI   1u
#define GUEST_RAM        HV_U64(0x40000000)

#define GUEST_DTB_BYTES HV_KIB(64) /* room for the guest's device tree */

/** Offsets from the base of the guest's RAM. */
struct layout {
	uint64_t kernel, entry;
	uint64_t initrd; /* meaningless without one */
	uint64_t dtb;
};

/**
 * layout_plan - place kernel, initrd and device tree.
 * Preferred as QEMU does it: initrd and tree well above the kernel (a raw binary does not tell how much room it needs behind it), each on a 2 MiB
 * boundary; tighter when the RAM is small. Return: false when there is no room.
 */
bool layout_plan(struct layout *layout, const struct hv_image *image, uint64_t initrd_bytes, uint64_t ram_bytes);

#endif /* LAYOUT_H */
