/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_queue.c - the interrupts of a vCPU that wait, in one circular list per priority. Insert, remove and the choice of the
 * most urgent one take the same few steps however many wait.
 */
#include "vgic_priv.h"

static uint32_t *busy_words(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, enum vgic_queue_ queue)
{
	size_t offset = sizeof(*cpu) + (size_t)queue * vgic_queue_bytes_(vgic->pri_bits);

	return (uint32_t *)(void *)((unsigned char *)(uintptr_t)cpu + offset);
}

static uint16_t *heads(const struct hv_vgic *vgic, uint32_t *busy)
{
	return (uint16_t *)(void *)(busy + (vgic_buckets_(vgic) >> 5));
}

void vgic_queue_init_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu)
{
	for (uint32_t queue = 0; queue < VGIC_NR_QUEUES_; queue++) {
		uint32_t *busy = busy_words(vgic, cpu, (enum vgic_queue_)queue);

		hv_store_release_u32(&cpu->top[queue], 0);
		for (uint32_t w = 0; w < vgic_buckets_(vgic) >> 5; w++)
			busy[w] = 0;
	}
	hv_store_release_u32(&cpu->nr_spis, 0);
}

static void count_spi(struct hv_vgic_cpu *cpu, uint32_t slot, uint32_t by)
{
	if (slot >= HV_VGIC_NR_PRIVATE)
		hv_store_release_u32(&cpu->nr_spis, cpu->nr_spis + by);
}

static void link_between(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t prev, uint32_t next)
{
	vgic_bank_(vgic, cpu, prev)->next[prev & 31] = (uint16_t)next;
	vgic_bank_(vgic, cpu, next)->prev[next & 31] = (uint16_t)prev;
}

static void first_in_bucket(struct hv_vgic_cpu *cpu, enum vgic_queue_ queue, uint32_t *busy, uint32_t bucket)
{
	busy[bucket >> 5] |= 1u << (bucket & 31);
	hv_store_release_u32(&cpu->top[queue], cpu->top[queue] | (1u << (bucket >> 5)));
}

static void last_in_bucket(struct hv_vgic_cpu *cpu, enum vgic_queue_ queue, uint32_t *busy, uint32_t bucket)
{
	busy[bucket >> 5] &= ~(1u << (bucket & 31));
	if (busy[bucket >> 5] == 0)
		hv_store_release_u32(&cpu->top[queue], cpu->top[queue] & ~(1u << (bucket >> 5)));
}

void vgic_queue_insert_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot, bool front)
{
	struct vgic_bank_ *bank = vgic_bank_(vgic, cpu, slot);
	enum vgic_queue_ queue = vgic_which_queue_(bank, 1u << (slot & 31));
	uint32_t bucket = (uint32_t)bank->priority[slot & 31] >> (8 - vgic->pri_bits);
	uint32_t *busy = busy_words(vgic, cpu, queue);
	uint16_t *head = &heads(vgic, busy)[bucket];
	uint32_t prev = slot, next = slot;

	count_spi(cpu, slot, 1);
	if (busy[bucket >> 5] & (1u << (bucket & 31))) {
		next = *head;
		prev = vgic_bank_(vgic, cpu, next)->prev[next & 31];
		link_between(vgic, cpu, prev, slot);
		link_between(vgic, cpu, slot, next);
		if (front)
			*head = (uint16_t)slot;
		return;
	}
	link_between(vgic, cpu, slot, slot);
	*head = (uint16_t)slot;
	first_in_bucket(cpu, queue, busy, bucket);
}

void vgic_queue_remove_(const struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, uint32_t slot)
{
	struct vgic_bank_ *bank = vgic_bank_(vgic, cpu, slot);
	enum vgic_queue_ queue = vgic_which_queue_(bank, 1u << (slot & 31));
	uint32_t bucket = (uint32_t)bank->priority[slot & 31] >> (8 - vgic->pri_bits);
	uint32_t *busy = busy_words(vgic, cpu, queue);
	uint16_t *head = &heads(vgic, busy)[bucket];
	uint32_t next = bank->next[slot & 31];

	count_spi(cpu, slot, ~0u);
	if (next == slot) {
		last_in_bucket(cpu, queue, busy, bucket);
		return;
	}
	link_between(vgic, cpu, bank->prev[slot & 31], next);
	if (*head == slot)
		*head = (uint16_t)next;
}

uint32_t vgic_queue_best_(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, enum vgic_queue_ queue)
{
	uint32_t word = (uint32_t)__builtin_ctz(cpu->top[queue]);

	return word * 32 + (uint32_t)__builtin_ctz(busy_words(vgic, cpu, queue)[word]);
}

uint32_t vgic_queue_first_(const struct hv_vgic *vgic, const struct hv_vgic_cpu *cpu, enum vgic_queue_ queue,
			   uint32_t bucket)
{
	return heads(vgic, busy_words(vgic, cpu, queue))[bucket];
}
