/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * test_vgic_lr.c - fill and fold at their edges: overflow, both EOI modes, poisoned images, holds, the WFI question.
 * GIC-25, GIC-27, GIC-28, GIC-29, GIC-30, GIC-31, GIC-33, GIC-35, GIC-54, GIC-59, GIC-64, GIC-66.
 */
#include "vgic_world.h"

#include <hv_host_gic.h>

#define PENDING (HV_U64(1) << 62)
#define ACTIVE  (HV_U64(2) << 62)

/* @nr edge SPIs from INTID 32, group 1, pending, priorities falling with the INTID. */
static void many_pending(struct world *w, uint32_t nr, uint32_t nr_lrs)
{
	world_init(w, 1, 64, 5, nr_lrs);
	world_open(w);
	for (uint32_t i = 0; i < 2; i++) {
		gicd_write(w, 0, 0x84 + 4 * i, 4, 0xffffffff);
		gicd_write(w, 0, 0x104 + 4 * i, 4, 0xffffffff);
	}
	for (uint32_t i = 0; i < 4; i++)
		gicd_write(w, 0, 0xc08 + 4 * i, 4, 0xaaaaaaaa);
	for (uint32_t i = 0; i < nr; i++) {
		gicd_write(w, 0, 0x420 + i, 1, (nr - i) * 8 & 0xff);
		set_line(w, 0, 32 + i, true);
	}
}

static void a_fresh_interface(void **state)
{
	struct world w;

	(void)state;
	for (uint32_t pri_bits = 5; pri_bits <= 8; pri_bits++) {
		uint32_t bpr0 = pri_bits >= 7 ? 0 : 7 - pri_bits;

		world_init(&w, 1, 0, pri_bits, 7);
		assert_int_equal(w.ich[0].vmcr, bpr0 << 21 | (bpr0 + 1) << 18 | 8);
		assert_int_equal(w.ich[0].hcr, HV_ICH_HCR_EN);
		assert_int_equal(w.ich[0].used, 0);
		assert_int_equal(w.ich[0].nr_lrs, 7);
		for (uint32_t i = 0; i < 16; i++)
			assert_int_equal(w.ich[0].lr[i], 0);
		for (uint32_t i = 0; i < 4; i++)
			assert_int_equal(w.ich[0].ap0r[i] | w.ich[0].ap1r[i], 0);
		assert_false(hv_vgic_needs_fill(&w.vgic, 0, &w.ich[0]));
		world_free(&w);
	}
}

static void the_best_are_listed_for_every_number_of_lrs(void **state)
{
	(void)state;
	for (uint32_t nr_lrs = 1; nr_lrs <= 16; nr_lrs++) {
		struct world w;

		many_pending(&w, 20, nr_lrs);
		world_enter(&w, 0);
		assert_int_equal(w.ich[0].used, (1u << nr_lrs) - 1);
		for (uint32_t i = 0; i < nr_lrs; i++)
			assert_int_equal((uint32_t)w.ich[0].lr[i], 51 - i);
		assert_int_equal(w.ich[0].hcr,
				 HV_ICH_HCR_EN | HV_ICH_HCR_NPIE | HV_ICH_HCR_VGRP0DIE | HV_ICH_HCR_VGRP1DIE);
		world_leave(&w, 0);
		assert_int_equal(w.ich[0].hcr, HV_ICH_HCR_EN);
		world_free(&w);
	}
}

static void a_wrong_number_of_lrs_is_clamped(void **state)
{
	static const uint32_t numbers[][2] = { { 0, 1 }, { 17, 16 }, { ~0u, 16 } };

	(void)state;
	for (size_t i = 0; i < HV_ARRAY_SIZE(numbers); i++) {
		struct world w;

		many_pending(&w, 20, numbers[i][0]);
		world_enter(&w, 0);
		assert_int_equal(w.ich[0].used, (1u << numbers[i][1]) - 1);
		world_leave(&w, 0);
		world_free(&w);
	}
}

