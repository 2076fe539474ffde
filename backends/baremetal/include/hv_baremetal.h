/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_baremetal.h - what an application at EL2 gets from this backend.
 *
 * The backend boots the CPU it was started on, switches the EL2 MMU on and calls hv_bm_main() of the application. From there
 * on everything is a call: nothing runs behind the application's back, because EL2 code runs with interrupts masked.
 *
 *	hv_bm_main(boot)
 *	  hv_bm_console_init, hv_bm_psci_init, hv_bm_gic_init      what the machine is, from the device tree or from elsewhere
 *	  hv_bm_map                                          RAM and devices that the application touches
 *	  hv_bm_cpu_on                                       one call per secondary CPU
 *	  hv_bm_load(vcpu) { hv_vcpu_prepare, hv_bm_enter, hv_vcpu_finish, ... } hv_bm_put(vcpu)
 *
 * examples/minimal is the shortest user, examples/hypervisor the complete one.
 */
#ifndef HV_BAREMETAL_H
#define HV_BAREMETAL_H

#include <hv/exit.h>
#include <hv/s2.h>
#include <hv/sysreg.h>
#include <hv/vcpu.h>

/* Most CPUs of one machine; stacks are static. Further CPUs stay off. */
#define HV_BM_MAX_CPUS 64u

/* ---- boot ------------------------------------------------------------------------------------------------ */

/** What the backend knows when the application starts. */
struct hv_bm_boot {
	const void *dtb;    /* host device tree, mapped read-only; NULL when x0 held none */
	uint64_t dtb_bytes; /* its totalsize */
	hv_pa_t image;      /* first byte of the hypervisor in RAM, with bss and stacks */
	uint64_t image_bytes;
	uint64_t uart; /* PL011 found by the early scan, 0 if none */
	bool psci_smc; /* the early scan found PSCI with method "smc" */
};

/** hv_bm_main - supplied by the application; runs on the boot CPU, must not return. */
void hv_bm_main(const struct hv_bm_boot *boot) __attribute__((noreturn));

/* ---- memory ---------------------------------------------------------------------------------------------- */

/** What an EL2 mapping is for. Never executable. */
enum hv_bm_map { HV_BM_MAP_RAM, HV_BM_MAP_RAM_RO, HV_BM_MAP_DEVICE };

/**
 * hv_bm_map - map [base, base + size) at its own address, rounded outwards to 4 KiB. Boot CPU only, before hv_bm_cpu_on.
 * What is mapped already stays as it is (the image keeps its W^X and guard pages).
 * Return: HV_OK, HV_ERANGE (beyond the physical address size, or wrapping), HV_ENOMEM (out of table pages).
 */
enum hv_err hv_bm_map(uint64_t base, uint64_t size, enum hv_bm_map kind) HV_MUST_CHECK;

/**
 * hv_bm_copy - copy @bytes, fast: for kernels and initrds. Uses the FP and SIMD registers, so no vCPU may be loaded on this CPU.
 * The ranges must not overlap.
 */
void hv_bm_copy(void *to, const void *from, uint64_t bytes);

/** hv_bm_icache_inval_all - forget all instructions in the caches of all CPUs: for more than a few pages, sooner done than by address. */
void hv_bm_icache_inval_all(void);

/* ---- console and end ------------------------------------------------------------------------------------- */

/** hv_bm_console_init - use the PL011 at @base (it is mapped here) for all output. Return: as hv_bm_map. */
enum hv_err hv_bm_console_init(uint64_t base) HV_MUST_CHECK;

/**
 * hv_bm_console_input - unmask the receive interrupt of the console's UART, after hv_bm_irq_enable() of its SPI. Then read with
 * hv_bm_getc() until it returns -1, now and at each interrupt: only the step from empty to not empty is sure to interrupt.
 */
void hv_bm_console_input(void);

/** hv_bm_console_pause - mask (or unmask) the receive interrupt while there is no room: the sender then waits, and nothing is lost. */
void hv_bm_console_pause(bool pause);

/** hv_bm_putc, hv_bm_getc - one raw character; getc returns -1 when none waits. No lock. */
void hv_bm_putc(char c);
int hv_bm_getc(void);

/**
 * hv_bm_printf - %s %c %u %x %% with the flags 0, width and l (64 bits), %p for addresses. One call is one locked piece of output; a
 * newline becomes CR LF.
 */
void hv_bm_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** The lock that hv_bm_printf() takes, for a series of hv_bm_putc(). */
void hv_bm_console_lock(void);
void hv_bm_console_unlock(void);

