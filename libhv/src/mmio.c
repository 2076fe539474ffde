/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* mmio.c - the data of a trapped access: width, byte order, sign and register. Contract: hv_mmio_complete(). */
#include "run_priv.h"

#define SPSR_E HV_BIT(9) /* AArch32 */

bool hv_guest_is_big_endian_(const struct hv_vcpu *vcpu)
{
	uint64_t pstate = vcpu->regs.pstate;
	uint64_t sctlr = hv_el1_get(&vcpu->el1, HV_EL1_SCTLR);

	if (pstate & HV_PSTATE_NRW)
		return pstate & SPSR_E;
	return sctlr & (pstate & HV_MASK(3, 2) ? HV_SCTLR_EE : HV_SCTLR_E0E);
}

static uint64_t width_mask(uint32_t bytes)
{
	return ~HV_U64(0) >> (64 - 8 * bytes);
}

/* The @bytes low bytes of @data in reverse order. */
static uint64_t swap_bytes(uint64_t data, uint32_t bytes)
{
	return __builtin_bswap64(data) >> (64 - 8 * bytes);
}

/* From the device's value to the guest's, or back: the same function both ways. */
static uint64_t guest_order(const struct hv_vcpu *vcpu, uint64_t data, uint32_t bytes)
{
	data &= width_mask(bytes);
	return hv_guest_is_big_endian_(vcpu) ? swap_bytes(data, bytes) : data;
}

void hv_mmio_of_exit_(const struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_mmio *mmio)
{
	mmio->ipa = hv_ipa(exit->ipa);
	mmio->size_bytes = exit->access_bytes;
	mmio->is_write = exit->flags & HV_EXIT_FLAG_WRITE;
	mmio->bytes_more = 0;
	mmio->data = mmio->is_write ? guest_order(vcpu, hv_reg_get_(vcpu, exit->srt), exit->access_bytes) : 0;
}

/* First the sign to 64 bits, then the width of the register: never the other way round (ESR-02, ESR-03). */
static uint64_t extend(uint64_t data, const struct hv_exit *exit)
{
	uint32_t shift = 64 - 8 * (uint32_t)exit->access_bytes;

	if (exit->flags & HV_EXIT_FLAG_SIGN)
		data = (uint64_t)((int64_t)(data << shift) >> shift);
	return exit->flags & HV_EXIT_FLAG_SF ? data : data & HV_MASK(31, 0);
}

void hv_mmio_finish_(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t data)
{
	if (!(exit->flags & HV_EXIT_FLAG_WRITE))
		hv_reg_set_(vcpu, exit->srt, extend(guest_order(vcpu, data, exit->access_bytes), exit));
	hv_advance_(vcpu, exit->pc_step);
}

static bool same_access(const struct hv_exit *exit, const struct hv_mmio *mmio)
{
	return mmio->ipa.v == exit->ipa && mmio->size_bytes == exit->access_bytes &&
	       mmio->is_write == !!(exit->flags & HV_EXIT_FLAG_WRITE);
}

enum hv_err hv_mmio_complete(struct hv_vcpu *vcpu, struct hv_mmio *mmio)
{
	if (!vcpu->mmio_outstanding)
		return HV_EINVAL;
	if (vcpu->emulation.active)
		return hv_emulate_complete_(vcpu, mmio);
	if (!same_access(&vcpu->mmio_exit, mmio))
		return HV_EINVAL;
	vcpu->mmio_outstanding = false;
	hv_mmio_finish_(vcpu, &vcpu->mmio_exit, mmio->data);
	return HV_OK;
}
