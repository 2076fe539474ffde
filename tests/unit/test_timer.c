/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The generic timer as values, against formulas written independently. TMR-01, TMR-02, TMR-04, TMR-08. */
#include <hv/timer.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define TOP HV_U64(0x7fffffffffffffff)

static const uint64_t points[] = { 0,
				   1,
				   2,
				   999,
				   1000,
				   1001,
				   HV_U64(0x7fffffff),
				   HV_U64(0x80000000),
				   HV_U64(0xffffffff),
				   HV_U64(0x100000000),
				   TOP,
				   TOP + 1,
				   ~HV_U64(1),
				   ~HV_U64(0) };
#define NR_POINTS HV_ARRAY_SIZE(points)

static void reset_is_disabled(void **state)
{
	struct hv_timer timer = { .cval = 5, .ctl = 7 };

	(void)state;
	hv_timer_reset(&timer);
	assert_int_equal(hv_timer_ctl(&timer, ~HV_U64(0)), 0);
	assert_false(hv_timer_line(&timer, ~HV_U64(0)));
	assert_int_equal(hv_timer_deadline(&timer, 7), HV_TIMER_NEVER);
}

/* TMR-08: all CTL values, expired or not; ISTATUS cannot be written. */
static void control_line_and_deadline(void **state)
{
	struct hv_timer timer;
	uint32_t ctl;
	size_t c, n;

	(void)state;
	for (ctl = 0; ctl < 16; ctl++)
		for (c = 0; c < NR_POINTS; c++)
			for (n = 0; n < NR_POINTS; n++) {
				bool enabled = ctl & 1, masked = ctl & 2;
				bool expired = points[n] >= points[c];
				uint64_t rise = expired ? points[n] : points[c];

				timer.cval = points[c];
				hv_timer_set_ctl(&timer, ctl);
				assert_int_equal(hv_timer_ctl(&timer, points[n]),
						 (ctl & 3) | (enabled && expired ? 4u : 0u));
				assert_int_equal(hv_timer_line(&timer, points[n]), enabled && !masked && expired);
				assert_int_equal(hv_timer_deadline(&timer, points[n]),
						 enabled && !masked ? rise : HV_TIMER_NEVER);
			}
}

/* TVAL is a signed 32-bit distance both ways and wraps with the counter. */
static void tval_is_signed(void **state)
{
	struct hv_timer timer = { 0 };
	size_t n;

	(void)state;
	for (n = 0; n < NR_POINTS; n++) {
		hv_timer_set_tval(&timer, points[n], 100);
		assert_int_equal(timer.cval, points[n] + 100);
		hv_timer_set_tval(&timer, points[n], 0xffffffff);
		assert_int_equal(timer.cval, points[n] - 1);
		hv_timer_set_tval(&timer, points[n], 0x80000000);
		assert_int_equal(timer.cval, points[n] - HV_U64(0x80000000));
		assert_int_equal(hv_timer_tval(&timer, points[n]), 0x80000000);
		timer.cval = points[n];
		assert_int_equal(hv_timer_tval(&timer, points[n] + 1), 0xffffffff);
		assert_int_equal(hv_timer_tval(&timer, points[n] - HV_U64(0x1000000002)), 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reset_is_disabled),
		cmocka_unit_test(control_line_and_deadline),
		cmocka_unit_test(tval_is_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