/** hv_bm_psci_init - SMC calls PSCI in the firmware; without it hv_bm_cpu_on() fails and the ends below just park. */
void hv_bm_psci_init(void);

/** hv_bm_power_off, hv_bm_reset - PSCI SYSTEM_OFF, SYSTEM_RESET; park the CPU when the firmware does not do it. */
void hv_bm_power_off(void) __attribute__((noreturn));
void hv_bm_reset(void) __attribute__((noreturn));

/** hv_bm_panic - "libhv: panic: <text>", a stack trace, all CPUs stopped, SYSTEM_RESET. */
void hv_bm_panic(const char *text) __attribute__((noreturn, cold));

/* ---- CPUs ------------------------------------------------------------------------------------------------ */

/** Errata and mitigations, chosen by MIDR_EL1 and by what the firmware reports. */
#define HV_BM_ERRATUM_834220         HV_ERRATUM_834220 /* Cortex-A57: HPFAR unreliable */
#define HV_BM_ERRATUM_SPECULATIVE_AT 0x100u            /* A55 1530923, A57 1319537, A72 1319367, A76 1165522 */
#define HV_BM_ERRATUM_REPEAT_TLBI    0x200u            /* CVE-2025-10263 and older: TLBI and DSB twice */
#define HV_BM_MITIGATE_WA1           0x1000u           /* Spectre-v2: SMCCC_ARCH_WORKAROUND_1 on exit */
#define HV_BM_MITIGATE_WA3           0x2000u           /* Spectre-BHB: SMCCC_ARCH_WORKAROUND_3 on exit */
#define HV_BM_MITIGATE_WA2           0x4000u           /* SSBD: switched on once by SMCCC_ARCH_WORKAROUND_2 */

/** hv_bm_cpu_index - 0 on the boot CPU, else what hv_bm_cpu_on() was given. */
uint32_t hv_bm_cpu_index(void);

/** hv_bm_mpidr - affinity bits of this CPU: Aff3 in 39:32, Aff2..0 in 23:0. */
uint64_t hv_bm_mpidr(void);

/** hv_bm_errata - HV_BM_ERRATUM_* | HV_BM_MITIGATE_* of this CPU; the bits hv_exit_decode() knows are the same. */
uint32_t hv_bm_errata(void);

/** hv_bm_errata_force - switch entries on or off for all CPUs started afterwards and for this one (benches, tests). */
void hv_bm_errata_force(uint32_t on, uint32_t off);

/** hv_bm_cpu_report - one line on the console: part, features that matter, errata and mitigations. */
void hv_bm_cpu_report(void);

/**
 * hv_bm_cpu_on - start CPU @mpidr by PSCI and run @entry(@index) there.
 * @index: 1..HV_BM_MAX_CPUS-1, each once
 * @mpidr: affinity bits only; bit 31 must be clear
 * Waits until the CPU has switched its MMU on. Return: HV_OK, HV_EINVAL, HV_ENODEV (the firmware refused, or the CPU did not come up in
 * ten seconds).
 */
enum hv_err hv_bm_cpu_on(uint32_t index, uint64_t mpidr, void (*entry)(uint32_t index)) HV_MUST_CHECK;

/** hv_bm_kick - interrupt CPU @index: it leaves the guest or hv_bm_wait(). Any CPU, any time after it came up. */
void hv_bm_kick(uint32_t index);

/** hv_bm_kick_set - raise @req (HV_REQ_*) on the vCPUs in @set, interrupt the CPUs of those that need it, empty the set. */
void hv_bm_kick_set(struct hv_vm *vm, uint32_t req, struct hv_vcpu_set *set);

/** hv_bm_idregs - the ID registers of this CPU. */
void hv_bm_idregs(struct hv_idregs *regs);

/** hv_bm_hw_random - a number from the CPU's generator (FEAT_RNG), 0 where there is none or it has nothing to give. */
uint64_t hv_bm_hw_random(void);

/* ---- interrupts ------------------------------------------------------------------------------------------ */

#define HV_BM_MAX_GICR 8u

struct hv_bm_gic {
	uint64_t gicd, gicd_bytes;
	struct {
		uint64_t base, bytes;
	} gicr[HV_BM_MAX_GICR];
	uint32_t nr_gicr;
	uint64_t gicr_stride; /* 0: as GICR_TYPER says */
};

#define HV_BM_IRQ_NONE   1023u
#define HV_BM_IRQ_VTIMER 27u

