/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * panic.c - the end, told in a way that helps: one line, registers, a stack trace; every CPU stopped; SYSTEM_RESET.
 */
#include "cpu.h"

#define MAX_FRAMES 32u

static uint32_t panicking;

/* Addresses as the ELF file has them: the image was linked at 0. */
static uint64_t image_offset(uint64_t pc)
{
	return pc - (uintptr_t)bm_image;
}

static bool on_stack(const struct bm_cpu *cpu, uint64_t fp)
{
	const struct bm_stack *s = &bm_stacks[cpu->index];
	uint64_t at = (uintptr_t)s->bytes;

	return fp >= at && fp - at <= BM_STACK_BYTES - 16 && !(fp & 7);
}

/* Frame records are {next fp, return address}; each must lie above the one before, so the walk ends. */
static void backtrace(const struct bm_cpu *cpu, uint64_t fp)
{
	uint64_t last = 0;
	uint32_t i;

	hv_bm_printf("libhv: stack (offsets in the image):");
	for (i = 0; i < MAX_FRAMES && on_stack(cpu, fp) && fp > last; i++) {
		const uint64_t *frame = (const uint64_t *)(uintptr_t)fp;

		if (frame[1] == 0) /* boot.S begins the chain with zeroes */
			break;
		hv_bm_printf(" 0x%lx", image_offset(frame[1]));
		last = fp;
		fp = frame[0];
	}
	hv_bm_printf("\n");
}

/* The first CPU that gets here speaks for all; the others, and a panic inside a panic, park. */
static void begin(void)
{
	if (__atomic_exchange_n(&panicking, 1, __ATOMIC_ACQ_REL))
		bm_park();
	if (bm_cpus[0].has_gic)
		bm_gic_send_sgi_others(BM_SGI_STOP);
	bm_console_break_lock();
}

void hv_bm_panic(const char *text)
{
	begin();
	hv_bm_printf("libhv: panic: %s (cpu%u)\n", text, hv_bm_cpu_index());
	backtrace(bm_this_cpu(), (uintptr_t)__builtin_frame_address(0));
	hv_bm_reset();
}

void hv_bm_bug(void)
{
	hv_bm_panic("an invariant of the hypervisor does not hold");
}

static const char *trap_name(uint32_t trap)
{
	switch (trap) {
	case BM_TRAP_SYNC:
		return "synchronous exception";
	case BM_TRAP_IRQ:
		return "unexpected IRQ";
	case BM_TRAP_FIQ:
		return "unexpected FIQ";
	default:
		return "SError";
	}
}

void bm_panic_trap(uint32_t trap, const uint64_t *regs, uint64_t esr, uint64_t elr, uint64_t far)
{
	uint32_t i;

	begin();
	hv_bm_printf("libhv: panic: %s at EL2 (cpu%u): ESR 0x%lx ELR 0x%lx FAR 0x%lx, image at 0x%lx\n",
		     trap_name(trap), hv_bm_cpu_index(), esr, elr, far, (uint64_t)(uintptr_t)bm_image);
	for (i = 0; i < 32; i++)
		hv_bm_printf("%s%s%u %016lx",
			     i % 4 ? " "
			     : i   ? "\nlibhv: "
				   : "libhv: ",
			     i == 31 ? "sp/" : "x", i, regs[i]);
	hv_bm_printf("\nlibhv: at 0x%lx, from 0x%lx\n", image_offset(elr), image_offset(regs[30]));
	backtrace(bm_this_cpu(), regs[29]);
	hv_bm_reset();
}
