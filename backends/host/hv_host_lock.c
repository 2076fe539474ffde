/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_host_lock.c - locks of the host: real between threads, and a checker within one.
 *
 * A thread that takes a lock it holds already, or gives back a lock that nobody holds, ends the process.
 */
#include "hv_host_priv.h"

#include <sched.h>

static _Thread_local uint32_t own_id;
static uint32_t last_id;

static uint32_t thread_id(void)
{
	if (own_id == 0)
		own_id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
	return own_id;
}

void hv_lock_init(hv_lock_t *lock)
{
	lock->held = 0;
	lock->order = 0;
}

void hv_lock(hv_lock_t *lock)
{
	uint32_t self = thread_id();
	uint32_t found;

	while ((found = hv_cas_u32(&lock->held, 0, self)) != 0) {
		if (found == self)
			hv_host_die_("lock taken twice by thread", self);
		(void)sched_yield();
	}
}

void hv_unlock(hv_lock_t *lock)
{
	if (lock->held != thread_id())
		hv_host_die_("unlock by another thread than the holder", lock->held);
	hv_store_release_u32(&lock->held, 0);
}