/* Every list register active, priorities dropped: one more pending interrupt still gets one, and the ends are not lost. */
static void one_more_than_all_active(void **state)
{
	(void)state;
	for (uint32_t nr_lrs = 1; nr_lrs <= 16; nr_lrs++) {
		struct world w;

		many_pending(&w, nr_lrs, nr_lrs);
		w.ich[0].vmcr |= 0x200; /* EOImode 1 */
		world_enter(&w, 0);
		for (uint32_t i = 0; i < nr_lrs; i++)
			w.ich[0].lr[i] = (w.ich[0].lr[i] & ~(HV_U64(3) << 62)) | ACTIVE;
		world_leave(&w, 0);
		gicd_write(&w, 0, 0x420 + 30, 1, 0xf0);
		set_line(&w, 0, 62, true);
		world_enter(&w, 0);
		assert_int_equal(w.ich[0].used, (1u << nr_lrs) - 1);
		assert_int_equal(w.ich[0].lr[nr_lrs - 1], PENDING | HV_BIT(60) | HV_U64(0xf0) << 48 | 62);
		assert_int_equal(w.ich[0].hcr & (HV_ICH_HCR_LRENPIE | HV_ICH_HCR_TDIR),
				 HV_ICH_HCR_LRENPIE | HV_ICH_HCR_TDIR);
		world_leave(&w, 0);
		for (uint32_t i = 0; i < nr_lrs; i++) {
			assert_int_equal(hv_vgic_dir(&w.vgic, 0, &w.ich[0], 32 + i, &w.kick, &w.deactivate), HV_OK);
			assert_int_equal(hv_vgic_state(&w.vgic, 0, 32 + i) & HV_VGIC_IS_ACTIVE, 0);
		}
		world_free(&w);
	}
}

/* EOImode 0 with one list register: the end of what is outside comes as a count. */
static void ends_outside_are_counted(void **state)
{
	struct world w;

	(void)state;
	many_pending(&w, 3, 1);
	for (uint32_t i = 0; i < 3; i++) {
		world_enter(&w, 0);
		assert_int_equal((uint32_t)w.ich[0].lr[0], 34 - i);
		w.ich[0].lr[0] ^= HV_U64(3) << 62;
		world_leave(&w, 0);
	}
	world_enter(&w, 0); /* three active, one listed: the most urgent */
	assert_int_equal(w.ich[0].lr[0] >> 62, 2);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 34);
	w.ich[0].lr[0] &= ~(HV_U64(3) << 62);
	w.ich[0].hcr |= 1u << 27; /* and the next one ended as well */
	world_leave(&w, 0);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 34) & HV_VGIC_IS_ACTIVE, 0);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 33) & HV_VGIC_IS_ACTIVE, 0);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 32) & HV_VGIC_IS_ACTIVE, HV_VGIC_IS_ACTIVE);
	world_enter(&w, 0);
	w.ich[0].hcr |= 31u << 27; /* more than there are */
	world_leave(&w, 0);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 32) & HV_VGIC_IS_ACTIVE, HV_VGIC_IS_ACTIVE);
	world_free(&w);
}

/* A private one outside; and with EOImode 1 the count means nothing. */
static void counts_of_private_interrupts(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 0, 5, 1);
	world_open(&w);
	gicr_write(&w, 0, 0, 0x10100, 4, 0xffffffff);
	gicr_write(&w, 0, 0, 0x10300, 4, 3);
	w.ich[0].vmcr |= 0x200;
	world_enter(&w, 0);
	w.ich[0].hcr |= 1u << 27;
	world_leave(&w, 0);
	assert_int_equal(gicr_read(&w, 0, 0, 0x10300, 4), 3);
	w.ich[0].vmcr &= ~0x200u;
	world_enter(&w, 0);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 0);
	w.ich[0].hcr |= 2u << 27;
	world_leave(&w, 0);
	assert_int_equal(gicr_read(&w, 0, 0, 0x10300, 4), 1);
	world_free(&w);
}

