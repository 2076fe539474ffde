/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic.c - vGIC benches. 988 edge SPIs over 32 priorities, all group 1, enabled, routed to vCPU 0 unless said otherwise.
 *
 * One exit and entry is what the run loop of the core does: fold, then fill where hv_vgic_needs_fill() says so. What a backend moves
 * between the image and the ICH registers is not executed but counted (ich_rd, ich_wr), by the rules of hv/vgic.h. The guest's own
 * part, acknowledging and ending interrupts, happens while counting is paused.
 */
#include "harness/bench.h"

#include <hv/vgic.h>

const char bench_area[] = "vgic";

#define NR_SPIS   988u
#define FIRST_SPI 32u
#define NR_OPS    1000u
#define ALL       0xffffffffu

#define LR_STATE   HV_MASK(63, 62)
#define LR_PENDING HV_BIT(62)
#define LR_ACTIVE  HV_BIT(63)
#define VMCR       0xf8000002u /* priority mask open, group 1 enabled, EOImode 0 */

#define GICD_CTLR      0x0000u
#define GICD_TYPER     0x0004u
#define GICD_IIDR      0x0008u
#define GICD_IGROUPR   0x0080u
#define GICD_ISENABLER 0x0100u
#define GICD_ICENABLER 0x0180u
#define GICD_ISPENDR   0x0200u
#define GICD_ICPENDR   0x0280u
#define GICD_ISACTIVER 0x0300u
#define GICD_ICACTIVER 0x0380u
#define GICD_PRIORITYR 0x0400u
#define GICD_ICFGR     0x0c00u
#define GICD_IROUTER   0x6000u
#define GICR_TYPER     0x00008u
#define GICR_WAKER     0x00014u
#define GICR_SGI(reg)  (0x10000u + (reg))

/* Packed into the argument of a bench: vCPUs, list registers, number of interrupts, or of a register. */
#define ARG(vcpus, lrs, n) ((uint64_t)(vcpus) << 48 | (uint64_t)(lrs) << 32 | (uint64_t)(n))
#define ARG_VCPUS(arg)     ((uint32_t)((arg) >> 48))
#define ARG_LRS(arg)       ((uint32_t)((arg) >> 32 & 0xffff))
#define ARG_N(arg)         ((uint32_t)(arg))

static struct hv_vgic vgic;
static struct hv_ich ich;
static struct hv_vcpu_set kick;
static struct hv_vgic_deactivate deactivate;
static uint64_t nr_ended;
static uint64_t answer;

#ifdef HV_BENCH_HOOKS
static uint32_t loaded; /* list registers that hold something */
static uint32_t loaded_hcr;
#endif

/* ---- what a backend does --------------------------------------------------------------------------------- */

#ifdef HV_BENCH_HOOKS
static uint32_t bits_set(uint32_t bits)
{
	uint32_t nr = 0;

	for (; bits; bits &= bits - 1)
		nr++;
	return nr;
}
#endif

static void count_entry(void)
{
#ifdef HV_BENCH_HOOKS
	bench_hooks.ich_wr += bits_set(ich.used | loaded) + (ich.hcr != loaded_hcr);
	loaded = ich.used;
	loaded_hcr = ich.hcr;
#endif
}

static void count_exit(void)
{
#ifdef HV_BENCH_HOOKS
	if (!ich.used && ich.hcr == HV_ICH_HCR_EN)
		return;
	bench_hooks.ich_rd += bits_set(ich.used) + 2; /* HCR, VMCR */
	bench_hooks.ich_wr++;
	loaded_hcr = 0;
#endif
}

static void count_kicks(void)
{
#ifdef HV_BENCH_HOOKS
	while (hv_vcpu_set_pop(&kick) >= 0)
		bench_hooks.ipi++;
#endif
}

static void enter(void)
{
	if (hv_vgic_needs_fill(&vgic, 0, &ich))
		hv_vgic_fill(&vgic, 0, &ich);
	count_entry();
}

static void leave(void)
{
	count_exit();
	hv_vgic_fold(&vgic, 0, &ich, &kick, &deactivate);
}

/* ---- what the guest does --------------------------------------------------------------------------------- */

