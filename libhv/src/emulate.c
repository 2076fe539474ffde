/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * emulate.c - device accesses whose syndrome does not tell them (ISV 0): pairs, write-back, SIMD, structures, DC ZVA.
 *
 * The instruction is read from the guest and decoded; before anything is done, both pages it may touch are translated, so
 * that once the first device access is handed out nothing can be missing any more. Accesses then go out one at a time and
 * registers change after the last (hv/insn.h). Whatever does not fit together - the tables, the word or the address
 * are no longer those of the exit - ends in "run the guest again", never in another access than the guest's.
 */
#include "run_priv.h"

#define FSC_EXCLUSIVE 0x35u
#define PAGE_MASK     (HV_KIB(4) - 1)
#define TAG_MASK      HV_MASK(55, 0)
#define PSTATE_SPSEL  HV_BIT(0)

static uint64_t stack_pointer(const struct hv_vcpu *vcpu)
{
	bool el1h = (vcpu->regs.pstate & HV_MASK(3, 2)) && (vcpu->regs.pstate & PSTATE_SPSEL);

	return hv_el1_get(&vcpu->el1, el1h ? HV_EL1_SP_EL1 : HV_EL1_SP_EL0);
}

static void set_stack_pointer(struct hv_vcpu *vcpu, uint64_t value)
{
	bool el1h = (vcpu->regs.pstate & HV_MASK(3, 2)) && (vcpu->regs.pstate & PSTATE_SPSEL);

	hv_el1_set(&vcpu->el1, el1h ? HV_EL1_SP_EL1 : HV_EL1_SP_EL0, value);
}

static void ask_for(struct hv_next *next, enum hv_next_kind kind, uint64_t ipa, uint32_t access)
{
	next->kind = kind;
	next->ipa = hv_ipa(ipa);
	next->access = access;
}

/*
 * The word at the guest's PC. False: @next says what is needed first, or the guest runs again because its tables no longer hold
 * the PC, or the word is in no memory of the VM and the access ends as an abort.
 */
static bool fetch(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint32_t *word, struct hv_next *next)
{
	struct hv_walk walk;
	enum hv_err err = hv_vcpu_walk(vcpu, vcpu->regs.pc, HV_WALK_FETCH, &walk);

	if (!err && walk.fault != HV_FAULT_NONE)
		return false;
	if (!err)
		err = hv_vm_read(vcpu->vm, hv_ipa(walk.ipa), word, sizeof(*word));
	if (err == HV_ENOENT)
		ask_for(next, HV_NEXT_FETCH, walk.ipa, HV_S2_R);
	else if (err)
		hv_vcpu_inject_abort(vcpu, exit);
	return err == HV_OK;
}

/* Where the page of @va is. False: as above, or the guest has taken the fault its own tables hold for that page. */
static bool place(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t va, uint64_t *ipa, struct hv_next *next)
{
	struct hv_emulation *e = &vcpu->emulation;
	uint32_t access = e->insn.store ? HV_WALK_WRITE : HV_WALK_READ;
	struct hv_exit at = *exit;
	struct hv_walk walk;

	if (e->insn.insn_class == HV_INSN_UNPRIV)
		access |= HV_WALK_UNPRIV;
	if (hv_vcpu_walk(vcpu, va, access, &walk) == HV_ENOENT) {
		ask_for(next, HV_NEXT_MAP, walk.ipa, HV_S2_R);
		return false;
	}
	*ipa = walk.ipa & ~PAGE_MASK;
	if (walk.fault == HV_FAULT_NONE)
		return true;
	at.far = va;
	hv_inject_abort_fsc_(vcpu, &at, hv_fsc_of_(walk.fault, walk.level));
	return false;
}

/* Can the page be accessed now? RAM must be mapped; beyond the guest's address size is a fault of its own. */
static bool usable(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t ipa, struct hv_next *next)
{
	uint32_t prot = vcpu->emulation.insn.store ? HV_S2_W : HV_S2_R;
	enum hv_region region = hv_vm_region_(vcpu->vm, ipa);
	struct hv_s2_leaf leaf;

	if (region == HV_REGION_BEYOND) {
		hv_inject_abort_fsc_(vcpu, exit, HV_FSC_ADDRESS_SIZE(0));
		return false;
	}
	if (region != HV_REGION_RAM)
		return true;
	if (hv_s2_lookup(vcpu->vm->s2, hv_ipa(ipa), &leaf) == HV_OK && leaf.mapped && (leaf.prot & prot))
		return true;
	ask_for(next, HV_NEXT_MAP, ipa, prot);
	return false;
}

