/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Where kernel, initrd and tree go: never overlapping, never outside, well above where there is room, at every small RAM size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "layout.h"

static struct hv_image image(uint64_t load, uint64_t span)
{
	struct hv_image i = { true, load, load, span, span, 12, true };

	return i;
}

static void check(const struct layout *l, const struct hv_image *i, uint64_t initrd, uint64_t ram)
{
	assert_int_equal(l->kernel, i->load_offset);
	assert_int_equal(l->entry, i->entry_offset);
	assert_true(l->initrd >= i->load_offset + i->span_bytes);
	assert_true(initrd <= ram && l->initrd <= ram - initrd);
	assert_true(l->dtb >= l->initrd + initrd);
	assert_true(l->dtb <= ram - GUEST_DTB_BYTES);
	assert_int_equal(l->dtb % 8, 0);
}

static void roomy_guests_get_blocks_far_up(void **state)
{
	struct hv_image i = image(0, HV_MIB(33));
	struct layout l;

	(void)state;
	assert_true(layout_plan(&l, &i, HV_MIB(3), HV_MIB(512)));
	check(&l, &i, HV_MIB(3), HV_MIB(512));
	assert_int_equal(l.initrd, HV_MIB(128));
	assert_int_equal(l.dtb, HV_MIB(132));
	i = image(0, HV_MIB(200));
	assert_true(layout_plan(&l, &i, 1, HV_MIB(512)));
	check(&l, &i, 1, HV_MIB(512));
	assert_int_equal(l.initrd, HV_MIB(200));
	assert_int_equal(l.dtb % HV_MIB(2), 0);
}

/* Every combination of small sizes, to the page: a plan is right, and refused only if there is truly no room. */
static void small_guests_are_packed(void **state)
{
	uint64_t ram, span, initrd;
	struct layout l;

	(void)state;
	for (ram = HV_MIB(2); ram <= HV_MIB(8); ram += HV_MIB(2))
		for (span = 1; span <= ram; span += HV_KIB(60))
			for (initrd = 0; initrd <= ram; initrd += HV_KIB(124)) {
				struct hv_image i = image(0x80000, span);
				uint64_t end = hv_align_up(0x80000 + span, 4096);
				bool room = end + hv_align_up(initrd, 4096) + GUEST_DTB_BYTES <= ram;

				assert_int_equal(layout_plan(&l, &i, initrd, ram), room);
				if (room)
					check(&l, &i, initrd, ram);
			}
}

static void kernel_and_initrd_share_a_window(void **state)
{
	struct hv_image i = image(0, HV_MIB(33));
	struct layout l;

	(void)state;
	assert_true(layout_plan(&l, &i, HV_GIB(20), HV_GIB(64)));
	check(&l, &i, HV_GIB(20), HV_GIB(64));
	assert_false(layout_plan(&l, &i, HV_GIB(33), HV_GIB(64)));
	assert_false(layout_plan(&l, &i, ~HV_U64(0), HV_GIB(64)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roomy_guests_get_blocks_far_up),
		cmocka_unit_test(small_guests_are_packed),
		cmocka_unit_test(kernel_and_initrd_share_a_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
