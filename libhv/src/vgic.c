/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic.c - the life of a vGIC, and its interrupt inputs.
 *
 * Locks: the distributor's (struct hv_vgic.lock) guards the SPI banks, routing and GICD_CTLR; each vCPU's guards its private
 * bank and all its queues. Order: distributor, then at most one vCPU. Both are needed to queue or list an SPI.
 * Read without a lock, written with release, hence always read as atomics: waiting, nr_spis, asleep of a vCPU; ctlr and held of the
 * distributor.
 */
#include "vgic_priv.h"

#define VMCR_FIQEN 0x8u

_Static_assert(HV_CONFIG_MAX_VCPUS < VGIC_NOBODY_, "vCPU indices fit the owner field");
_Static_assert(sizeof(struct hv_vgic_cpu) + VGIC_NR_QUEUES_ * (4 + 64) <= 512, "fixed size of a vCPU");
_Static_assert(sizeof(struct hv_vgic_spi_bank) <= 32 * 12, "size of an SPI");

static uint32_t nr_spi_banks(uint32_t nr_spis)
{
	return (nr_spis + 31) / 32;
}

static uint32_t pri_bits_of(const struct hv_vgic_config *config)
{
	return config->pri_bits ? config->pri_bits : 5;
}

static uint32_t cpu_bytes_of(const struct hv_vgic_config *config)
{
	size_t bytes = sizeof(struct hv_vgic_cpu) + (size_t)VGIC_NR_QUEUES_ * vgic_queue_bytes_(pri_bits_of(config));

	return (uint32_t)hv_align_up(bytes, _Alignof(struct hv_vgic_cpu));
}

/* Without a list of its own a configuration gets 16 vCPUs to each Aff1, as an SGI's target list can name. */
static uint32_t affinity_of(const struct hv_vgic_config *config, uint32_t index)
{
	if (config->mpidr == NULL)
		return index / 16 << 8 | index % 16;
	return hv_vgic_affinity_(config->mpidr[index]);
}

static bool mpidrs_differ(const struct hv_vgic_config *config)
{
	for (uint32_t i = 1; config->mpidr != NULL && i < config->nr_vcpus; i++)
		for (uint32_t j = 0; j < i; j++)
			if (affinity_of(config, i) == affinity_of(config, j))
				return false;
	return true;
}

static bool config_ok(const struct hv_vgic_config *config)
{
	if (config->config_bytes != sizeof(*config))
		return false;
	if (config->nr_vcpus < 1 || config->nr_vcpus > HV_CONFIG_MAX_VCPUS)
		return false;
	if (config->nr_spis > HV_VGIC_MAX_SPIS || (config->nr_spis % 32 != 0 && config->nr_spis != HV_VGIC_MAX_SPIS))
		return false;
	return pri_bits_of(config) >= 5 && pri_bits_of(config) <= 8 && mpidrs_differ(config);
}

enum hv_err hv_vgic_layout(const struct hv_vgic_config *config, size_t *size, size_t *align)
{
	size_t banks, per_vcpu;

	if (!config_ok(config))
		return HV_EINVAL;
	banks = nr_spi_banks(config->nr_spis);
	per_vcpu = cpu_bytes_of(config) + sizeof(uint32_t) + sizeof(uint16_t);
	*size = config->nr_vcpus * per_vcpu + banks * sizeof(struct hv_vgic_spi_bank);
	if (config->hw_spis)
		*size += banks * 32 * sizeof(uint16_t);
	*align = _Alignof(struct hv_vgic_cpu);
	return HV_OK;
}

static void sort_affinities(struct hv_vgic *vgic, const struct hv_vgic_config *config)
{
	for (uint32_t i = 0; i < vgic->nr_vcpus; i++) {
		uint32_t affinity = affinity_of(config, i), at = i;

		for (; at > 0 && vgic->affinity[at - 1] > affinity; at--) {
			vgic->affinity[at] = vgic->affinity[at - 1];
			vgic->by_affinity[at] = vgic->by_affinity[at - 1];
		}
		vgic->affinity[at] = affinity;
		vgic->by_affinity[at] = (uint16_t)i;
	}
}