static bool plan_page(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint32_t page, uint64_t va,
		      struct hv_next *next)
{
	uint64_t *ipa = &vcpu->emulation.page_ipa[page];

	return place(vcpu, exit, va, ipa, next) && usable(vcpu, exit, *ipa, next);
}

/* Is the exit about this instruction, and about the page that the tables give for it? */
static bool fits_exit(const struct hv_vcpu *vcpu, const struct hv_exit *exit)
{
	const struct hv_emulation *e = &vcpu->emulation;
	uint64_t offset = (exit->far - e->address) & TAG_MASK;
	bool second = ((e->address ^ exit->far) & TAG_MASK & ~PAGE_MASK) != 0;

	return offset < hv_insn_bytes(&e->insn) && e->insn.store == !!(exit->flags & HV_EXIT_FLAG_WRITE) &&
	       e->page_ipa[second] == (exit->ipa & ~PAGE_MASK);
}

/* Both pages, once for all accesses; the second is the first again where the instruction stays within one. */
static bool plan(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	struct hv_emulation *e = &vcpu->emulation;
	uint64_t last = e->address + hv_insn_bytes(&e->insn) - 1;

	if (!plan_page(vcpu, exit, 0, e->address, next))
		return false;
	e->page_ipa[1] = e->page_ipa[0];
	if (((e->address ^ last) & ~PAGE_MASK) && !plan_page(vcpu, exit, 1, last & ~PAGE_MASK, next))
		return false;
	return fits_exit(vcpu, exit);
}

/* The next single access; its size is 0 when all are done. */
static struct hv_mmio next_access(const struct hv_emulation *e)
{
	uint64_t va = e->address + e->offset;
	bool second = ((va ^ e->address) & ~PAGE_MASK) != 0;
	uint32_t bytes = hv_insn_access(&e->insn, e->address, e->offset);
	struct hv_mmio mmio;

	mmio.ipa = hv_ipa(e->page_ipa[second] | (va & PAGE_MASK));
	mmio.size_bytes = (uint8_t)bytes;
	mmio.is_write = e->insn.store;
	mmio.data = mmio.is_write ? hv_insn_image_get(&e->image, e->offset, bytes) : 0;
	mmio.bytes_more = 0;
	return mmio;
}

static void take(struct hv_emulation *e, const struct hv_mmio *mmio)
{
	if (!mmio->is_write)
		hv_insn_image_put(&e->image, e->offset, mmio->size_bytes, mmio->data);
	e->offset += mmio->size_bytes;
}

static void finish(struct hv_vcpu *vcpu)
{
	struct hv_emulation *e = &vcpu->emulation;

	hv_insn_scatter(&e->insn, &e->image, e->big_endian, vcpu->regs.x);
	if (vcpu->v)
		hv_insn_scatter_v(&e->insn, &e->image, e->big_endian, vcpu->v);
	if (e->insn.wb != HV_INSN_WB_NONE && e->insn.rn == 31)
		set_stack_pointer(vcpu, e->base_after);
	else if (e->insn.wb != HV_INSN_WB_NONE)
		vcpu->regs.x[e->insn.rn] = e->base_after;
	e->active = false;
	hv_advance_(vcpu, 4);
}

/* RAM that an instruction reaches together with a device. It was there when planned; gone meanwhile, the guest tries again. */
static enum hv_err access_ram(struct hv_vm *vm, struct hv_mmio *mmio)
{
	if (mmio->is_write)
		return hv_vm_write(vm, mmio->ipa, &mmio->data, mmio->size_bytes);
	return hv_vm_read(vm, mmio->ipa, &mmio->data, mmio->size_bytes);
}

/*
 * Go on until a device is needed: HV_EAGAIN and *@mmio. @next is NULL when a device access has been made already: the interrupt
 * controller, which may ask for a repetition, can then not be reached any more (HV_EPERM).
 */
static enum hv_err advance(struct hv_vcpu *vcpu, struct hv_mmio *mmio, struct hv_next *next)
{
	struct hv_emulation *e = &vcpu->emulation;
	enum hv_err err;

