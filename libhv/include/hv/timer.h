/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/timer.h - the Arm generic timer as values: CTL, CVAL and TVAL semantics, line level, next deadline.
 *
 * Pure functions of a timer image and a counter value; no clock is read (the caller samples the counter once per
 * decision, TMR-04). Counter values are ticks of CNTVCT or CNTPCT, the same frame as CVAL.
 */
#ifndef HV_TIMER_H
#define HV_TIMER_H

#include <hv/types.h>

#define HV_TIMER_CTL_ENABLE  0x1u
#define HV_TIMER_CTL_IMASK   0x2u
#define HV_TIMER_CTL_ISTATUS 0x4u

/** No deadline. */
#define HV_TIMER_NEVER (~HV_U64(0))

/** CNTV_* or CNTP_* of one vCPU. ctl holds ENABLE and IMASK only: ISTATUS is computed (TMR-08). */
struct hv_timer {
	uint64_t cval;
	uint32_t ctl;
};

/**
 * hv_timer_line - level of the timer's interrupt output at @count: enabled, not masked, and the count has reached CVAL, compared as
 * whole unsigned numbers (TMR-02).
 */
HV_INLINE bool hv_timer_line(const struct hv_timer *timer, uint64_t count)
{
	return (timer->ctl & (HV_TIMER_CTL_ENABLE | HV_TIMER_CTL_IMASK)) == HV_TIMER_CTL_ENABLE && count >= timer->cval;
}

HV_BEGIN_DECLS

/** Reset value: disabled. */
void hv_timer_reset(struct hv_timer *timer);

/** hv_timer_ctl - CNTx_CTL as read at counter @count: ENABLE, IMASK and ISTATUS (0 while disabled). */
uint32_t hv_timer_ctl(const struct hv_timer *timer, uint64_t count);

/** hv_timer_set_ctl - write CNTx_CTL; only ENABLE and IMASK are kept. */
void hv_timer_set_ctl(struct hv_timer *timer, uint32_t ctl);

/** hv_timer_tval - CNTx_TVAL as read: the low 32 bits of CVAL - count. */
uint32_t hv_timer_tval(const struct hv_timer *timer, uint64_t count);

/** hv_timer_set_tval - write CNTx_TVAL: CVAL = count + sign-extended @tval. */
void hv_timer_set_tval(struct hv_timer *timer, uint64_t count, uint32_t tval);

/**
 * hv_timer_deadline - counter value at which the line rises next: @count when it is high already, HV_TIMER_NEVER
 * when it cannot rise (disabled or masked). Never below @count (TMR-01, TMR-02).
 */
uint64_t hv_timer_deadline(const struct hv_timer *timer, uint64_t count);

HV_END_DECLS

#endif /* HV_TIMER_H */