/* Largest alignment first. */
static void carve(struct hv_vgic *vgic, const struct hv_vgic_config *config, unsigned char *at)
{
	uint32_t banks = nr_spi_banks(config->nr_spis);

	vgic->cpu = (struct hv_vgic_cpu *)(void *)at;
	at += (size_t)config->nr_vcpus * vgic->cpu_bytes;
	vgic->spi = (struct hv_vgic_spi_bank *)(void *)at;
	at += banks * sizeof(struct hv_vgic_spi_bank);
	vgic->affinity = (uint32_t *)(void *)at;
	at += config->nr_vcpus * sizeof(uint32_t);
	vgic->by_affinity = (uint16_t *)(void *)at;
	at += config->nr_vcpus * sizeof(uint16_t);
	vgic->spi_pintid = config->hw_spis ? (uint16_t *)(void *)at : NULL;
}

/* Reset state; @keep: line levels survive. */
static void reset_bank(struct vgic_bank_ *bank, bool keep_level, uint32_t edge)
{
	bank->level = keep_level ? bank->level : 0;
	bank->latch = 0;
	bank->enable = 0;
	bank->active = 0;
	bank->group = 0;
	bank->edge = edge;
	bank->listed = 0;
	bank->held = 0;
	for (uint32_t n = 0; n < 32; n++)
		bank->priority[n] = 0;
}

static void reset_cpu(struct hv_vgic *vgic, struct hv_vgic_cpu *cpu, bool keep_level)
{
	reset_bank(&cpu->bank, keep_level, (1u << HV_VGIC_NR_SGIS) - 1);
	hv_vgic_queue_init_(vgic, cpu);
	cpu->nr_listed = 0;
	cpu->spis_listed = false;
	cpu->owes = 0;
	cpu->hold_fills = 0;
	hv_store_release_u32(&cpu->asleep, 1);
}

static void reset_spi_bank(struct hv_vgic *vgic, struct hv_vgic_spi_bank *spi, bool keep_level)
{
	reset_bank(&spi->bank, keep_level, 0);
	for (uint32_t n = 0; n < 32; n++) {
		spi->affinity[n] = 0;
		spi->target[n] = 0;
		hv_vgic_retarget_(vgic, spi, n);
	}
}

static void reset_all(struct hv_vgic *vgic, bool keep_level)
{
	for (uint32_t i = 0; i < vgic->nr_vcpus; i++)
		reset_cpu(vgic, vgic_cpu_(vgic, i), keep_level);
	for (uint32_t i = 0; i < nr_spi_banks(vgic->nr_spis); i++)
		reset_spi_bank(vgic, &vgic->spi[i], keep_level);
	hv_store_release_u32(&vgic->ctlr, 0);
	hv_store_release_u32(&vgic->held, 0);
	vgic->nr_owing = 0;
}

static void init_cpu(struct hv_vgic *vgic, uint32_t index, uint32_t affinity)
{
	struct hv_vgic_cpu *cpu = vgic_cpu_(vgic, index);

	hv_lock_init(&cpu->lock);
	hv_lock_set_order(&cpu->lock, VGIC_LOCK_ORDER_ + 1 + index);
	cpu->index = index;
	cpu->affinity = affinity;
	for (uint32_t n = 0; n < HV_VGIC_NR_PRIVATE - HV_VGIC_NR_SGIS; n++)
		cpu->pintid[n] = HV_VGIC_SPURIOUS;
}

/* A range selector is needed when an Aff0 does not fit the 16 bits of an SGI's target list. */
static bool needs_rss(const struct hv_vgic *vgic)
{
	for (uint32_t i = 0; i < vgic->nr_vcpus; i++)
		if (vgic->affinity[i] & 0xf0u)
			return true;
	return false;
}

static uint32_t gicd_typer(const struct hv_vgic *vgic)
{
	uint32_t lines = nr_spi_banks(vgic->nr_spis); /* ITLinesNumber counts from the private bank (GIC-41) */

	/* IDbits 10, A3V, RSS. */
	return lines | 9u << 19 | 1u << 24 | (needs_rss(vgic) ? 1u << 26 : 0);
}