	for (*mmio = next_access(e); mmio->size_bytes; *mmio = next_access(e)) {
		enum hv_region region = hv_vm_region_(vcpu->vm, mmio->ipa.v);

		if (region == HV_REGION_NONE) {
			mmio->bytes_more = (uint16_t)(hv_insn_bytes(&e->insn) - e->offset - mmio->size_bytes);
			return HV_EAGAIN;
		}
		if (region == HV_REGION_RAM)
			err = access_ram(vcpu->vm, mmio);
		else
			err = next ? hv_gic_access_(vcpu, mmio->ipa.v, mmio, next) : HV_EPERM;
		if (err)
			return err == HV_EAGAIN ? HV_EBUSY : err;
		take(e, mmio);
	}
	finish(vcpu);
	return HV_OK;
}

static void begin(struct hv_vcpu *vcpu)
{
	struct hv_emulation *e = &vcpu->emulation;
	uint64_t sp = stack_pointer(vcpu);

	e->address = hv_insn_address(&e->insn, vcpu->regs.x, sp, vcpu->regs.pc);
	e->base_after = e->insn.wb == HV_INSN_WB_NONE ? 0 : hv_insn_base_after(&e->insn, vcpu->regs.x, sp);
	e->big_endian = hv_guest_is_big_endian_(vcpu);
	e->offset = 0;
	hv_insn_gather(&e->insn, vcpu->regs.x, e->big_endian, &e->image);
	if (e->insn.simd)
		hv_insn_gather_v(&e->insn, vcpu->v, e->big_endian, &e->image);
}

/* Named and never completed: an atomic on a device is unsupported; the others get the abort a bus would give. */
static uint32_t refusal(const struct hv_insn *insn)
{
	return insn->insn_class >= HV_INSN_EXCL && insn->insn_class <= HV_INSN_RCW ? FSC_EXCLUSIVE : HV_FSC_EXTERNAL;
}

static void perform(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	struct hv_emulation *e = &vcpu->emulation;

	begin(vcpu);
	if (!plan(vcpu, exit, next))
		return;
	vcpu->mmio_exit = *exit;
	switch ((int)advance(vcpu, &next->mmio, next)) {
	case HV_EAGAIN:
		next->kind = HV_NEXT_MMIO;
		e->active = true;
		vcpu->mmio_outstanding = true;
		break;
	case HV_EBUSY:
		next->kind = HV_NEXT_SYNC;
		break;
	default:
		break;
	}
}

void hv_emulate_(struct hv_vcpu *vcpu, const struct hv_exit *exit, struct hv_next *next)
{
	struct hv_emulation *e = &vcpu->emulation;
	uint32_t word;
	enum hv_err err;

	e->active = false;
	if (exit->flags & HV_EXIT_FLAG_AARCH32) {
		hv_vcpu_inject_abort(vcpu, exit);
		return;
	}
	if (!fetch(vcpu, exit, &word, next))
		return;
	err = hv_insn_decode(word, &e->insn);
	if (!err && e->insn.insn_class == HV_INSN_DC_ZVA && vcpu->vm->dczid)
		hv_insn_set_zva(&e->insn, vcpu->vm->dczid);
	if (err || (e->insn.simd && !vcpu->v) || e->insn.nr == 0)
		hv_inject_abort_fsc_(vcpu, exit, err == HV_ENOTSUP ? refusal(&e->insn) : HV_FSC_EXTERNAL);
	else
		perform(vcpu, exit, next);
}

static bool same_access(const struct hv_mmio *a, const struct hv_mmio *b)
{
	return a->ipa.v == b->ipa.v && a->size_bytes == b->size_bytes && a->is_write == b->is_write;
}

enum hv_err hv_emulate_complete_(struct hv_vcpu *vcpu, struct hv_mmio *mmio)
{
	struct hv_emulation *e = &vcpu->emulation;
	struct hv_mmio expected = next_access(e);
	enum hv_err err;

	if (!same_access(&expected, mmio))
		return HV_EINVAL;
	take(e, mmio);
	err = advance(vcpu, mmio, NULL);
	if (err == HV_EAGAIN)
		return err;
	if (err == HV_EPERM)
		hv_vcpu_inject_abort(vcpu, &vcpu->mmio_exit);
	vcpu->mmio_outstanding = false;
	e->active = false;
	return HV_OK;
}

uint64_t hv_emulate_far_(const struct hv_vcpu *vcpu)
{
	return vcpu->emulation.address + vcpu->emulation.offset;
}