static void guest_acknowledges(void)
{
	uint32_t n;

	bench_pause();
	for (n = 0; n < HV_ICH_MAX_LRS; n++)
		if (ich.used & (1u << n))
			ich.lr[n] = (ich.lr[n] & ~LR_STATE) | LR_ACTIVE;
	bench_resume();
}

static void guest_ends(void)
{
	uint32_t n;

	bench_pause();
	for (n = 0; n < HV_ICH_MAX_LRS; n++) {
		if (!(ich.used & (1u << n)))
			continue;
		ich.lr[n] &= ~LR_STATE;
		nr_ended++;
	}
	bench_resume();
}

/* ---- worlds ---------------------------------------------------------------------------------------------- */

static uint64_t dist(uint32_t offset, uint32_t size, bool is_write, uint64_t data)
{
	struct hv_vgic_access access;

	access.offset = offset;
	access.size_bytes = (uint8_t)size;
	access.is_write = is_write;
	access.data = data;
	BENCH_OK(hv_vgic_dist_access(&vgic, 0, &access, &kick, &deactivate) == HV_OK);
	return access.data;
}

static uint64_t redist(uint32_t vcpu, uint32_t offset, uint32_t size, bool is_write, uint64_t data)
{
	struct hv_vgic_access access;

	access.offset = vcpu * HV_VGIC_GICR_STRIDE + offset;
	access.size_bytes = (uint8_t)size;
	access.is_write = is_write;
	access.data = data;
	BENCH_OK(hv_vgic_redist_access(&vgic, 0, &access, &kick, &deactivate) == HV_OK);
	return access.data;
}

static void set_line(uint32_t intid, bool level)
{
	BENCH_OK(hv_vgic_set_line(&vgic, 0, intid, level, &kick) == HV_OK);
}

static void pulse(uint32_t intid)
{
	set_line(intid, true);
	set_line(intid, false);
}

static void open_cpu(uint32_t vcpu)
{
	(void)redist(vcpu, GICR_WAKER, 4, true, 0);
	(void)redist(vcpu, GICR_SGI(GICD_IGROUPR), 4, true, ALL);
	(void)redist(vcpu, GICR_SGI(GICD_ISENABLER), 4, true, ALL);
}

static void program_spis(void)
{
	uint32_t n;

	for (n = FIRST_SPI; n < FIRST_SPI + NR_SPIS; n++)
		(void)dist(GICD_PRIORITYR + n, 1, true, (n & 31) << 3);
	for (n = 1; n < 32; n++) {
		(void)dist(GICD_IGROUPR + 4 * n, 4, true, ALL);
		(void)dist(GICD_ISENABLER + 4 * n, 4, true, ALL);
		(void)dist(GICD_ICFGR + 8 * n, 4, true, 0xaaaaaaaa);
		(void)dist(GICD_ICFGR + 8 * n + 4, 4, true, 0xaaaaaaaa);
	}
	for (n = FIRST_SPI; n < FIRST_SPI + NR_SPIS; n++)
		(void)dist(GICD_IROUTER + 8 * n, 8, true, 0);
}

static void setup(uint64_t arg)
{
	struct hv_vgic_config config = {
		.config_bytes = sizeof(config), .nr_vcpus = ARG_VCPUS(arg), .nr_spis = NR_SPIS, .hw_spis = true
	};
	size_t size, align;
	uint32_t i;

	BENCH_OK(hv_vgic_layout(&config, &size, &align) == HV_OK);
	BENCH_OK(hv_vgic_init(&vgic, &config, bench_alloc(size, align), size) == HV_OK);
	hv_vcpu_set_clear(&kick);
	deactivate.nr = 0;
	(void)dist(GICD_CTLR, 4, true, 3);
	program_spis();
	for (i = 0; i < config.nr_vcpus; i++)
		open_cpu(i);
	hv_vgic_cpu_reset(&vgic, 0, &ich);
	ich.nr_lrs = ARG_LRS(arg);
	ich.pre_bits = 5;
	ich.vmcr = VMCR;
	hv_vcpu_set_clear(&kick);
	nr_ended = 0;
	answer = 0;
#ifdef HV_BENCH_HOOKS
	loaded = 0;
	loaded_hcr = HV_ICH_HCR_EN;
#endif
}

static void setup_pending(uint64_t arg)
{
	uint32_t n;

	setup(arg);
	for (n = 0; n < ARG_N(arg); n++)
		pulse(FIRST_SPI + n);
	hv_vcpu_set_clear(&kick);
}

