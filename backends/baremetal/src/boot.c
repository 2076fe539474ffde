/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * boot.c - the boot CPU's way from boot.S to the application.
 */
#include "cpu.h"
#include "fdt_scan.h"

struct bm_cpu bm_cpus[HV_BM_MAX_CPUS];
struct bm_stack bm_stacks[HV_BM_MAX_CPUS] __attribute__((section(".stacks"), aligned(BM_PAGE)));
bool bm_has_psci;

static struct bm_fdt_scan early;

#define PSCI_SYSTEM_RESET 0x84000009u
#define HCR_E2H           HV_BIT(34)

static void early_puts(const char *s)
{
	for (; early.uart && *s; s++)
		hv_bm_putc(*s);
}

/* Ends the machine the way the tree says. EL2 has no one above it to take an HVC. */
static void early_reset(bool at_el2)
{
	register uint64_t x0 __asm__("x0") = PSCI_SYSTEM_RESET;

	if (early.conduit == BM_CONDUIT_SMC)
		__asm__ volatile("smc #0" : "+r"(x0) : : "memory");
	else if (early.conduit == BM_CONDUIT_HVC && !at_el2)
		__asm__ volatile("hvc #0" : "+r"(x0) : : "memory");
}

/* A machine the backend cannot run on. Where nothing ends it, the CPU parks. */
static void __attribute__((noreturn)) refuse(const char *why, bool at_el2)
{
	early_puts("libhv: error: ");
	early_puts(why);
	early_puts("\r\n");
	early_reset(at_el2);
	bm_park();
}

static void init_cpu(struct bm_cpu *cpu, uint32_t index, uint64_t mpidr)
{
	cpu->index = index;
	cpu->mpidr = mpidr;
	cpu->sp = (uintptr_t)&bm_stacks[index].bytes[BM_STACK_BYTES];
	cpu->panic_sp = (uintptr_t)&bm_stacks[index].panic_bytes[BM_PAGE];
	cpu->hp_deadline = HV_TIMER_NEVER;
}

/* MMU off, no TPIDR_EL2 yet. Comes back only where everything after can work. */
void bm_boot_mmu_off(const void *dtb, uint32_t el)
{
	bm_fdt_scan(dtb, &early);
	bm_console_early(early.uart);
	if (el == 3)
		early.conduit = BM_CONDUIT_NONE; /* an SMC would come back to this very level */
	if (el != 2)
		refuse(el == 1 ? "started at EL1: this hypervisor needs EL2 (QEMU: -M virt,virtualization=on)"
			       : "started at EL3: this hypervisor needs EL2 (QEMU: -M virt,secure=off)",
		       false);
	bm_write(hcr_el2, 0);
	bm_isb();
	if (bm_read(hcr_el2) & HCR_E2H)
		refuse("this CPU has HCR_EL2.E2H fixed to 1, which is not supported", true);
	bm_dcache_flush_at_boot();
	init_cpu(&bm_cpus[0], 0, bm_read(mpidr_el1) & (HV_MASK(39, 32) | HV_MASK(23, 0)));
	bm_mmu_build(&bm_cpus[0]);
}

void bm_boot_mmu_on(const void *dtb)
{
	struct hv_bm_boot boot = { 0 };

	bm_el2_init(&bm_cpus[0]);
	bm_cpus[0].online = 1;
	if (early.totalsize && !hv_bm_map((uintptr_t)dtb, early.totalsize, HV_BM_MAP_RAM_RO)) {
		boot.dtb = dtb;
		boot.dtb_bytes = early.totalsize;
	}
	boot.image = hv_pa((uintptr_t)bm_image);
	boot.image_bytes = (uint64_t)(bm_image_end - bm_image);
	boot.uart = early.uart;
	boot.psci_smc = early.conduit == BM_CONDUIT_SMC;
	hv_bm_main(&boot);
}

uint32_t hv_bm_cpu_index(void)
{
	return bm_this_cpu()->index;
}

uint64_t hv_bm_mpidr(void)
{
	return bm_this_cpu()->mpidr;
}

/* ---- secondary CPUs -------------------------------------------------------------------------------------- */

#define PSCI_CPU_ON    0xc4000003u
#define CPU_ON_SECONDS 10u /* an emulator's thread may be long in coming */

/* A CPU that PSCI started gets its area in x0 and reads it with its caches off: cleaned to memory first. */
enum hv_err hv_bm_cpu_on(uint32_t index, uint64_t mpidr, void (*entry)(uint32_t index))
{
	struct bm_cpu *cpu;
	uint64_t until;

	if (index == 0 || index >= HV_BM_MAX_CPUS || (mpidr & ~(HV_MASK(39, 32) | HV_MASK(23, 0))))
		return HV_EINVAL;
	cpu = &bm_cpus[index];
	if (!bm_has_psci || cpu->online)
		return cpu->online ? HV_EINVAL : HV_ENODEV;
	init_cpu(cpu, index, mpidr);
	cpu->ttbr = bm_cpus[0].ttbr;
	cpu->tcr = bm_cpus[0].tcr;
	cpu->mair = bm_cpus[0].mair;
	cpu->sctlr = bm_cpus[0].sctlr;
	cpu->entry = entry;
	bm_dcache_clean_poc(cpu, sizeof(*cpu));
	if (bm_smccc(PSCI_CPU_ON, mpidr, (uintptr_t)bm_secondary_start, (uintptr_t)cpu) != 0)
		return HV_ENODEV;
	until = hv_bm_now() + CPU_ON_SECONDS * bm_read(cntfrq_el0);
	while (!__atomic_load_n(&cpu->online, __ATOMIC_ACQUIRE))
		if (hv_bm_now() > until)
			return HV_ENODEV;
	return HV_OK;
}

void bm_secondary_mmu_on(struct bm_cpu *cpu)
{
	bm_write(hcr_el2, 0);
	bm_isb();
	if (bm_read(hcr_el2) & HCR_E2H)
		bm_park();
	bm_el2_init(cpu);
	if (bm_cpus[0].has_gic && bm_gic_init_cpu(cpu))
		bm_park();
	__atomic_store_n(&cpu->online, 1, __ATOMIC_RELEASE);
	cpu->entry(cpu->index);
	bm_park();
}

/* ---- the end --------------------------------------------------------------------------------------------- */

#define PSCI_SYSTEM_OFF 0x84000008u

void hv_bm_psci_init(void)
{
	bm_has_psci = true;
	bm_errata_init(bm_this_cpu()); /* now the firmware can be asked about mitigations */
}

void hv_bm_power_off(void)
{
	if (bm_has_psci)
		bm_smccc(PSCI_SYSTEM_OFF, 0, 0, 0);
	bm_park();
}

void hv_bm_reset(void)
{
	if (bm_has_psci)
		bm_smccc(PSCI_SYSTEM_RESET, 0, 0, 0);
	bm_park();
}