/**
 * hv_bm_gic_init - the physical GICv3: distributor, this CPU's redistributor, CPU interface. EOImode 1, so that an interrupt linked to a virtual
 * one stays active until the guest ends it. Return: as hv_bm_map; HV_ENODEV when it is not a GICv3 or no redistributor has this CPU's affinity.
 */
enum hv_err hv_bm_gic_init(const struct hv_bm_gic *gic) HV_MUST_CHECK;

/** hv_bm_irq_enable - level SPI @intid to this CPU. Return: HV_OK, HV_EINVAL. */
enum hv_err hv_bm_irq_enable(uint32_t intid) HV_MUST_CHECK;

/**
 * hv_bm_irq_take - acknowledge the next physical interrupt and drop its priority.
 * Kicks, maintenance and the EL2 timer are dealt with inside and not returned. The virtual timer (27) is returned and stays
 * active until the guest deactivates it through its list register; anything else must be given to hv_bm_irq_done().
 * Return: INTID, or HV_BM_IRQ_NONE.
 */
uint32_t hv_bm_irq_take(void);

/** hv_bm_irq_done - deactivate: after hv_bm_irq_take(), and for every member of struct hv_vgic_deactivate. */
void hv_bm_irq_done(uint32_t intid);

/** hv_bm_ppi_done - deactivate @intid (16..31) of CPU @index, which may be another one. */
void hv_bm_ppi_done(uint32_t index, uint32_t intid);

/* ---- vCPUs ----------------------------------------------------------------------------------------------- */

/** hv_bm_now - the virtual counter; CNTVOFF_EL2 is 0, so it is the physical one too. */
uint64_t hv_bm_now(void);

/**
 * hv_bm_load, hv_bm_put - hv_vcpu_load/put with the registers: EL1, virtual timer, GIC virtual interface, VTTBR, HCR.
 * Between the two hv_el1_get/set act on the CPU.
 */
void hv_bm_load(struct hv_vcpu *vcpu);
void hv_bm_put(struct hv_vcpu *vcpu);

/**
 * hv_bm_enter - enter the loaded vCPU and return at its next exit.
 * @deadline: counter value at which it must come back (HV_TIMER_NEVER: none)
 * @raw: the exit, captured once; PAR where HPFAR_EL2 cannot be used
 * Call after hv_vcpu_prepare() said HV_ENTRY_GO; loads vcpu->ich. May be called again before hv_bm_leave().
 */
void hv_bm_enter(struct hv_vcpu *vcpu, uint64_t deadline, struct hv_exit_raw *raw);

/** hv_bm_leave - read back what hv_vcpu_finish() wants: list registers, virtual timer. Call it next. */
void hv_bm_leave(struct hv_vcpu *vcpu, const struct hv_exit_raw *raw);

/** The access of an exit that is nothing special, see hv_bm_plain_access(). */
struct hv_bm_access {
	uint64_t ipa;
	uint8_t bytes; /* 1, 2, 4, 8 */
	uint8_t srt;   /* register, 31 is xzr */
	bool is_write;
};

/**
 * hv_bm_plain_access - is @raw a load or store of one register, from AArch64 EL1 in little-endian, without sign extension,
 * on memory that is not mapped?
 *
 * For an embedder that answers the busiest device before hv_bm_leave(): perform the access, write the register (zero-extended), hv_bm_skip(),
 * and call hv_bm_enter() again. To everyone else the vCPU was in the guest all the time; a kick that came meanwhile is
 * a pending interrupt and ends the next run at once. Everything else, and all doubt, goes through hv_exit_decode().
 */
bool hv_bm_plain_access(const struct hv_vcpu *vcpu, const struct hv_exit_raw *raw, struct hv_bm_access *access);

/** hv_bm_skip - step over the 32-bit instruction of a plain access. */
HV_INLINE void hv_bm_skip(struct hv_vcpu *vcpu)
{
	vcpu->regs.pc += 4;
}

/** hv_bm_wait - after HV_ENTRY_BLOCK, or with nothing to do: sleep until an interrupt is pending or @deadline has come. */
void hv_bm_wait(uint64_t deadline);

/**
 * hv_bm_fp_save, hv_bm_fp_load - v0..v31 of the loaded vCPU to memory and back, 64 words, low half first: what hv_vcpu.v must hold while a
 * SIMD access to a device is emulated.
 */
void hv_bm_fp_save(uint64_t *v);
void hv_bm_fp_load(const uint64_t *v);

/** hv_bm_fp_reset - zero the FP and SIMD registers, which guests own; done for every vCPU that starts. */
void hv_bm_fp_reset(void);

#endif /* HV_BAREMETAL_H */
