/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hostile.c - a guest that does what guests should not: every vCPU goes through the attacks at once, then the first one reports. The
 * hypervisor passes when the line "hostile: PASS" comes out and the machine powers off: it is alive, and each answer was architectural.
 *
 *	scripts/demo --kernel .../hostile.bin --cpus 4
 */
#include <stdbool.h>
#include <stdint.h>

#define MAX_CPUS 8u
#define UART     0x09000000ul
#define GICD     0x08000000ul
#define GICR     0x080a0000ul
#define HOLE     0x0b000000ul
#define RAM      0x40000000ul

#define PSCI_CPU_ON        0xc4000003ul
#define PSCI_AFFINITY_INFO 0xc4000004ul
#define PSCI_SYSTEM_OFF    0x84000008ul
#define PSCI_VERSION       0x84000000ul
#define EC_DABT            0x25u
#define EC_IABT            0x21u

/* What a system register access may end in: UNDEFINED, a trap by MSR class, or the SVE and SME traps of CPACR_EL1. */
#define SYSREG_CLASSES (1ul | 1ul << 0x18 | 1ul << 0x19 | 1ul << 0x1d)

/* start.S knows the first fields. */
struct cpu {
	volatile uint64_t count, esr, far, elr, recover, sp;
	volatile uint64_t done, unused;
};

struct cpu cpus[MAX_CPUS];
uint8_t stacks[MAX_CPUS][16384] __attribute__((aligned(16)));
static uint32_t code[MAX_CPUS][64] __attribute__((aligned(256)));
static uint64_t table[MAX_CPUS][512] __attribute__((aligned(4096)));
static volatile uint32_t failures;
static volatile uint32_t uart_lock;

typedef void access_fn(uint64_t address);
extern access_fn ldp_x, stp_x, ldr_post, str_pre, ldr_q, str_q, ldp_q, ld4, ldxr_w, stxr_w, ldxp_x, ldar_w, stlr_w,
	swp_w, cas_w, dc_zva, dc_civac, dc_ivac, ic_ivau, ldrsb_x, ldrsw_x, ldr_xzr, prfm_, ldtr_x, ldr_w, str_w, ldr_x,
	str_x, dc_isw, dc_csw, dc_cisw, at_s1e1r, branch;
uint64_t run_word(volatile uint32_t *word, uint64_t x0);
void call_with_recovery(uint64_t target, uint64_t arg);
void bad_eret(uint64_t spsr);
void secondary_start(void);
void guest_main(uint64_t index);

static struct cpu *me(void)
{
	struct cpu *c;

	__asm__ volatile("mrs %0, tpidr_el1" : "=r"(c));
	return c;
}

static uint64_t smccc(uint64_t conduit, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	register uint64_t x0 __asm__("x0") = a;
	register uint64_t x1 __asm__("x1") = b;
	register uint64_t x2 __asm__("x2") = c;
	register uint64_t x3 __asm__("x3") = d;

	if (conduit)
		__asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	else
		__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	return x0;
}

static void put(const char *s)
{
	for (; *s; s++)
		*(volatile uint32_t *)UART = (uint8_t)*s;
}

static void put_hex(uint64_t v)
{
	int shift;

	for (shift = 60; shift >= 0; shift -= 4)
		*(volatile uint32_t *)UART = (uint8_t) "0123456789abcdef"[(v >> shift) & 15];
}

static void fail(const char *what, uint64_t v)
{
	while (__atomic_exchange_n(&uart_lock, 1, __ATOMIC_ACQUIRE))
		;
	put("hostile: FAIL: ");
	put(what);
	put(" ");
	put_hex(v);
	put(" esr ");
	put_hex(me()->esr);
	put("\r\n");
	failures++;
	__atomic_store_n(&uart_lock, 0, __ATOMIC_RELEASE);
}

static uint32_t ec(void)
{
	return (uint32_t)(me()->esr >> 26) & 0x3f;
}