static void setup_level(uint64_t arg)
{
	setup(arg);
	(void)dist(GICD_ICFGR + 2 * FIRST_SPI / 8, 4, true, 0);
}

static void setup_tied_spi(uint64_t arg)
{
	setup_level(arg);
	BENCH_OK(hv_vgic_set_hw(&vgic, 0, FIRST_SPI, 100) == HV_OK);
}

static void setup_tied_ppi(uint64_t arg)
{
	setup(arg);
	BENCH_OK(hv_vgic_set_hw(&vgic, 0, 27, 27) == HV_OK);
}

static void setup_disabled(uint64_t arg)
{
	uint32_t n;

	setup(arg);
	for (n = 1; n < 32; n++)
		(void)dist(GICD_ICENABLER + 4 * n, 4, true, ALL);
}

static void setup_word_pending(uint64_t arg)
{
	setup(arg);
	(void)dist(GICD_ISPENDR + 8, 4, true, ALL);
	hv_vcpu_set_clear(&kick);
}

static void setup_ctlr_off(uint64_t arg)
{
	setup(arg);
	(void)dist(GICD_CTLR, 4, true, 0);
}

/* Everything pending, nothing above the priority mask: WFI goes on sleeping. */
static void setup_masked(uint64_t arg)
{
	setup_pending(arg);
	ich.vmcr = VMCR & 0x00ffffffu;
}

/* ---- exits ----------------------------------------------------------------------------------------------- */

static void run_exits(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++) {
		leave();
		enter();
	}
}

static const char *check_idle(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	return h->ich_rd + h->ich_wr == 0 && ich.used == 0 ? NULL : "ICH accesses of an idle exit";
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static const char *check_exit(uint64_t arg, const struct bench_hooks *h)
{
	uint32_t k = least(ARG_N(arg), ARG_LRS(arg));

	if (ich.used != (1u << k) - 1)
		return "list registers in use";
	/* k list registers read, up to 2k written, 3 others */
	return h->ich_rd + h->ich_wr <= NR_OPS * (3 * k + 3) ? NULL : "ICH accesses";
}

static void run_edge(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++) {
		pulse(FIRST_SPI);
		enter();
		guest_ends();
		leave();
	}
	count_kicks();
}

static void run_level(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++) {
		set_line(FIRST_SPI, true);
		enter();
		guest_acknowledges();
		leave();
		set_line(FIRST_SPI, false);
		enter();
		guest_ends();
		leave();
	}
}

static void run_tied(uint64_t intid)
{
	uint32_t i;

	for (i = 0; i < NR_OPS; i++) {
		set_line((uint32_t)intid, true);
		enter();
		guest_ends();
		leave();
	}
}

static void run_tied_spi(uint64_t arg)
{
	(void)arg;
	run_tied(FIRST_SPI);
}

static void run_tied_ppi(uint64_t arg)
{
	(void)arg;
	run_tied(27);
}

static const char *check_all_ended(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	(void)h;
	return nr_ended == NR_OPS && ich.used == 0 && deactivate.nr == 0 ? NULL : "interrupts lost or doubled";
}

static void run_drain(uint64_t arg)
{
	(void)arg;
	for (;;) {
		enter();
		if (!ich.used)
			return;
		guest_ends();
		leave();
	}
}

static const char *check_drain(uint64_t arg, const struct bench_hooks *h)
{
	(void)h;
	return nr_ended == ARG_N(arg) ? NULL : "interrupts lost or doubled";
}

static void run_raise(uint64_t arg)
{
	uint32_t n;

	for (n = 0; n < ARG_N(arg); n++)
		pulse(FIRST_SPI + n);
}

static const char *check_raise(uint64_t arg, const struct bench_hooks *h)
{
	run_drain(arg);
	return check_drain(arg, h);
}

static void run_query(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++)
		answer += hv_vgic_has_pending(&vgic, 0, &ich);
}

static const char *check_masked(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	(void)h;
	return answer == 0 ? NULL : "a masked interrupt counts";
}

/* ---- registers ------------------------------------------------------------------------------------------- */

