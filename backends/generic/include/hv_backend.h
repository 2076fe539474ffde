/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_backend.h (generic) - every operation of the contract is a function bound at link time (hv_port.h), so one prebuilt
 * libhv.a serves any embedder. A backend of one's own makes the hot ones inline; measured, that is worth 0 to 35 %.
 */
#ifndef HV_BACKEND_GENERIC_H
#define HV_BACKEND_GENERIC_H

#include <hv/types.h>
#include <hv_port.h>

typedef void *hv_ctx_t;

HV_INLINE void *hv_be_va(hv_ctx_t ctx, hv_pa_t pa)
{
	return hv_port_va(ctx, pa.v);
}

#define hv_be_dsb_ishst hv_port_dsb_ishst
#define hv_be_dsb_ish   hv_port_dsb_ish
#define hv_be_isb       hv_port_isb

#define hv_el1_get hv_port_el1_get
#define hv_el1_set hv_port_el1_set

typedef struct {
	uint64_t word[2];
} hv_lock_t;

HV_INLINE void hv_lock_init(hv_lock_t *lock)
{
	hv_port_lock_init(lock->word);
}

HV_INLINE void hv_lock(hv_lock_t *lock)
{
	hv_port_lock(lock->word);
}

HV_INLINE void hv_unlock(hv_lock_t *lock)
{
	hv_port_unlock(lock->word);
}

#endif /* HV_BACKEND_GENERIC_H */