/* Runs @f on @address; did it cause exactly one exception of class @want? */
static void must_abort(access_fn *f, uint64_t address, uint32_t want, const char *what)
{
	uint64_t before = me()->count;

	call_with_recovery((uintptr_t)f, address);
	if (me()->count != before + 1 || ec() != want)
		fail(what, address);
}

static void may_do(access_fn *f, uint64_t address)
{
	call_with_recovery((uintptr_t)f, address);
}

/* ---- the attacks ----------------------------------------------------------------------------------------- */

static access_fn *const forms[] = { ldp_x,    stp_x,   ldr_post, str_pre, ldr_q,   str_q,   ldp_q, ld4,
				    ldxr_w,   stxr_w,  ldxp_x,   ldar_w,  stlr_w,  swp_w,   cas_w, dc_zva,
				    dc_civac, dc_ivac, ic_ivau,  ldrsb_x, ldrsw_x, ldr_xzr, prfm_, ldtr_x,
				    ldr_w,    str_w,   ldr_x,    str_x,   at_s1e1r };

/* No answer is wrong but a dead hypervisor; a hole must be seen as one by ordinary accesses. */
static void odd_accesses(void)
{
	static const uint64_t at[] = { HOLE,
				       HOLE + 1,
				       HOLE + 0xffc,
				       UART,
				       UART + 0x18,
				       UART + 0xffc,
				       UART + 0xffe,
				       UART + 0x1000,
				       GICD,
				       GICD + 0xfffc,
				       GICD + 0x10000,
				       GICR + 0x10100,
				       GICR + 0x1000000,
				       0,
				       8,
				       0x3ffffff8,
				       RAM + (1ul << 34),
				       1ul << 36,
				       (1ul << 40) - 8,
				       1ul << 40,
				       1ul << 44,
				       1ul << 47,
				       1ul << 52,
				       ~7ul };
	uint32_t f, a;

	for (a = 0; a < sizeof(at) / sizeof(at[0]); a++)
		for (f = 0; f < sizeof(forms) / sizeof(forms[0]); f++)
			may_do(forms[f], at[a]);
	must_abort(ldr_w, HOLE, EC_DABT, "read of a hole");
	must_abort(str_w, HOLE, EC_DABT, "write to a hole");
	must_abort(ldr_x, RAM + (1ul << 34), EC_DABT, "read above RAM");
	if (me()->far != RAM + (1ul << 34))
		fail("FAR of an abort", me()->far);
	must_abort(branch, HOLE, EC_IABT, "branch to a hole");
	must_abort(branch, UART, EC_IABT, "branch to the UART");
	must_abort(branch, GICD, EC_IABT, "branch to the distributor");
}

/* Accesses without a syndrome that a device answers: the UART's flags are 0x90, what follows them reads as zero. */
static void emulated_accesses(void)
{
	uint64_t before = me()->count, a, b, base = UART + 0x18;

	__asm__ volatile("ldp %w0, %w1, [%2]" : "=&r"(a), "=&r"(b) : "r"(base));
	if ((a & 0xfe) != 0x90 || b != 0)
		fail("LDP of the UART", a);
	__asm__ volatile("ldr %w0, [%1], #8" : "=&r"(a), "+r"(base));
	if ((a & 0xfe) != 0x90 || base != UART + 0x20)
		fail("LDR with write-back", a);
	base = UART + 0x18;
	__asm__ volatile(".arch_extension fp\n\tldr s0, [%1]\n\tfmov %w0, s0" : "=r"(a) : "r"(base) : "memory");
	if ((a & 0xfe) != 0x90)
		fail("SIMD load of the UART", a);
	__asm__ volatile("fmov s1, %w0\n\tstr s1, [%1]\n\tldr %w0, [%1]" : "+r"(a) : "r"(UART + 0x24) : "memory");
	if ((a & 0xfe) != 0x90)
		fail("SIMD store to the UART", a);
	if (me()->count != before)
		fail("emulated accesses abort", me()->count - before);
}

