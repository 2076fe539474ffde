/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_backend.h (host) - the core in an ordinary process.
 *
 * hv_ctx_t points at the machine under test (hv_host.h): sparse physical memory that counts and, on request, logs and
 * judges every descriptor write, barrier and invalidation. Locks check the lock order.
 */
#ifndef HV_BACKEND_HOST_H
#define HV_BACKEND_HOST_H

#include <hv/types.h>

struct hv_host;
typedef struct hv_host *hv_ctx_t;

HV_BEGIN_DECLS

void *hv_be_va(hv_ctx_t ctx, hv_pa_t pa);

#define hv_be_desc_load hv_be_desc_load
uint64_t hv_be_desc_load(hv_ctx_t ctx, const uint64_t *desc);
#define hv_be_desc_store hv_be_desc_store
void hv_be_desc_store(hv_ctx_t ctx, uint64_t *desc, uint64_t value);
#define hv_be_desc_store_release hv_be_desc_store_release
void hv_be_desc_store_release(hv_ctx_t ctx, uint64_t *desc, uint64_t value);
#define hv_be_desc_cas hv_be_desc_cas
uint64_t hv_be_desc_cas(hv_ctx_t ctx, uint64_t *desc, uint64_t expected, uint64_t value);
#define hv_be_desc_init hv_be_desc_init
void hv_be_desc_init(hv_ctx_t ctx, uint64_t *desc, uint64_t value);

#define hv_be_dsb_ishst hv_be_dsb_ishst
void hv_be_dsb_ishst(hv_ctx_t ctx);
#define hv_be_dsb_ish hv_be_dsb_ish
void hv_be_dsb_ish(hv_ctx_t ctx);
#define hv_be_isb hv_be_isb
void hv_be_isb(hv_ctx_t ctx);

/* A lock that knows its class and who holds it; see hv_host_lock.c for the order it enforces. */
typedef struct {
	uint32_t held;
	uint32_t order; /* locks are taken in increasing order; 0: unordered leaf */
} hv_lock_t;

void hv_lock_init(hv_lock_t *lock);
void hv_lock(hv_lock_t *lock);
void hv_unlock(hv_lock_t *lock);

#define hv_lock_set_order hv_lock_set_order
void hv_lock_set_order(hv_lock_t *lock, uint32_t order);

HV_END_DECLS

#endif /* HV_BACKEND_HOST_H */