enum hv_err hv_vgic_init(struct hv_vgic *vgic, const struct hv_vgic_config *config, void *mem, size_t mem_bytes)
{
	size_t size, align;
	enum hv_err err = hv_vgic_layout(config, &size, &align);

	if (err)
		return err;
	if (mem == NULL || mem_bytes < size || !hv_is_aligned((uintptr_t)mem, align))
		return HV_ENOMEM;
	vgic->nr_vcpus = config->nr_vcpus;
	vgic->nr_spis = config->nr_spis;
	vgic->pri_bits = pri_bits_of(config);
	vgic->cpu_bytes = cpu_bytes_of(config);
	carve(vgic, config, mem);
	hv_lock_init(&vgic->lock);
	hv_lock_set_order(&vgic->lock, VGIC_LOCK_ORDER_);
	sort_affinities(vgic, config);
	vgic->typer = gicd_typer(vgic);
	for (uint32_t i = 0; i < vgic->nr_vcpus; i++)
		init_cpu(vgic, i, affinity_of(config, i));
	for (uint32_t i = 0; vgic->spi_pintid && i < nr_spi_banks(vgic->nr_spis) * 32; i++)
		vgic->spi_pintid[i] = HV_VGIC_SPURIOUS;
	reset_all(vgic, false);
	return HV_OK;
}

/* Tied interrupts of a bank that hold a physical one active. False: no room, call again. */
static bool reset_tied(const struct vgic_scope_ *scope)
{
	uint32_t n;

	VGIC_FOR_EACH_(n, scope->bank->latch | scope->bank->active)
	{
		uint32_t pintid = vgic_pintid_(scope->vgic, scope->private_cpu, scope->base + n);

		if (pintid == HV_VGIC_SPURIOUS)
			continue;
		if (scope->deactivate->nr == HV_VGIC_DEACTIVATE_MAX)
			return false;
		hv_vgic_take_out_(scope, 1u << n);
		scope->bank->latch &= ~(1u << n);
		scope->bank->active &= ~(1u << n);
		hv_vgic_deactivate_add_(scope->deactivate, pintid);
	}
	return true;
}

enum hv_err hv_vgic_reset(struct hv_vgic *vgic, struct hv_vgic_deactivate *deactivate)
{
	struct vgic_scope_ scope = { .caller = VGIC_NOBODY_, .deactivate = deactivate };
	bool done = true;

	hv_lock(&vgic->lock);
	for (uint32_t slot = HV_VGIC_NR_PRIVATE; done && hv_vgic_scope_spi_(vgic, slot, &scope); slot += 32)
		done = reset_tied(&scope);
	for (uint32_t i = 0; done && hv_vgic_scope_private_(vgic, i, &scope); i++) {
		hv_lock(&scope.private_cpu->lock);
		done = reset_tied(&scope);
		hv_unlock(&scope.private_cpu->lock);
	}
	if (done)
		reset_all(vgic, true);
	hv_unlock(&vgic->lock);
	return done ? HV_OK : HV_EAGAIN;
}

void hv_vgic_cpu_reset(struct hv_vgic *vgic, uint32_t vcpu, struct hv_ich *ich)
{
	uint32_t bpr0 = vgic->pri_bits >= 7 ? 0 : 7 - vgic->pri_bits;

	(void)vcpu;
	for (uint32_t n = 0; n < HV_ICH_MAX_LRS; n++)
		ich->lr[n] = 0;
	for (uint32_t i = 0; i < 4; i++)
		ich->ap0r[i] = ich->ap1r[i] = 0;
	ich->hcr = HV_ICH_HCR_EN;
	ich->vmcr = bpr0 << 21 | (bpr0 + 1) << 18 | VMCR_FIQEN;
	ich->used = 0;
}