/* Second-level tables in a hole, in the UART, in the distributor, beyond the address space; a block that leads there. */
static void odd_tables(uint64_t index)
{
	static const uint64_t places[] = { HOLE, UART, GICD, GICR, 1ul << 39, 1ul << 40, 0xfffffffff000ul };
	uint64_t sctlr, *t = table[index];
	uint32_t i;

	__asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
	t[1] = 0x40000000ul | 0x401; /* our own code stays where it is: 1 GiB of Device memory, executable */
	__asm__ volatile("msr ttbr0_el1, %0; msr tcr_el1, %1; msr mair_el1, xzr; isb; tlbi vmalle1; dsb ish; isb"
			 :
			 : "r"(t), "r"(25ul | 1ul << 23 | 5ul << 32));
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		t[0] = places[i] | 3;
		t[2] = (places[i] & ~0x3ffffffful) | 0x401;
		__asm__ volatile("dsb ish; msr sctlr_el1, %0; isb" : : "r"(sctlr | 1));
		may_do(ldr_w, 0x1000);
		__asm__ volatile("msr sctlr_el1, %0; isb" : : "r"(sctlr | 1));
		may_do(branch, 0x1000);
		__asm__ volatile("msr sctlr_el1, %0; isb" : : "r"(sctlr | 1));
		may_do(str_w, 0x80001000ul + (places[i] & 0x3ffff000ul));
		__asm__ volatile("msr sctlr_el1, %0; isb" : : "r"(sctlr | 1));
		may_do(at_s1e1r, 0x1000);
		__asm__ volatile("msr sctlr_el1, %0; isb; tlbi vmalle1; dsb ish; isb" : : "r"(sctlr));
	}
}

/* Every system register of op0 2 and 3: read it; write back what was read, or 0. */
static void all_system_registers(uint64_t index)
{
	volatile uint32_t *w = code[index];
	uint32_t key;

	for (key = 0; key < 32768; key++) {
		uint32_t mrs = 0xd5300000u | key << 5;
		uint64_t before = me()->count, value;

		w[0] = mrs;
		w[1] = 0xd65f03c0;
		__asm__ volatile("dsb ish; ic iallu; dsb ish; isb");
		value = run_word(w, 0);
		if (me()->count != before)
			value = 0;
		/* Not our own footing: SCTLR, TTBRs, TCR, VBAR, TPIDR_EL1, SP, ELR, SPSR, DAIF and what TLBI-like writes could do. */
		if ((key >> 14) == 1 && ((key >> 11) & 7) == 0 && ((key >> 7) & 15) <= 5)
			continue;
		if (key == (0xd518c000u >> 5 & 0x7fff) || key == (0xd518d080u >> 5 & 0x7fff))
			continue;
		w[0] = mrs & ~(1u << 21);
		__asm__ volatile("dsb ish; ic iallu; dsb ish; isb");
		run_word(w, value);
		if (me()->count != before && !(SYSREG_CLASSES & 1ul << ec()))
			fail("system register", key);
	}
}

/* Every byte offset of the frames at every width, reading; and every word written with ones and zeroes. */
static void all_gic_registers(uint64_t index)
{
	uint64_t base[2] = { GICD, GICR + index * 0x20000 }, off;
	uint32_t f;

	for (f = 0; f < 2; f++) {
		uint64_t bytes = f ? 0x20000 : 0x10000;

		for (off = 0; off < bytes; off += 4) {
			may_do(ldr_w, base[f] + off);
			may_do(ldrsb_x, base[f] + off + 1);
			if (off % 8 == 0)
				may_do(ldr_x, base[f] + off);
		}
		for (off = 0; off < bytes; off += 4) {
			volatile uint32_t *p = (volatile uint32_t *)(base[f] + off);
			uint32_t old = *p;

			*p = ~0u;
			*p = 0;
			*p = old;
		}
	}
}

