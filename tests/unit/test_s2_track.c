/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Ageing, runs, steps, publishing memory. */
#include "s2_fixture.h"

#define PAGE HV_U64(0x1000)

static uint64_t age(struct s2_fixture *fix, uint64_t ipa, uint64_t size, bool clear)
{
	uint64_t nr = 12345;

	assert_int_equal(hv_s2_age(&fix->s2, hv_ipa(ipa), size, clear, &nr), HV_OK);
	return nr;
}

/* Pages, blocks and holes, over the bounds of tables; the stores are complete on return. */
static void ageing_counts_and_clears(void **state)
{
	struct s2_fixture fix;
	uint64_t dsbs;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, HV_MIB(2) - 2 * PAGE, HV_MIB(2) - 2 * PAGE, HV_MIB(2) + 3 * PAGE, HV_S2_RW),
			 HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	dsbs = hv_host_count(fix.host, HV_HOST_DSB_ISHST);
	assert_int_equal(age(&fix, 0, HV_GIB(1), false), 4);
	assert_int_equal(age(&fix, 0, HV_GIB(1), false), 4);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DSB_ISHST), dsbs);
	assert_int_equal(age(&fix, HV_MIB(2) - PAGE, HV_MIB(2) + PAGE, true), 2);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DSB_ISHST), dsbs + 1);
	assert_int_equal(fixture_walk(&fix, HV_MIB(2) - PAGE, HV_HOST_READ).fault, HV_HOST_FAULT_ACCESS);
	assert_int_equal(fixture_walk(&fix, HV_MIB(3), HV_HOST_READ).fault, HV_HOST_FAULT_ACCESS);
	assert_int_equal(fixture_walk(&fix, HV_MIB(4), HV_HOST_READ).fault, HV_HOST_NO_FAULT);
	assert_int_equal(age(&fix, 0, HV_GIB(1), true), 2);
	assert_int_equal(age(&fix, 0, HV_GIB(1), true), 0);
	assert_int_equal(hv_host_count(fix.host, HV_HOST_DSB_ISHST), dsbs + 2);
	fixture_end(&fix);
}

static void marking_young(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_leaf leaf;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, HV_MIB(2), 0, HV_MIB(2), HV_S2_RW), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	assert_int_equal(age(&fix, HV_MIB(2), PAGE, true), 1);
	assert_int_equal(hv_s2_lookup(&fix.s2, hv_ipa(HV_MIB(3)), &leaf), HV_OK);
	assert_true(leaf.mapped && !leaf.af);
	assert_int_equal(hv_s2_mark_young(&fix.s2, hv_ipa(HV_MIB(3) + 5)), HV_OK);
	assert_int_equal(hv_s2_mark_young(&fix.s2, hv_ipa(HV_MIB(3) + 5)), HV_OK);
	assert_int_equal(fixture_walk(&fix, HV_MIB(2), HV_HOST_READ).fault, HV_HOST_NO_FAULT);
	assert_int_equal(hv_s2_mark_young(&fix.s2, hv_ipa(HV_MIB(4))), HV_ENOENT);
	assert_int_equal(hv_s2_mark_young(&fix.s2, hv_ipa(HV_BIT(40))), HV_ERANGE);
	/* Old or young, it is the same mapping (S2-26). */
	assert_int_equal(age(&fix, HV_MIB(2), PAGE, true), 1);
	assert_int_equal(fixture_map(&fix, HV_MIB(2), 0, HV_MIB(2), HV_S2_RW), HV_OK);
	fixture_end(&fix);
}

/* Hardware sets dirty state in leaves not reached yet. */
struct racer {
	uint64_t *desc;
	uint64_t bits;
	int left;
};

static void race(void *arg, const struct hv_host_event *event)
{
	struct racer *racer = (struct racer *)arg;

	if (racer->left-- > 0 && event->op == HV_HOST_DESC_STORE)
		*racer->desc |= racer->bits;
}

static void ageing_keeps_dirty_state(void **state)
{
	struct s2_fixture fix;
	struct hv_host_walk walk;
	struct racer racer;

	(void)state;
	fixture_prepare(&fix);
	fix.feat.id_aa64mmfr1 = FEAT_HAFDBS;
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, 0, 0, 4 * PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(hv_s2_clean(&fix.s2, hv_ipa(0), 4 * PAGE, NULL, &fix.gather), HV_OK);
	hv_s2_settle(&fix.s2, &fix.gather);
	walk = fixture_walk(&fix, PAGE, HV_HOST_READ);
	racer.desc = (uint64_t *)hv_be_va(fix.host, hv_pa(walk.step_pa[walk.nr_steps - 1]));
	racer.bits = HV_BIT(7);
	racer.left = 1;
	hv_host_observe(fix.host, race, &racer); /* while page 0 is aged, page 1 is written */
	assert_int_equal(age(&fix, 0, 4 * PAGE, true), 4);
	hv_host_unobserve(fix.host, race, &racer);
	assert_true((*racer.desc & HV_BIT(7)) != 0);
	assert_int_equal(*racer.desc & HV_BIT(10), 0);
	fixture_end(&fix);
}

