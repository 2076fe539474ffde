/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_queue.c - the interrupts of a vCPU that wait, in one circular list per priority. Insert, remove and the choice of the
 * most urgent one take the same few steps however many wait.
 */
#include "vgic_priv.h"

/*
 * Behind struct hv_vgic_cpu: the list heads of all buckets, those of queue 0 first, then a bit per bucket that says whether it is
 * in use. Buckets are numbered through, so that one index finds both.
 */
HV_INLINE uint16_t *heads(const struct hv_vgic_cpu *cpu)
{
	return (uint16_t *)(uintptr_t)(cpu + 1);
}

HV_INLINE uint32_t *busy_words(const struct hv_vgic_cpu *cpu, uint32_t pri_bits)
{
	return (uint32_t *)(void *)(heads(cpu) + ((uint32_t)VGIC_NR_QUEUES_ << pri_bits));
}

/* Where an interrupt queues. */
struct place {
	uint32_t queue;
	uint32_t word;   /* of the buckets of its queue */
	uint32_t bucket; /* among all */
	uint32_t *busy;  /* word with the bucket's bit */
	uint32_t busy_bit;
};

HV_INLINE struct place place_of(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu,
				const struct vgic_bank_ *bank, uint32_t n)
{
	uint32_t pri_bits = vgic->pri_bits, level = (uint32_t)bank->priority[n] >> (8 - pri_bits);
	struct place place;

	place.queue = vgic_which_queue_(bank, 1u << n);
	place.word = level >> 5;
	place.bucket = (place.queue << pri_bits) + level;
	place.busy = &busy_words(cpu, pri_bits)[place.bucket >> 5];
	place.busy_bit = 1u << (level & 31);
	return place;
}

void hv_vgic_queue_init_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu)
{
	uint32_t *busy = busy_words(cpu, vgic->pri_bits);

	hv_store_release_u32(&cpu->waiting, 0);
	for (uint32_t w = 0; w < (uint32_t)VGIC_NR_QUEUES_ << (vgic->pri_bits - 5); w++)
		busy[w] = 0;
	hv_store_release_u32(&cpu->nr_spis, 0);
}

HV_INLINE void count_spi(struct hv_vgic_cpu *cpu, uint32_t slot, uint32_t by)
{
	if (slot >= HV_VGIC_NR_PRIVATE)
		hv_store_release_u32(&cpu->nr_spis, hv_load_acquire_u32(&cpu->nr_spis) + by);
}

HV_INLINE void first_in_bucket(struct hv_vgic_cpu *cpu, const struct place *place)
{
	*place->busy |= place->busy_bit;
	hv_store_release_u32(&cpu->waiting,
			     hv_load_acquire_u32(&cpu->waiting) | 1u << (8 * place->queue + place->word));
}

HV_INLINE void last_in_bucket(struct hv_vgic_cpu *cpu, const struct place *place)
{
	*place->busy &= ~place->busy_bit;
	if (*place->busy == 0)
		hv_store_release_u32(&cpu->waiting,
				     hv_load_acquire_u32(&cpu->waiting) & ~(1u << (8 * place->queue + place->word)));
}

enum vgic_queue_ hv_vgic_queue_insert_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot, bool front)
{
	struct vgic_bank_ *bank = vgic_bank_(vgic, cpu, slot), *next_bank;
	uint32_t n = slot & 31, next, prev;
	struct place place = place_of(vgic, cpu, bank, n);
	uint16_t *head = &heads(cpu)[place.bucket];

	count_spi(cpu, slot, 1);
	if (!(*place.busy & place.busy_bit)) {
		bank->next[n] = bank->prev[n] = *head = (uint16_t)slot;
		first_in_bucket(cpu, &place);
		return (enum vgic_queue_)place.queue;
	}
	next = *head;
	next_bank = vgic_bank_(vgic, cpu, next);
	prev = next_bank->prev[next & 31];
	bank->next[n] = (uint16_t)next;
	bank->prev[n] = (uint16_t)prev;
	next_bank->prev[next & 31] = (uint16_t)slot;
	vgic_bank_(vgic, cpu, prev)->next[prev & 31] = (uint16_t)slot;
	if (front)
		*head = (uint16_t)slot;
	return (enum vgic_queue_)place.queue;
}

void hv_vgic_queue_remove_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot)
{
	struct vgic_bank_ *bank = vgic_bank_(vgic, cpu, slot);
	uint32_t n = slot & 31, next = bank->next[n], prev = bank->prev[n];
	struct place place = place_of(vgic, cpu, bank, n);

	count_spi(cpu, slot, ~0u);
	if (next == slot) {
		last_in_bucket(cpu, &place);
		return;
	}
	vgic_bank_(vgic, cpu, next)->prev[next & 31] = (uint16_t)prev;
	vgic_bank_(vgic, cpu, prev)->next[prev & 31] = (uint16_t)next;
	if (heads(cpu)[place.bucket] == slot)
		heads(cpu)[place.bucket] = (uint16_t)next;
}

uint32_t hv_vgic_queue_best_(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, enum vgic_queue_ queue)
{
	uint32_t word = (uint32_t)__builtin_ctz(vgic_waits_(hv_load_acquire_u32(&cpu->waiting), queue));
	uint32_t first = (uint32_t)queue << (vgic->pri_bits - 5);

	return word * 32 + (uint32_t)__builtin_ctz(busy_words(cpu, vgic->pri_bits)[first + word]);
}

uint32_t hv_vgic_queue_first_(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, enum vgic_queue_ queue,
			      uint32_t bucket)
{
	return heads(cpu)[((uint32_t)queue << vgic->pri_bits) + bucket];
}

uint32_t hv_vgic_queue_pop_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, enum vgic_queue_ queue)
{
	uint32_t pri_bits = vgic->pri_bits,
		 word = (uint32_t)__builtin_ctz(vgic_waits_(hv_load_acquire_u32(&cpu->waiting), queue));
	uint32_t *busy = &busy_words(cpu, pri_bits)[((uint32_t)queue << (pri_bits - 5)) + word];
	uint16_t *head = &heads(cpu)[((uint32_t)queue << pri_bits) + word * 32 + (uint32_t)__builtin_ctz(*busy)];
	uint32_t slot = *head, n = slot & 31;
	struct vgic_bank_ *bank = vgic_bank_(vgic, cpu, slot);
	uint32_t next = bank->next[n], prev = bank->prev[n];

	count_spi(cpu, slot, ~0u);
	if (next == slot) {
		*busy &= *busy - 1;
		if (*busy == 0)
			hv_store_release_u32(&cpu->waiting, hv_load_acquire_u32(&cpu->waiting) &
								    ~(1u << (8 * (uint32_t)queue + word)));
		return slot;
	}
	vgic_bank_(vgic, cpu, next)->prev[next & 31] = (uint16_t)prev;
	vgic_bank_(vgic, cpu, prev)->next[prev & 31] = (uint16_t)next;
	*head = (uint16_t)next;
	return slot;
}