static void calls(uint64_t index)
{
	uint64_t seed = index * 77 + 1, r;
	uint32_t i;

	for (i = 0; i < 20000; i++) {
		seed = seed * 6364136223846793005ul + 1442695040888963407ul;
		/* Any function but those that end this vCPU or the machine. */
		r = smccc(i & 1, (seed >> 32) | 0x80000000ul, seed, ~seed, i);
		if ((seed >> 32 & 0x7fff0000) && (uint32_t)(seed >> 56) != 0x84 && (uint32_t)(seed >> 56) != 0xc4)
			continue;
		(void)r;
	}
	if ((int64_t)smccc(0, 0x8400ffff, 0, 0, 0) != -1 || (int64_t)smccc(1, 0xdeadbeef, 0, 0, 0) != -1)
		fail("unknown call", 0);
	if ((int64_t)smccc(0, PSCI_CPU_ON, index, RAM, 0) != -4)
		fail("CPU_ON of oneself", 0);
	if ((int64_t)smccc(0, PSCI_CPU_ON, 0x80000000ul | index, RAM, 0) != -2)
		fail("CPU_ON with bit 31", 0);
	if ((int64_t)smccc(0, PSCI_CPU_ON, 0xff00ff00ff00fful, RAM, 0) != -2)
		fail("CPU_ON of nobody", 0);
	if ((int64_t)smccc(0, PSCI_AFFINITY_INFO, 12345, 0, 0) != -2)
		fail("AFFINITY_INFO of nobody", 0);
	if (smccc(0, PSCI_VERSION, 0, 0, 0) < 0x10000)
		fail("PSCI_VERSION", 0);
}

static void others(void)
{
	uint32_t i;

	for (i = 0; i < 4096; i++) {
		may_do(dc_isw, i << 6);
		may_do(dc_csw, i << 6);
		may_do(dc_cisw, i << 6 | 2);
	}
	/* EL2h, EL3h, AArch32, reserved modes, with PSTATE.IL. */
	for (i = 0; i < 32; i++)
		call_with_recovery((uintptr_t)bad_eret, 0x3c0 | i);
	call_with_recovery((uintptr_t)bad_eret, 0x1003c5);
	/* SGIs to oneself and everyone, masked. */
	for (i = 0; i < 5000; i++)
		__asm__ volatile("msr S3_0_C12_C11_5, %0"
				 :
				 : "r"(((uint64_t)(i & 15) << 24) | (i & 1 ? 1ul << 40 : 0xfffful)));
	/* A timer that fires all the time, then one that never does. */
	__asm__ volatile("msr cntv_cval_el0, xzr; msr cntv_ctl_el0, %0; isb" : : "r"(1ul));
	for (i = 0; i < 10000; i++)
		__asm__ volatile("isb");
	__asm__ volatile("msr cntv_cval_el0, %0; isb; msr cntv_ctl_el0, xzr" : : "r"(~0ul));
	__asm__ volatile("msr cntp_cval_el0, xzr; msr cntp_ctl_el0, %0; isb; msr cntp_ctl_el0, xzr" : : "r"(1ul));
}

static void storm(uint64_t index)
{
	odd_accesses();
	odd_tables(index);
	calls(index);
	others();
	all_system_registers(index);
	all_gic_registers(index);
	odd_accesses();
}

void guest_main(uint64_t index)
{
	uint64_t i, nr = 1;

	if (index == 0) {
		emulated_accesses(); /* while nobody else writes to the UART's registers */
		for (i = 1; i < MAX_CPUS; i++)
			if (smccc(0, PSCI_CPU_ON, i, (uintptr_t)secondary_start, i) == 0)
				nr++;
	}
	storm(index);
	__atomic_store_n(&me()->done, 1, __ATOMIC_RELEASE);
	if (index != 0)
		return;
	for (i = 0; i < nr; i++)
		while (!__atomic_load_n(&cpus[i].done, __ATOMIC_ACQUIRE))
			;
	put(failures ? "hostile: FAILED, vCPUs " : "hostile: PASS, vCPUs ");
	put_hex(nr);
	put("\r\n");
	smccc(0, PSCI_SYSTEM_OFF, 0, 0, 0);
}