/* The input of a tied interrupt reports events; its level lives in the physical controller. */
static void tied_line(const struct vgic_scope_ *scope, uint32_t bit, bool level)
{
	if (level) {
		hv_vgic_raise_(scope, bit);
		return;
	}
	hv_vgic_take_out_(scope, bit);
	scope->bank->latch &= ~bit;
	hv_vgic_put_back_(scope, bit);
}

static void plain_line(const struct vgic_scope_ *scope, uint32_t bit, bool level)
{
	bool rises = level && !(scope->bank->level & bit);

	if (level == ((scope->bank->level & bit) != 0))
		return;
	if (scope->bank->edge & bit) {
		scope->bank->level ^= bit;
		if (rises)
			hv_vgic_raise_(scope, bit);
		return;
	}
	hv_vgic_take_out_(scope, bit);
	scope->bank->level ^= bit;
	hv_vgic_put_back_(scope, bit);
	if (!rises)
		hv_vgic_kick_listed_(scope, bit, false); /* it may still be pending there */
}

static bool scope_of(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid, struct vgic_scope_ *scope)
{
	return intid < HV_VGIC_NR_PRIVATE ? hv_vgic_scope_private_(vgic, vcpu, scope)
					  : hv_vgic_scope_spi_(vgic, intid, scope);
}

enum hv_err hv_vgic_set_line(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid, bool level, struct hv_vcpu_set *kick)
{
	struct vgic_scope_ scope = { .caller = VGIC_NOBODY_, .kick = kick };
	uint32_t bit = 1u << (intid & 31);

	if (intid < HV_VGIC_NR_SGIS || !scope_of(vgic, vcpu, intid, &scope))
		return HV_EINVAL;
	hv_lock(hv_vgic_scope_lock_(&scope));
	if (vgic_pintid_(vgic, scope.private_cpu, intid) != HV_VGIC_SPURIOUS)
		tied_line(&scope, bit, level);
	else
		plain_line(&scope, bit, level);
	hv_unlock(hv_vgic_scope_lock_(&scope));
	return HV_OK;
}

enum hv_err hv_vgic_set_hw(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid, uint32_t pintid)
{
	struct vgic_scope_ scope = { .caller = VGIC_NOBODY_ };
	uint16_t *tie;
	bool busy;

	if (pintid < HV_VGIC_NR_SGIS || (pintid > 1019 && pintid != HV_VGIC_SPURIOUS))
		return HV_EINVAL;
	if (intid < HV_VGIC_NR_SGIS || !scope_of(vgic, vcpu, intid, &scope))
		return HV_EINVAL;
	if (!scope.private_cpu && !vgic->spi_pintid)
		return HV_ENOTSUP;
	tie = scope.private_cpu ? &scope.private_cpu->pintid[intid - HV_VGIC_NR_SGIS]
				: &vgic->spi_pintid[intid - HV_VGIC_NR_PRIVATE];
	hv_lock(hv_vgic_scope_lock_(&scope));
	busy = (vgic_pending_(scope.bank) | scope.bank->active | scope.bank->listed) & (1u << (intid & 31));
	if (!busy)
		*tie = (uint16_t)pintid;
	hv_unlock(hv_vgic_scope_lock_(&scope));
	return busy ? HV_EBUSY : HV_OK;
}

uint32_t hv_vgic_state(struct hv_vgic *vgic, uint32_t vcpu, uint32_t intid)
{
	struct vgic_scope_ scope = { .caller = VGIC_NOBODY_ };
	uint32_t bit = 1u << (intid & 31), state;

	if (!scope_of(vgic, vcpu, intid, &scope))
		return 0;
	hv_lock(hv_vgic_scope_lock_(&scope));
	state = vgic_pending_(scope.bank) & bit ? HV_VGIC_IS_PENDING : 0;
	state |= scope.bank->active & bit ? HV_VGIC_IS_ACTIVE : 0;
	state |= scope.bank->level & bit ? HV_VGIC_IS_LINE : 0;
	state |= scope.bank->enable & bit ? HV_VGIC_IS_ENABLED : 0;
	state |= scope.bank->listed & bit ? HV_VGIC_IS_LISTED : 0;
	hv_unlock(hv_vgic_scope_lock_(&scope));
	return state;
}
