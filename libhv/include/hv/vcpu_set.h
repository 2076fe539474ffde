/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/vcpu_set.h - a set of vCPU indices, the form in which the core says whom to kick.
 *
 * Clearing and adding cost a few instructions whatever the maximum: a summary word tells which words are in use.
 * No lock; a set lives on its user's stack.
 */
#ifndef HV_VCPU_SET_H
#define HV_VCPU_SET_H

#include <hv/config.h>
#include <hv/types.h>

#define HV_VCPU_SET_WORDS (HV_CONFIG_MAX_VCPUS / 64)

struct hv_vcpu_set {
	uint32_t used; /* bit i: word[i] holds something; words not in use are garbage */
	uint64_t word[HV_VCPU_SET_WORDS];
};

HV_INLINE void hv_vcpu_set_clear(struct hv_vcpu_set *set)
{
	set->used = 0;
}

HV_INLINE bool hv_vcpu_set_empty(const struct hv_vcpu_set *set)
{
	return set->used == 0;
}

/** Add vCPU @index, 0 <= index < HV_CONFIG_MAX_VCPUS. */
HV_INLINE void hv_vcpu_set_add(struct hv_vcpu_set *set, uint32_t index)
{
	uint32_t w = index / 64;

	if (!(set->used & (1u << w)))
		set->word[w] = 0;
	set->used |= 1u << w;
	set->word[w] |= HV_BIT(index % 64);
}

HV_INLINE bool hv_vcpu_set_has(const struct hv_vcpu_set *set, uint32_t index)
{
	uint32_t w = index / 64;

	return (set->used & (1u << w)) && (set->word[w] & HV_BIT(index % 64));
}

/**
 * Remove and return the lowest member, or -1 when the set is empty:
 * for (i = hv_vcpu_set_pop(&set); i >= 0; i = hv_vcpu_set_pop(&set)) kick(i);
 */
HV_INLINE int32_t hv_vcpu_set_pop(struct hv_vcpu_set *set)
{
	uint32_t w, b;

	if (!set->used)
		return -1;
	w = (uint32_t)__builtin_ctz(set->used);
	b = (uint32_t)__builtin_ctzll(set->word[w]);
	set->word[w] &= set->word[w] - 1;
	if (!set->word[w])
		set->used &= ~(1u << w);
	return (int32_t)(w * 64 + b);
}

#endif /* HV_VCPU_SET_H */