static void run_gicd_read(uint64_t arg)
{
	struct hv_vgic_access access = { .offset = ARG_N(arg) & 0xffffff, .size_bytes = (uint8_t)(ARG_N(arg) >> 24) };
	uint32_t i, failed = 0;

	for (i = 0; i < NR_OPS; i++)
		failed |= (uint32_t)hv_vgic_dist_access(&vgic, 0, &access, &kick, &deactivate);
	BENCH_OK(!failed);
	answer = access.data;
}

static void run_gicr_read(uint64_t arg)
{
	struct hv_vgic_access access = { .offset = ARG_N(arg) & 0xffffff, .size_bytes = (uint8_t)(ARG_N(arg) >> 24) };
	uint32_t i, failed = 0;

	for (i = 0; i < NR_OPS; i++)
		failed |= (uint32_t)hv_vgic_redist_access(&vgic, 0, &access, &kick, &deactivate);
	BENCH_OK(!failed);
	answer = access.data;
}

static void write_often(uint32_t offset, uint32_t size, uint64_t value)
{
	struct hv_vgic_access access = {
		.offset = offset, .size_bytes = (uint8_t)size, .is_write = true, .data = value
	};
	uint32_t i, failed = 0;

	for (i = 0; i < NR_OPS; i++)
		failed |= (uint32_t)hv_vgic_dist_access(&vgic, 0, &access, &kick, &deactivate);
	BENCH_OK(!failed);
	count_kicks();
}

/* What is read is written back: nothing changes. */
static void run_gicd_write_same(uint64_t arg)
{
	uint32_t offset = ARG_N(arg) & 0xffffff, size = ARG_N(arg) >> 24;

	write_often(offset, size, dist(offset, size, false, 0));
}

/* 1 to every bit, though they have the state asked for already. */
static void run_gicd_write_ones(uint64_t arg)
{
	write_often(ARG_N(arg), 4, ALL);
}

static const char *check_no_ipi(uint64_t arg, const struct bench_hooks *h)
{
	(void)arg;
	return h->ipi == 0 ? NULL : "kicks though nothing changed";
}

/* 16 registers of 32 interrupts each, of which all change. */
static void run_write_16(uint64_t arg)
{
	uint32_t n;

	for (n = 1; n <= 16; n++)
		(void)dist(ARG_N(arg) + 4 * n, 4, true, ALL);
}

static const char *check_512_pending(uint64_t arg, const struct bench_hooks *h)
{
	(void)h;
	run_drain(arg);
	return nr_ended == 512 ? NULL : "not pending";
}

static void run_retarget(uint64_t arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0; i < NR_OPS; i++)
		(void)dist(GICD_IROUTER + 8 * FIRST_SPI, 8, true, (i & 1) ^ 1);
}

static const char *check_retarget(uint64_t arg, const struct bench_hooks *h)
{
	run_drain(arg);
	return check_drain(arg, h);
}

static void run_ctlr_toggle(uint64_t arg)
{
	(void)arg;
	(void)dist(GICD_CTLR, 4, true, 2);
}

/* ---- SGIs ------------------------------------------------------------------------------------------------ */

static uint64_t sgi1r(uint32_t sgi, uint32_t target)
{
	return (uint64_t)sgi << 24 | (uint64_t)(target >> 4) << 16 | HV_BIT(target & 15);
}

/* Each of the 16 SGIs to each of the other vCPUs; to itself when it is alone. All are newly pending. */
static void run_sgi_one(uint64_t arg)
{
	uint32_t nr = ARG_VCPUS(arg), target, sgi;

	for (target = nr == 1 ? 0 : 1; target < nr; target++)
		for (sgi = 0; sgi < 16; sgi++)
			hv_vgic_send_sgi(&vgic, 0, HV_VGIC_SGI1R, sgi1r(sgi, target), &kick);
	count_kicks();
}

static void run_sgi_list(uint64_t arg)
{
	uint32_t sgi;

	(void)arg;
	for (sgi = 0; sgi < 16; sgi++)
		hv_vgic_send_sgi(&vgic, 0, HV_VGIC_SGI1R, (uint64_t)sgi << 24 | 0xffff, &kick);
}

static void run_sgi_broadcast(uint64_t arg)
{
	uint32_t sgi;

	(void)arg;
	for (sgi = 0; sgi < 16; sgi++)
		hv_vgic_send_sgi(&vgic, 0, HV_VGIC_SGI1R, HV_BIT(40) | (uint64_t)sgi << 24, &kick);
	count_kicks();
}