/* An image from an outer layer may say anything. */
static void poisoned_images_are_ignored(void **state)
{
	static const uint32_t intids[] = { 33, 50, 96, 1019, 1020, 1023, 8192, 0x7fffffff, 0xffffffff, 5, 27 };
	struct world w;

	(void)state;
	many_pending(&w, 1, 4);
	for (size_t i = 0; i < HV_ARRAY_SIZE(intids); i++) {
		world_enter(&w, 0);
		w.ich[0].lr[1] = ACTIVE | intids[i];
		w.ich[0].lr[2] = PENDING | intids[i];
		w.ich[0].lr[3] = intids[i];
		w.ich[0].used = 0xffffffff;
		w.ich[0].hcr |= 3u << 27;
		world_leave(&w, 0);
		assert_int_equal(hv_vgic_state(&w.vgic, 0, intids[i]) & (HV_VGIC_IS_ACTIVE | HV_VGIC_IS_PENDING), 0);
		assert_int_equal(gicr_read(&w, 0, 0, 0x10300, 4) | gicr_read(&w, 0, 0, 0x10200, 4), 0);
		assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	}
	world_free(&w);
}

/* SPI values in an image that listed only private interrupts, and one that belongs to another vCPU. */
static void images_of_others_are_ignored(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, 64, 5, 4);
	world_open(&w);
	gicr_write(&w, 0, 0, 0x10100, 4, 1);
	gicr_write(&w, 0, 0, 0x10200, 4, 1);
	gicd_write(&w, 0, 0x104, 4, 1);
	gicd_write(&w, 0, 0x6100, 8, 1);
	set_line(&w, 0, 32, true);
	world_enter(&w, 0);
	world_enter(&w, 1);
	w.ich[0].lr[1] = 32;
	w.ich[0].used = 3;
	world_leave(&w, 0);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 32) & HV_VGIC_IS_LISTED, HV_VGIC_IS_LISTED);
	gicd_write(&w, 0, 0x104, 4, 2);
	set_line(&w, 0, 33, true);
	world_enter(&w, 0);
	w.ich[0].lr[2] = 32;
	w.ich[0].used |= 4;
	world_leave(&w, 0);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 32) & HV_VGIC_IS_LISTED, HV_VGIC_IS_LISTED);
	world_leave(&w, 1);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 32) & (HV_VGIC_IS_LISTED | HV_VGIC_IS_PENDING), HV_VGIC_IS_PENDING);
	world_free(&w);
}

static void groups_the_interface_does_not_take(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 64, 5, 1);
	world_open(&w);
	gicd_write(&w, 0, 0x104, 4, 0xff);
	gicd_write(&w, 0, 0x84, 4, 0xf0);
	for (uint32_t intid = 32; intid < 40; intid++)
		set_line(&w, 0, intid, true);
	w.ich[0].vmcr &= ~3u;
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].used, 0);
	assert_int_equal(w.ich[0].hcr, HV_ICH_HCR_EN | HV_ICH_HCR_VGRP0EIE | HV_ICH_HCR_VGRP1EIE);
	world_leave(&w, 0);
	w.ich[0].vmcr |= 2; /* group 0 is as urgent, but must not keep group 1 out */
	world_enter(&w, 0);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 36);
	assert_int_equal(w.ich[0].hcr, HV_ICH_HCR_EN | HV_ICH_HCR_NPIE | HV_ICH_HCR_VGRP1DIE | HV_ICH_HCR_VGRP0EIE);
	world_leave(&w, 0);
	w.ich[0].vmcr ^= 3;
	world_enter(&w, 0);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 32);
	assert_int_equal(w.ich[0].hcr, HV_ICH_HCR_EN | HV_ICH_HCR_NPIE | HV_ICH_HCR_VGRP0DIE | HV_ICH_HCR_VGRP1EIE);
	world_leave(&w, 0);
	world_free(&w);
}

