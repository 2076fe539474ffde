/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* timer.c - the generic timer as values. Contract: hv/timer.h; source: CNTx_CTL, CNTx_CVAL, CNTx_TVAL. */
#include <hv/timer.h>

void hv_timer_reset(struct hv_timer *timer)
{
	timer->cval = 0;
	timer->ctl = 0;
}

/* The condition is an unsigned comparison of whole counts, never the sign of a difference (TMR-02). */
static bool condition_met(const struct hv_timer *timer, uint64_t count)
{
	return count >= timer->cval;
}

uint32_t hv_timer_ctl(const struct hv_timer *timer, uint64_t count)
{
	uint32_t ctl = timer->ctl & (HV_TIMER_CTL_ENABLE | HV_TIMER_CTL_IMASK);

	if ((ctl & HV_TIMER_CTL_ENABLE) && condition_met(timer, count))
		ctl |= HV_TIMER_CTL_ISTATUS;
	return ctl;
}

void hv_timer_set_ctl(struct hv_timer *timer, uint32_t ctl)
{
	timer->ctl = ctl & (HV_TIMER_CTL_ENABLE | HV_TIMER_CTL_IMASK);
}

uint32_t hv_timer_tval(const struct hv_timer *timer, uint64_t count)
{
	return (uint32_t)(timer->cval - count);
}

void hv_timer_set_tval(struct hv_timer *timer, uint64_t count, uint32_t tval)
{
	timer->cval = count + (uint64_t)(int64_t)(int32_t)tval;
}

uint64_t hv_timer_deadline(const struct hv_timer *timer, uint64_t count)
{
	if ((timer->ctl & (HV_TIMER_CTL_ENABLE | HV_TIMER_CTL_IMASK)) != HV_TIMER_CTL_ENABLE)
		return HV_TIMER_NEVER;
	return condition_met(timer, count) ? count : timer->cval;
}