static const char *check_sgi_pending(uint64_t arg, uint32_t first, uint32_t last)
{
	uint32_t i;

	(void)arg;
	for (i = first; i <= last; i++)
		if ((redist(i, GICR_SGI(GICD_ISPENDR), 4, false, 0) & 0xffff) != 0xffff)
			return "an SGI is not pending";
	return NULL;
}

static const char *check_sgi(uint64_t arg, const struct bench_hooks *h)
{
	uint32_t nr = ARG_VCPUS(arg);

	(void)h;
	return check_sgi_pending(arg, nr == 1 ? 0 : 1, nr - 1);
}

static const char *check_sgi_list(uint64_t arg, const struct bench_hooks *h)
{
	(void)h;
	return check_sgi_pending(arg, 0, least(ARG_VCPUS(arg), 16) - 1);
}

/* ---- the table ------------------------------------------------------------------------------------------- */

#define EXIT_N(n, lrs)                                                                                                 \
	{                                                                                                              \
		"vgic.exit." #n, "lr" #lrs, NR_OPS, ARG(1, lrs, n), setup_pending, run_exits, check_exit               \
	}
#define DRAIN_N(n, lrs)                                                                                                \
	{                                                                                                              \
		"vgic.drain." #n, "lr" #lrs, n, ARG(1, lrs, n), setup_pending, run_drain, check_drain                  \
	}
#define GICD_READ(name, offset, size)                                                                                  \
	{                                                                                                              \
		"vgic.gicd.read." name, "lr4", NR_OPS, ARG(1, 4, (uint32_t)(size) << 24 | (offset)), setup,            \
			run_gicd_read, NULL                                                                            \
	}
#define GICR_READ(name, offset, size)                                                                                  \
	{                                                                                                              \
		"vgic.gicr.read." name, "lr4", NR_OPS, ARG(1, 4, (uint32_t)(size) << 24 | (offset)), setup,            \
			run_gicr_read, NULL                                                                            \
	}
#define WRITE_SAME(name, offset, size)                                                                                 \
	{                                                                                                              \
		"vgic.gicd.write.noop." name, "lr4", NR_OPS, ARG(1, 4, (uint32_t)(size) << 24 | (offset)), setup,      \
			run_gicd_write_same, check_no_ipi                                                              \
	}
#define SGI(name, vcpus, ops, run, check)                                                                              \
	{                                                                                                              \
		"vgic.sgi." name, "vcpus" #vcpus, ops, ARG(vcpus, 4, 0), setup, run, check                             \
	}