/* An end that another vCPU makes (EOImode 1). */
static void dir_by_another_vcpu(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 2, 32, 5, 4);
	world_open(&w);
	w.ich[0].vmcr |= 0x200;
	gicd_write(&w, 0, 0x104, 4, 1);
	set_line(&w, 0, 32, true);
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].hcr & HV_ICH_HCR_TDIR, HV_ICH_HCR_TDIR);
	assert_int_equal(hv_vgic_dir(&w.vgic, 1, &w.ich[1], 32, &w.kick, &w.deactivate),
			 HV_OK); /* EOImode 0: ignored */
	w.ich[1].vmcr |= 0x200;
	hv_vcpu_set_clear(&w.kick);
	assert_int_equal(hv_vgic_dir(&w.vgic, 1, &w.ich[1], 32, &w.kick, &w.deactivate), HV_EAGAIN);
	assert_true(hv_vcpu_set_has(&w.kick, 0));
	w.ich[0].lr[0] = (w.ich[0].lr[0] & ~(HV_U64(3) << 62)) | ACTIVE;
	world_leave(&w, 0);
	world_enter(&w, 0);
	assert_int_equal(hv_vgic_dir(&w.vgic, 1, &w.ich[1], 32, &w.kick, &w.deactivate), HV_OK);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 32) & HV_VGIC_IS_ACTIVE, 0);
	world_leave(&w, 0);
	for (uint32_t intid = 0; intid < 0x1000000; intid += 61) /* any 24 bits (GIC-33) */
		assert_int_equal(hv_vgic_dir(&w.vgic, 1, &w.ich[1], intid | HV_BIT(24), &w.kick, &w.deactivate), HV_OK);
	world_free(&w);
}

/* An access told to come again that never does: its interrupts are delivered after some entries. */
static void abandoned_accesses(void **state)
{
	struct world w;
	uint64_t data = 0;
	uint32_t entries = 0;

	(void)state;
	world_init(&w, 3, 64, 5, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x104, 4, 1);
	gicd_write(&w, 0, 0x108, 4, 1);
	gicd_write(&w, 0, 0x6200, 8, 2); /* INTID 64: vCPU 2 */
	gicr_write(&w, 0, 0, 0x10100, 4, 1);
	gicr_write(&w, 0, 0, 0x10200, 4, 1);
	set_line(&w, 0, 32, true);
	set_line(&w, 0, 64, true);
	world_enter(&w, 0);
	world_enter(&w, 2);
	assert_int_equal(gicd(&w, 1, 0x204, 4, false, &data), HV_EAGAIN);
	assert_int_equal(gicd(&w, 1, 0x208, 4, false, &data), HV_EAGAIN);
	assert_int_equal(gicr(&w, 1, 0x10200, 4, false, &data), HV_EAGAIN);
	world_leave(&w, 0);
	world_leave(&w, 2);
	do {
		assert_true(hv_vgic_needs_fill(&w.vgic, 0, &w.ich[0]));
		assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0])); /* a waiting vCPU must not sleep over it */
		world_enter(&w, 0);
		entries++;
		assert_true(entries < 100);
		if (w.ich[0].used)
			break;
		world_leave(&w, 0);
	} while (true);
	assert_true(entries > 8);
	assert_int_equal(w.ich[0].used, 3);
	world_leave(&w, 0);
	assert_true(hv_vgic_needs_fill(&w.vgic, 2, &w.ich[2]));
	world_enter(&w, 2);
	assert_int_equal(w.ich[2].used, 0); /* each vCPU counts its own entries */
	world_leave(&w, 2);
	assert_int_equal(gicd(&w, 1, 0x208, 4, false, &data), HV_OK);
	world_enter(&w, 2);
	assert_int_equal(w.ich[2].used, 1);
	world_leave(&w, 2);
	world_free(&w);
}

