/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv_host_lock.c - locks of the host: real between threads, and a checker within one.
 *
 * A thread that takes a lock it holds already, gives back a lock it does not hold, or takes an ordered lock while it holds one
 * of the same or a higher order, ends the process (GIC-52). The locks a thread holds are a list through the thread's own
 * array; locks are given back in any order.
 */
#include "hv_host_priv.h"

#include <sched.h>

static _Thread_local uint32_t own_id;
static uint32_t last_id;

#define MAX_HELD 16
static _Thread_local uint32_t held_order[MAX_HELD];
static _Thread_local uint32_t nr_held;

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

void hv_lock_set_order(hv_lock_t *lock, uint32_t order)
{
	lock->order = order;
}

static void check_order(uint32_t order)
{
	for (uint32_t i = 0; i < nr_held; i++)
		if (held_order[i] >= order)
			hv_host_die_("lock taken out of order", order);
	if (nr_held == MAX_HELD)
		hv_host_die_("too many locks held", nr_held);
	held_order[nr_held++] = order;
}

static void forget_order(uint32_t order)
{
	uint32_t i = 0;

	while (held_order[i] != order)
		i++;
	held_order[i] = held_order[--nr_held];
}

void hv_lock(hv_lock_t *lock)
{
	uint32_t self = thread_id();
	uint32_t found;

	if (lock->order)
		check_order(lock->order);
	while ((found = hv_cas_u32(&lock->held, 0, self)) != 0) {
		if (found == self)
			hv_host_die_("lock taken twice by thread", self);
		(void)sched_yield();
	}
}

void hv_unlock(hv_lock_t *lock)
{
	if (hv_load_acquire_u32(&lock->held) != thread_id())
		hv_host_die_("unlock by another thread than the holder", lock->held);
	if (lock->order)
		forget_order(lock->order);
	hv_store_release_u32(&lock->held, 0);
}