const struct bench benches[] = {
	{ "vgic.idle", "lr4", NR_OPS, ARG(1, 4, 0), setup, run_exits, check_idle },
	{ "vgic.spi.edge", "lr4", NR_OPS, ARG(1, 4, 0), setup, run_edge, check_all_ended },
	{ "vgic.spi.level", "lr4", NR_OPS, ARG(1, 4, 0), setup_level, run_level, check_all_ended },
	{ "vgic.spi.hw", "lr4", NR_OPS, ARG(1, 4, 0), setup_tied_spi, run_tied_spi, check_all_ended },
	{ "vgic.ppi.timer", "lr4", NR_OPS, ARG(1, 4, 0), setup_tied_ppi, run_tied_ppi, check_all_ended },
	EXIT_N(1, 4),
	EXIT_N(4, 4),
	EXIT_N(5, 4),
	EXIT_N(16, 4),
	EXIT_N(64, 4),
	EXIT_N(256, 4),
	EXIT_N(988, 4),
	EXIT_N(988, 1),
	EXIT_N(988, 16),
	DRAIN_N(16, 4),
	DRAIN_N(64, 4),
	DRAIN_N(256, 4),
	DRAIN_N(988, 4),
	DRAIN_N(988, 1),
	DRAIN_N(988, 16),
	{ "vgic.raise.988", "lr4", 988, ARG(1, 4, 988), setup, run_raise, check_raise },
	{ "vgic.query.masked.988", "lr4", NR_OPS, ARG(1, 4, 988), setup_masked, run_query, check_masked },
	GICD_READ("ctlr", GICD_CTLR, 4),
	GICD_READ("typer", GICD_TYPER, 4),
	GICD_READ("iidr", GICD_IIDR, 4),
	GICD_READ("igroupr", GICD_IGROUPR + 8, 4),
	GICD_READ("isenabler", GICD_ISENABLER + 8, 4),
	GICD_READ("ispendr", GICD_ISPENDR + 8, 4),
	GICD_READ("isactiver", GICD_ISACTIVER + 8, 4),
	GICD_READ("ipriorityr", GICD_PRIORITYR + 64, 4),
	GICD_READ("icfgr", GICD_ICFGR + 16, 4),
	GICD_READ("irouter", GICD_IROUTER + 8 * 64, 8),
	GICR_READ("typer", GICR_TYPER, 8),
	GICR_READ("waker", GICR_WAKER, 4),
	GICR_READ("isenabler0", GICR_SGI(GICD_ISENABLER), 4),
	GICR_READ("ispendr0", GICR_SGI(GICD_ISPENDR), 4),
	GICR_READ("ipriorityr", GICR_SGI(GICD_PRIORITYR) + 16, 4),
	WRITE_SAME("ctlr", GICD_CTLR, 4),
	WRITE_SAME("igroupr", GICD_IGROUPR + 8, 4),
	WRITE_SAME("ipriorityr", GICD_PRIORITYR + 64, 4),
	WRITE_SAME("icfgr", GICD_ICFGR + 16, 4),
	WRITE_SAME("irouter", GICD_IROUTER + 8 * 64, 8),
	{ "vgic.gicd.write.noop.isenabler", "lr4", NR_OPS, ARG(1, 4, GICD_ISENABLER + 8), setup, run_gicd_write_ones,
	  check_no_ipi },
	{ "vgic.gicd.write.noop.icenabler", "lr4", NR_OPS, ARG(1, 4, GICD_ICENABLER + 8), setup_disabled,
	  run_gicd_write_ones, check_no_ipi },
	{ "vgic.gicd.write.noop.ispendr", "lr4", NR_OPS, ARG(1, 4, GICD_ISPENDR + 8), setup_word_pending,
	  run_gicd_write_ones, check_no_ipi },
	{ "vgic.gicd.write.noop.icpendr", "lr4", NR_OPS, ARG(1, 4, GICD_ICPENDR + 8), setup, run_gicd_write_ones,
	  check_no_ipi },
	{ "vgic.gicd.write.noop.icactiver", "lr4", NR_OPS, ARG(1, 4, GICD_ICACTIVER + 8), setup, run_gicd_write_ones,
	  check_no_ipi },
	{ "vgic.gicd.write.ispendr", "lr4", 512, ARG(1, 4, GICD_ISPENDR), setup, run_write_16, check_512_pending },
	{ "vgic.gicd.write.icenabler", "lr4", 16, ARG(1, 4, GICD_ICENABLER), setup, run_write_16, NULL },
	{ "vgic.gicd.write.isenabler", "lr4", 16, ARG(1, 4, GICD_ISENABLER), setup_disabled, run_write_16, NULL },
	{ "vgic.irouter.retarget.pending", "vcpus2", NR_OPS, ARG(2, 4, 1), setup_pending, run_retarget,
	  check_retarget },
	{ "vgic.ctlr.enable.1", "vcpus1", 1, ARG(1, 4, 0), setup_ctlr_off, run_ctlr_toggle, NULL },
	{ "vgic.ctlr.enable.512", "vcpus512", 1, ARG(512, 4, 0), setup_ctlr_off, run_ctlr_toggle, NULL },
	SGI("one", 1, 16, run_sgi_one, check_sgi),
	SGI("one", 8, 16 * 7, run_sgi_one, check_sgi),
	SGI("one", 64, 16 * 63, run_sgi_one, check_sgi),
	SGI("one", 512, 16 * 511, run_sgi_one, check_sgi),
	SGI("list16", 8, 16, run_sgi_list, check_sgi_list),
	SGI("list16", 64, 16, run_sgi_list, check_sgi_list),
	SGI("list16", 512, 16, run_sgi_list, check_sgi_list),
	SGI("broadcast.8", 8, 16 * 7, run_sgi_broadcast, check_sgi),
	SGI("broadcast.64", 64, 16 * 63, run_sgi_broadcast, check_sgi),
	SGI("broadcast.512", 512, 16 * 511, run_sgi_broadcast, check_sgi),
};

const uint32_t nr_benches = HV_ARRAY_SIZE(benches);