static void the_wfi_question(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 32, 5, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x84, 4, 0xffffffff);
	gicd_write(&w, 0, 0x104, 4, 1);
	gicd_write(&w, 0, 0x420, 1, 0x80);
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	set_line(&w, 0, 32, true);
	assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].vmcr = (w.ich[0].vmcr & 0xffffff) | 0x80000000; /* PMR equal: masked */
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].vmcr |= 0x88000000;
	assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].ap1r[0] = 1u << 16; /* running at 0x80 */
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].ap1r[0] = 1u << 17;
	assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].vmcr = (w.ich[0].vmcr & ~(7u << 18)) | 4u << 18; /* BPR1 4: 0x80 and 0x88 are one group */
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].vmcr |= 0x10; /* CBPR: BPR0 decides */
	assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].ap1r[0] = 0;
	w.ich[0].ap0r[0] = 1;
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].ap0r[0] = 0;
	w.ich[0].pre_bits = 7;
	w.ich[0].ap0r[2] = 1; /* level 64 of 128: 0x80 */
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].ap0r[2] = 0;
	w.ich[0].ap1r[3] = 0x80000000;
	assert_true(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	w.ich[0].pre_bits = 0;
	w.ich[0].ap1r[3] = 0;
	w.ich[0].vmcr &= ~2u;
	assert_false(hv_vgic_has_pending(&w.vgic, 0, &w.ich[0]));
	world_free(&w);
}

/* A tied interrupt that fires again while active cannot be left to hardware; nor one that waited outside. */
static void tied_interrupts_ended_in_software(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 0, 5, 1);
	world_open(&w);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 27, 27), HV_OK);
	gicr_write(&w, 0, 0, 0x10100, 4, 0xffffffff);
	set_line(&w, 0, 27, true);
	world_enter(&w, 0);
	w.ich[0].lr[0] ^= HV_U64(3) << 62;
	world_leave(&w, 0);
	set_line(&w, 0, 27, true);
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].lr[0], ACTIVE | HV_BIT(41) | 27);
	w.ich[0].lr[0] &= ~(HV_U64(3) << 62);
	world_leave(&w, 0);
	assert_int_equal(w.deactivate.nr, 0); /* the new event keeps the physical one active */
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].lr[0], PENDING | HV_BIT(61) | HV_U64(27) << 32 | 27);
	w.ich[0].lr[0] ^= HV_U64(3) << 62;
	world_leave(&w, 0);
	gicr_write(&w, 0, 0, 0x10200, 4, 1); /* SGI 0 takes the only list register */
	world_enter(&w, 0);
	assert_int_equal((uint32_t)w.ich[0].lr[0], 0);
	w.ich[0].hcr |= 1u << 27;
	world_leave(&w, 0);
	assert_int_equal(w.deactivate.nr, 1);
	assert_int_equal(w.deactivate.pintid[0], 27);
	w.deactivate.nr = 0;
	set_line(&w, 0, 27, true);
	gicr_write(&w, 0, 0, 0x10280, 4, 1u << 27); /* dropped by the guest: the physical one must not stay active */
	assert_int_equal(w.deactivate.nr, 1);
	world_free(&w);
}

static void a_tied_interrupt_taken_back(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 0, 5, 1);
	world_open(&w);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 27, 27), HV_OK);
	gicr_write(&w, 0, 0, 0x10100, 4, 0xffffffff);
	set_line(&w, 0, 27, true);
	set_line(&w, 0, 27, true);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 27), HV_VGIC_IS_PENDING | HV_VGIC_IS_ENABLED);
	set_line(&w, 0, 27, false);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 27), HV_VGIC_IS_ENABLED);
	assert_false(hv_vgic_needs_fill(&w.vgic, 0, &w.ich[0]));
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 27, HV_VGIC_SPURIOUS), HV_OK);
	set_line(&w, 0, 27, true);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 27), HV_VGIC_IS_PENDING | HV_VGIC_IS_ENABLED | HV_VGIC_IS_LINE);
	world_free(&w);
}

/* The line of a listed level interrupt falls, or an edge comes: its vCPU is told. */
static void inputs_of_listed_interrupts(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, 1, 32, 5, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x104, 4, 3);
	gicd_write(&w, 0, 0xc08, 4, 8); /* INTID 33 edge */
	set_line(&w, 0, 32, true);
	set_line(&w, 0, 33, true);
	world_enter(&w, 0);
	hv_vcpu_set_clear(&w.kick);
	set_line(&w, 0, 32, true);
	set_line(&w, 0, 33, false);
	assert_true(hv_vcpu_set_empty(&w.kick));
	set_line(&w, 0, 33, true);
	assert_true(hv_vcpu_set_has(&w.kick, 0));
	hv_vcpu_set_clear(&w.kick);
	set_line(&w, 0, 32, false);
	assert_true(hv_vcpu_set_has(&w.kick, 0));
	w.ich[0].lr[1] = HV_BIT(41) | 33; /* taken and ended meanwhile */
	world_leave(&w, 0);
	world_enter(&w, 0);
	assert_int_equal(w.ich[0].used, 1); /* the second edge; the level interrupt is gone */
	assert_int_equal((uint32_t)w.ich[0].lr[0], 33);
	world_leave(&w, 0);
	world_free(&w);
}

