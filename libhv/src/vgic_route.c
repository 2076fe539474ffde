/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vgic_route.c - affinities: which vCPU an SPI goes to (GICD_IROUTER), which vCPUs an SGI goes to (ICC_SGI1R and kin). */
#include "vgic_priv.h"

#define IROUTER_IRM HV_BIT(31)

uint32_t hv_vgic_affinity_(uint64_t mpidr)
{
	return (uint32_t)(HV_FIELD(mpidr, 39, 32) << 24 | HV_FIELD(mpidr, 23, 0));
}

uint32_t hv_vgic_affinity_lower_(const struct hv_vgic *vgic, uint32_t affinity)
{
	uint32_t low = 0, high = vgic->nr_vcpus;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (vgic->affinity[middle] < affinity)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* 1-of-N: the first vCPU that is awake, so that an interrupt never waits for one that is off. */
static uint32_t any_vcpu(const struct hv_vgic *vgic)
{
	for (uint32_t i = 0; i < vgic->nr_vcpus; i++)
		if (!hv_load_acquire_u32(&vgic_cpu_(vgic, i)->asleep))
			return i;
	return 0;
}

static uint32_t vcpu_of(const struct hv_vgic *vgic, uint32_t affinity)
{
	uint32_t i = hv_vgic_affinity_lower_(vgic, affinity);

	return i < vgic->nr_vcpus && vgic->affinity[i] == affinity ? vgic->by_affinity[i] : VGIC_NOBODY_;
}

void hv_vgic_retarget_(const struct hv_vgic *vgic, struct hv_vgic_spi_bank *spi, uint32_t n)
{
	uint32_t any = spi->target[n] & VGIC_ANY_CPU_;
	uint32_t owner = any ? any_vcpu(vgic) : vcpu_of(vgic, spi->affinity[n]);

	spi->target[n] = (uint16_t)(owner | any);
}

uint64_t hv_vgic_irouter_read_(const struct hv_vgic *vgic, uint32_t slot)
{
	const struct hv_vgic_spi_bank *spi = vgic_spi_bank_(vgic, slot);
	uint64_t affinity = spi->affinity[slot & 31];
	uint64_t value = HV_PREP(affinity >> 24, 39, 32) | HV_FIELD(affinity, 23, 0);

	return spi->target[slot & 31] & VGIC_ANY_CPU_ ? value | IROUTER_IRM : value;
}

void hv_vgic_irouter_write_(const struct vgic_scope_ *scope, uint32_t slot, uint64_t value)
{
	struct hv_vgic_spi_bank *spi = vgic_spi_bank_(scope->vgic, slot);
	uint32_t n = slot & 31, bit = 1u << n;
	bool stays = (scope->bank->active | scope->bank->listed) & bit && vgic_owner_(scope->vgic, NULL, slot);

	hv_vgic_take_out_(scope, stays ? 0 : bit);
	spi->affinity[n] = hv_vgic_affinity_(value);
	spi->target[n] = (uint16_t)((spi->target[n] & ~VGIC_ANY_CPU_) | (value & IROUTER_IRM ? VGIC_ANY_CPU_ : 0));
	if (stays) {
		spi->target[n] |= VGIC_MOVED_;
		hv_vgic_kick_listed_(scope, bit, true);
		return;
	}
	hv_vgic_retarget_(scope->vgic, spi, n);
	hv_vgic_put_back_(scope, bit);
}

static void leave(struct vgic_scope_ *scope, struct hv_vgic_cpu *cpu)
{
	struct hv_vgic_spi_bank *spi = vgic_spi_bank_(scope->vgic, scope->base);
	uint32_t stay = scope->bank->active | scope->bank->listed;
	uint32_t n;

	VGIC_FOR_EACH_(n, scope->valid & ~stay)
	{
		if ((spi->target[n] & (VGIC_ANY_CPU_ | VGIC_OWNER_)) != (VGIC_ANY_CPU_ | cpu->index))
			continue;
		hv_vgic_take_out_(scope, 1u << n);
		hv_vgic_retarget_(scope->vgic, spi, n);
		hv_vgic_put_back_(scope, 1u << n);
	}
}

void hv_vgic_leave_sleeper_(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, struct hv_vcpu_set *kick)
{
	struct vgic_scope_ scope = { .caller = VGIC_NOBODY_, .kick = kick };

	for (uint32_t slot = HV_VGIC_NR_PRIVATE; hv_vgic_scope_spi_(vgic, slot, &scope); slot += 32)
		leave(&scope, cpu);
}

/* One SGI for one vCPU: only if it is configured for the group the register speaks for. */
static void sgi_to(struct hv_vgic_cpu *cpu, uint32_t bit, bool group1, struct vgic_scope_ *scope)
{
	scope->private_cpu = cpu;
	scope->bank = &cpu->bank;
	hv_lock(&cpu->lock);
	if (((cpu->bank.group & bit) != 0) == group1)
		hv_vgic_raise_(scope, bit);
	hv_unlock(&cpu->lock);
}

/* All but the sender. */
static void sgi_to_others(uint32_t bit, bool group1, struct vgic_scope_ *scope)
{
	for (uint32_t i = 0; i < scope->vgic->nr_vcpus; i++)
		if (i != scope->caller)
			sgi_to(vgic_cpu_(scope->vgic, i), bit, group1, scope);
}

/* Where in the sorted affinities to look for the 16 from @first on. With vCPUs numbered as usual the guess is right. */
static uint32_t list_start(const struct hv_vgic *vgic, uint32_t first)
{
	uint32_t guess = (first >> 8 & 0xffu) * 16;

	if (guess < vgic->nr_vcpus && vgic->affinity[hv_nospec(guess, vgic->nr_vcpus)] == first)
		return guess;
	return hv_vgic_affinity_lower_(vgic, first);
}

/* The vCPUs whose affinity is @first + n for each bit n of @list. */
static void sgi_to_list(uint32_t first, uint32_t list, uint32_t bit, bool group1, struct vgic_scope_ *scope)
{
	const struct hv_vgic *vgic = scope->vgic;
	uint32_t i = list_start(vgic, first), n;

	VGIC_FOR_EACH_(n, list)
	{
		/* Neighbours mostly sit side by side. */
		uint32_t at = i + n < vgic->nr_vcpus && vgic->affinity[i + n] == first + n
				      ? i + n
				      : hv_vgic_affinity_lower_(vgic, first + n);

		if (at >= vgic->nr_vcpus)
			return;
		at = hv_nospec(at, vgic->nr_vcpus);
		if (vgic->affinity[at] == first + n)
			sgi_to(vgic_cpu_(vgic, vgic->by_affinity[at]), bit, group1, scope);
	}
}

void hv_vgic_send_sgi(struct hv_vgic *vgic, uint32_t vcpu, enum hv_vgic_sgi reg, uint64_t value,
		      struct hv_vcpu_set *kick)
{
	struct vgic_scope_ scope = { .vgic = vgic, .valid = ~0u, .caller = vcpu, .kick = kick };
	uint32_t bit = 1u << HV_FIELD(value, 27, 24);
	bool group1 = reg == HV_VGIC_SGI1R;
	uint32_t first = (uint32_t)(HV_FIELD(value, 55, 48) << 24 | HV_FIELD(value, 39, 32) << 16 |
				    HV_FIELD(value, 23, 16) << 8 | HV_FIELD(value, 47, 44) << 4);

	if (value & HV_BIT(40)) /* IRM */
		sgi_to_others(bit, group1, &scope);
	else
		sgi_to_list(first, (uint32_t)HV_FIELD(value, 15, 0), bit, group1, &scope);
}
