/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * MMIO completion over register x size x sign x SF x byte order, against a byte-wise formula; completing twice or for
 * another access. ESR-01, ESR-02, ESR-03, ESR-04, ESR-05, ESR-39.
 */
#include "run_world.h"

#define DATA HV_U64(0x8182838485868788)

struct state_case {
	uint64_t pstate, sctlr;
	bool big;
};

/* Which bit decides the byte order: EE at EL1, E0E at EL0, SPSR.E in AArch32. */
static const struct state_case states[] = {
	{ 0x5, 0, false },          { 0x5, HV_BIT(25), true }, { 0x5, HV_BIT(24), false },  { 0x4, HV_BIT(25), true },
	{ 0x0, HV_BIT(25), false }, { 0x0, HV_BIT(24), true }, { 0x10, HV_BIT(24), false }, { 0x210, 0, true },
};

static uint64_t bytes_of(uint64_t value, uint32_t bytes, bool big)
{
	uint64_t result = 0;
	uint32_t i;

	for (i = 0; i < bytes; i++)
		result |= (value >> 8 * i & 0xff) << 8 * (big ? bytes - 1 - i : i);
	return result;
}

static uint64_t loaded(uint64_t data, uint32_t bytes, bool sign, bool sf, bool big)
{
	uint64_t value = bytes_of(data, bytes, big);

	if (sign && (value >> (8 * bytes - 1) & 1))
		for (uint32_t bit = 8 * bytes; bit < (sf ? 64u : 32u); bit++)
			value |= HV_BIT(bit);
	return sf ? value : value & 0xffffffff;
}

static void fill_registers(struct hv_vcpu *vcpu)
{
	uint32_t i;

	for (i = 0; i < 31; i++)
		vcpu->regs.x[i] = HV_U64(0x1122334455667788) + i;
}

static void assert_registers_but(const struct hv_vcpu *vcpu, uint32_t except)
{
	uint32_t i;

	for (i = 0; i < 31; i++)
		if (i != except)
			assert_int_equal(vcpu->regs.x[i], HV_U64(0x1122334455667788) + i);
}

static uint64_t abort_esr(uint32_t srt, uint32_t sas, bool sign, bool sf, bool write)
{
	return hv_esr_make(HV_EC_DABT_LOWER, true,
			   1u << 24 | sas << 22 | (uint32_t)sign << 21 | srt << 16 | (uint32_t)sf << 15 |
				   (uint32_t)write << 6 | 7);
}

static void one_access(struct run_world *w, uint64_t esr, const struct state_case *s, uint64_t data)
{
	struct hv_vcpu *vcpu = &w->vm.vcpu[0];
	uint32_t srt = (uint32_t)HV_FIELD(esr, 20, 16), bytes = 1u << HV_FIELD(esr, 23, 22);
	bool write = esr & HV_ISS_WNR;

	fill_registers(vcpu);
	vcpu->regs.pstate = s->pstate;
	vcpu->regs.pc = 0x1000;
	hv_el1_set(&vcpu->el1, HV_EL1_SCTLR, s->sctlr);
	world_abort(w, esr, HOLE + 0x18);
	assert_int_equal(w->next.kind, HV_NEXT_MMIO);
	assert_int_equal(w->next.mmio.ipa.v, HOLE + 0x18);
	assert_int_equal(w->next.mmio.size_bytes, bytes);
	assert_int_equal(w->next.mmio.is_write, write);
	assert_int_equal(w->next.mmio.data, write && srt < 31 ? bytes_of(vcpu->regs.x[srt], bytes, s->big) : 0);
	assert_int_equal(vcpu->regs.pc, 0x1000);
	if (!write)
		w->next.mmio.data = data;
	assert_int_equal(hv_mmio_complete(vcpu, &w->next.mmio), HV_OK);
	assert_int_equal(vcpu->regs.pc, 0x1004);
	if (!write && srt < 31)
		assert_int_equal(vcpu->regs.x[srt], loaded(data, bytes, esr & HV_ISS_SSE, esr & HV_ISS_SF, s->big));
	assert_registers_but(vcpu, write ? 31 : srt);
	/* ESR-05: a second completion is refused and moves nothing. */
	assert_int_equal(hv_mmio_complete(vcpu, &w->next.mmio), HV_EINVAL);
	assert_int_equal(vcpu->regs.pc, 0x1004);
}

static void every_register_size_sign_and_order(void **state)
{
	struct run_world w;
	uint32_t srt, sas, bits, s;

	(void)state;
	world_run(&w, 1);
	for (srt = 0; srt < 32; srt++)
		for (sas = 0; sas < 4; sas++)
			for (bits = 0; bits < 8; bits++)
				for (s = 0; s < HV_ARRAY_SIZE(states); s++) {
					uint64_t esr = abort_esr(srt, sas, bits & 1, bits & 2, bits & 4);

					one_access(&w, esr, &states[s], DATA);
					one_access(&w, esr, &states[s], ~DATA);
				}
	world_end(&w);
}

/* ESR-03, the sentence itself: LDRSB of 0x80. */
static void ldrsb_of_0x80(void **state)
{
	struct run_world w;

	(void)state;
	world_run(&w, 1);
	world_abort(&w, abort_esr(3, 0, true, true, false), HOLE);
	w.next.mmio.data = 0x80;
	assert_int_equal(hv_mmio_complete(&w.vm.vcpu[0], &w.next.mmio), HV_OK);
	assert_int_equal(w.vm.vcpu[0].regs.x[3], HV_U64(0xffffffffffffff80));
	world_abort(&w, abort_esr(3, 0, true, false, false), HOLE);
	w.next.mmio.data = HV_U64(0xdeadbeef00000080);
	assert_int_equal(hv_mmio_complete(&w.vm.vcpu[0], &w.next.mmio), HV_OK);
	assert_int_equal(w.vm.vcpu[0].regs.x[3], 0xffffff80);
	world_end(&w);
}

/* ESR-39: only the access that was handed out, and only while it is. */
static void wrong_completions_are_refused(void **state)
{
	struct run_world w;
	struct hv_vcpu *vcpu;
	struct hv_mmio mmio = { .size_bytes = 4 };
	uint64_t deadline;

	(void)state;
	world_run(&w, 1);
	vcpu = &w.vm.vcpu[0];
	assert_int_equal(hv_mmio_complete(vcpu, &mmio), HV_EINVAL);
	world_abort(&w, abort_esr(3, 2, false, false, false), HOLE);
	mmio = w.next.mmio;
	mmio.ipa = hv_ipa(HOLE + 4);
	assert_int_equal(hv_mmio_complete(vcpu, &mmio), HV_EINVAL);
	mmio = w.next.mmio;
	mmio.size_bytes = 8;
	assert_int_equal(hv_mmio_complete(vcpu, &mmio), HV_EINVAL);
	mmio = w.next.mmio;
	mmio.is_write = true;
	assert_int_equal(hv_mmio_complete(vcpu, &mmio), HV_EINVAL);
	/* Entering the guest again makes the access void: the instruction repeats itself. */
	assert_int_equal(hv_vcpu_prepare(vcpu, NOW, &deadline), HV_ENTRY_GO);
	assert_int_equal(hv_mmio_complete(vcpu, &w.next.mmio), HV_EINVAL);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_register_size_sign_and_order),
		cmocka_unit_test(ldrsb_of_0x80),
		cmocka_unit_test(wrong_completions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