static void reset_forgets_everything_but_lines_and_ties(void **state)
{
	struct hv_vgic_config config = {
		.config_bytes = sizeof(config), .nr_vcpus = 2, .nr_spis = 64, .hw_spis = true
	};
	struct world w;
	uint32_t calls = 0;

	(void)state;
	config.mpidr = w.mpidr;
	w.mpidr[0] = 0;
	w.mpidr[1] = 1;
	world_init_config(&w, &config, 4);
	world_open(&w);
	gicd_write(&w, 0, 0x104, 4, 0xffffffff);
	gicd_write(&w, 0, 0x304, 4, 0xffffffff);
	for (uint32_t n = 0; n < 16; n++)
		assert_int_equal(hv_vgic_set_hw(&w.vgic, n / 8, 16 + n, 16 + n), HV_OK);
	for (uint32_t intid = 64; intid < 96; intid++)
		assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, intid, intid + 100), HV_OK);
	for (uint32_t intid = 16; intid < 32; intid++) {
		set_line(&w, 0, intid, true);
		set_line(&w, 1, intid, true);
	}
	for (uint32_t intid = 32; intid < 96; intid++)
		set_line(&w, 0, intid, true);
	while (hv_vgic_reset(&w.vgic, &w.deactivate) == HV_EAGAIN) {
		assert_int_equal(w.deactivate.nr, HV_VGIC_DEACTIVATE_MAX);
		w.deactivate.nr = 0;
		calls++;
	}
	assert_int_equal(calls, 1);
	assert_int_equal(w.deactivate.nr, 16);
	for (uint32_t i = 0; i < 2; i++) {
		assert_false(hv_vgic_needs_fill(&w.vgic, i, &w.ich[i]));
		assert_int_equal(hv_vgic_state(&w.vgic, i, i ? 24 : 16), 0);
		assert_int_equal(hv_vgic_state(&w.vgic, i, i ? 16 : 24), HV_VGIC_IS_PENDING | HV_VGIC_IS_LINE);
	}
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 32), HV_VGIC_IS_PENDING | HV_VGIC_IS_LINE);
	assert_int_equal(hv_vgic_state(&w.vgic, 0, 64), 0);
	assert_int_equal(gicd_read(&w, 0, 0, 4), 0x50);
	set_line(&w, 0, 64, true);
	assert_int_equal(hv_vgic_set_hw(&w.vgic, 0, 64, HV_VGIC_SPURIOUS), HV_EBUSY);
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_interface),
		cmocka_unit_test(the_best_are_listed_for_every_number_of_lrs),
		cmocka_unit_test(a_wrong_number_of_lrs_is_clamped),
		cmocka_unit_test(one_more_than_all_active),
		cmocka_unit_test(ends_outside_are_counted),
		cmocka_unit_test(counts_of_private_interrupts),
		cmocka_unit_test(poisoned_images_are_ignored),
		cmocka_unit_test(images_of_others_are_ignored),
		cmocka_unit_test(groups_the_interface_does_not_take),
		cmocka_unit_test(dir_by_another_vcpu),
		cmocka_unit_test(abandoned_accesses),
		cmocka_unit_test(the_wfi_question),
		cmocka_unit_test(tied_interrupts_ended_in_software),
		cmocka_unit_test(a_tied_interrupt_taken_back),
		cmocka_unit_test(inputs_of_listed_interrupts),
		cmocka_unit_test(reset_forgets_everything_but_lines_and_ties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
