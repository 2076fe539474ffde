/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_backend.h (explore) - the host backend with every atomic operation, barrier and lock handed to the explorer (explore.h), which
 * decides at each who runs next. Two defects can be seeded to show that the explorer would find them.
 */
#ifndef HV_BACKEND_EXPLORE_H
#define HV_BACKEND_EXPLORE_H

#include_next <hv_backend.h>

HV_BEGIN_DECLS

void explore_mb(void);
uint32_t explore_load(const uint32_t *p);
void explore_store(uint32_t *p, uint32_t v);
uint32_t explore_cas(uint32_t *p, uint32_t expected, uint32_t v);
uint32_t explore_or(uint32_t *p, uint32_t bits);
uint32_t explore_and(uint32_t *p, uint32_t bits);
void explore_lock(hv_lock_t *lock);
void explore_unlock(hv_lock_t *lock);

HV_END_DECLS

#define hv_smp_mb            explore_mb
#define hv_load_acquire_u32  explore_load
#define hv_store_release_u32 explore_store
#define hv_cas_u32           explore_cas
#define hv_fetch_or_u32      explore_or
#define hv_fetch_and_u32     explore_and
#define hv_lock              explore_lock
#define hv_unlock            explore_unlock

#endif /* HV_BACKEND_EXPLORE_H */