/* S2-12: contiguous in PA and equal in protection, whatever the leaves. */
static void runs(void **state)
{
	struct s2_fixture fix;
	struct hv_s2_run run;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(fixture_map(&fix, HV_MIB(2) - PAGE, HV_GIB(1) - PAGE, HV_MIB(2) + 3 * PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_MIB(4) + 2 * PAGE, 0, PAGE, HV_S2_RW), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_MIB(4) + 3 * PAGE, PAGE, PAGE, HV_S2_R), HV_OK);
	assert_int_equal(fixture_map(&fix, HV_MIB(4) + 5 * PAGE, 3 * PAGE, PAGE, HV_S2_R), HV_OK);
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(0), hv_ipa(HV_BIT(40)), &run), HV_OK);
	assert_int_equal(run.ipa.v, HV_MIB(2) - PAGE);
	assert_int_equal(run.pa.v, HV_GIB(1) - PAGE);
	assert_int_equal(run.size, HV_MIB(2) + 3 * PAGE);
	assert_int_equal(run.prot, HV_S2_RW);
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(run.ipa.v + run.size), hv_ipa(HV_BIT(40)), &run), HV_OK);
	assert_int_equal(run.pa.v, 0);
	assert_int_equal(run.size, PAGE);
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(run.ipa.v + run.size), hv_ipa(HV_BIT(40)), &run), HV_OK);
	assert_int_equal(run.prot, HV_S2_R);
	assert_int_equal(run.size, PAGE); /* a hole ends it, though the next page would carry on */
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(run.ipa.v + run.size), hv_ipa(HV_BIT(40)), &run), HV_OK);
	assert_int_equal(run.ipa.v, HV_MIB(4) + 5 * PAGE);
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(HV_MIB(4) + 6 * PAGE), hv_ipa(HV_BIT(40)), &run), HV_ENOENT);
	/* Cut by the range, from inside a block. */
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(HV_MIB(3)), hv_ipa(HV_MIB(3) + 5 * PAGE), &run), HV_OK);
	assert_int_equal(run.ipa.v, HV_MIB(3));
	assert_int_equal(run.pa.v, HV_GIB(1) + HV_MIB(1));
	assert_int_equal(run.size, 5 * PAGE);
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(PAGE), hv_ipa(PAGE), &run), HV_ENOENT);
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(PAGE), hv_ipa(0), &run), HV_ERANGE);
	assert_int_equal(hv_s2_next_run(&fix.s2, hv_ipa(0), hv_ipa(HV_BIT(40) + 1), &run), HV_ERANGE);
	fixture_end(&fix);
}

/* S2-41, S2-47: steps end at table bounds, add up to the range and keep the budget. */
static void steps(void **state)
{
	struct s2_fixture fix;
	uint64_t at, size = HV_MIB(9) + 3 * PAGE, nr = 0;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	assert_int_equal(hv_s2_step(&fix.s2, hv_ipa(0), PAGE, 1), PAGE);
	assert_int_equal(hv_s2_step(&fix.s2, hv_ipa(0), HV_GIB(1), 1), HV_MIB(2));
	assert_int_equal(hv_s2_step(&fix.s2, hv_ipa(0), HV_GIB(1), 0), HV_MIB(2));
	assert_int_equal(hv_s2_step(&fix.s2, hv_ipa(HV_MIB(2) - PAGE), HV_GIB(1), 1), PAGE);
	assert_int_equal(hv_s2_step(&fix.s2, hv_ipa(HV_MIB(2) - PAGE), HV_GIB(1), 2), HV_MIB(2) + PAGE);
	assert_int_equal(hv_s2_step(&fix.s2, hv_ipa(0), HV_GIB(1), 3), HV_MIB(6));
	for (at = 5 * PAGE; at < 5 * PAGE + size; nr++)
		at += hv_s2_step(&fix.s2, hv_ipa(at), 5 * PAGE + size - at, 2);
	assert_int_equal(at, 5 * PAGE + size);
	assert_int_equal(nr, 3);
	fixture_end(&fix);
}

/* VMID-04: only the VMID changes. */
static void setting_the_vmid(void **state)
{
	struct s2_fixture fix;

	(void)state;
	fixture_prepare(&fix);
	fixture_start(&fix);
	hv_s2_set_vmid(&fix.s2, 0xabcd);
	assert_int_equal(hv_s2_vttbr(&fix.s2), fix.s2.root.v | HV_U64(0xabcd) << 48);
	hv_s2_set_vmid(&fix.s2, 1);
	assert_int_equal(hv_s2_vttbr(&fix.s2), fix.s2.root.v | HV_U64(1) << 48);
	fixture_end(&fix);
}

/* CM-05, CM-07: D side to PoC unless FWB, I side for code. */
static void publishing(void **state)
{
	int fwb, code;

	(void)state;
	for (fwb = 0; fwb < 2; fwb++)
		for (code = 0; code < 2; code++) {
			struct s2_fixture fix;

			fixture_prepare(&fix);
			fix.feat.id_aa64mmfr2 = fwb ? FEAT_FWB : 0;
			fixture_start(&fix);
			hv_s2_publish(&fix.s2, hv_pa(PAGE), PAGE, code);
			assert_int_equal(hv_host_count(fix.host, HV_HOST_DCACHE), !fwb);
			assert_int_equal(hv_host_count(fix.host, HV_HOST_ICACHE), code);
			fixture_end(&fix);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ageing_counts_and_clears),
		cmocka_unit_test(marking_young),
		cmocka_unit_test(ageing_keeps_dirty_state),
		cmocka_unit_test(runs),
		cmocka_unit_test(steps),
		cmocka_unit_test(setting_the_vmid),
		cmocka_unit_test(publishing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
