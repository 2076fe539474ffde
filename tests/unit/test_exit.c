/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * Exit decode: the exit matrix (64 classes x 64 fault codes x ISV, S1PTW, CM, WnR, FnV, IL) against rules written
 * independently, field layouts, and validity of HPFAR, PAR and FAR.
 * ESR-06, ESR-07, ESR-08..ESR-16, ESR-19, ESR-20, ESR-23, ESR-24, ESR-25.
 */
#include <hv/exit.h>
#include <hv/sysreg.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#define POISON    HV_U64(0xdeadbeefdeadbeef)
#define FAR       HV_U64(0xffff000012345abc)
#define HPFAR_IPA HV_U64(0x000fedcba9876000)
#define PAR_IPA   HV_U64(0x0000000055aa1000)
#define EL1H      HV_U64(0x3c5)

static struct hv_exit decode(uint64_t esr)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC,
				   .valid = HV_RAW_HPFAR,
				   .esr = esr,
				   .far = FAR,
				   .hpfar = HPFAR_IPA >> 8,
				   .par = POISON,
				   .elr = 0x1000,
				   .spsr = EL1H };

	return hv_exit_decode(&raw, 0);
}

static struct hv_exit decode_ec(uint32_t ec, uint32_t iss)
{
	return decode((uint64_t)ec << 26 | 1u << 25 | iss);
}

/* What each class is, in the order of its number. */
#define U HV_EXIT_UNKNOWN
#define I HV_EXIT_ILLEGAL
#define D HV_EXIT_DEBUG
#define H HV_EXIT_HOST
static const uint8_t kinds[64] = {
	U,
	HV_EXIT_WFX,
	U,
	HV_EXIT_CP,
	HV_EXIT_CP,
	HV_EXIT_CP,
	U,
	HV_EXIT_FP,
	HV_EXIT_CP,
	HV_EXIT_PAUTH,
	U,
	U,
	HV_EXIT_CP,
	I,
	I,
	U,
	U,
	I,
	HV_EXIT_HVC,
	HV_EXIT_SMC,
	U,
	I,
	HV_EXIT_HVC,
	HV_EXIT_SMC,
	HV_EXIT_SYSREG,
	HV_EXIT_SVE,
	U,
	U,
	I,
	HV_EXIT_SME,
	H,
	U,
	HV_EXIT_IABT,
	H,
	I,
	U,
	HV_EXIT_DABT,
	H,
	I,
	I,
	I,
	U,
	U,
	U,
	I,
	I,
	U,
	HV_EXIT_SERROR,
	D,
	H,
	D,
	H,
	D,
	H,
	U,
	U,
	D,
	U,
	D,
	U,
	D,
	D,
	U,
	U,
};

/* ESR-06, ESR-07, ESR-16: kind and PC step of all 64 classes, for both instruction lengths. */
static void every_class_has_a_kind_and_a_step(void **state)
{
	/* Classes whose instruction is emulated or skipped by its length; HVC returns behind itself. */
	const uint64_t stepped = HV_BIT(0x01) | HV_BIT(0x03) | HV_BIT(0x04) | HV_BIT(0x05) | HV_BIT(0x06) |
				 HV_BIT(0x07) | HV_BIT(0x08) | HV_BIT(0x0c) | HV_BIT(0x13) | HV_BIT(0x17) |
				 HV_BIT(0x18) | HV_BIT(0x24) | HV_BIT(0x38) | HV_BIT(0x3c);
	uint32_t ec;

	(void)state;
	for (ec = 0; ec < 64; ec++) {
		struct hv_exit wide = decode((uint64_t)ec << 26 | HV_ESR_IL);
		struct hv_exit narrow = decode((uint64_t)ec << 26);
		bool steps = stepped & HV_BIT(ec);

		assert_int_equal(wide.kind, kinds[ec]);
		assert_int_equal(wide.ec, ec);
		assert_int_equal(wide.pc_step, steps ? 4 : 0);
		assert_int_equal(narrow.pc_step, steps ? 2 : 0);
		assert_int_equal(wide.flags & HV_EXIT_FLAG_IL, HV_EXIT_FLAG_IL);
		assert_int_equal(narrow.flags & HV_EXIT_FLAG_IL, 0);
	}
}

static bool is_s2_fsc(uint32_t fsc)
{
	return fsc < 0x10 || fsc == 0x29 || fsc == 0x2a || fsc == 0x2b || fsc == 0x2c;
}

static bool is_permission(uint32_t fsc)
{
	return fsc >= 0x0c && fsc <= 0x0f;
}

#define ISS_BITS 6
static const uint64_t iss_bits[ISS_BITS] = { HV_BIT(24), HV_BIT(7), HV_BIT(8), HV_BIT(6), HV_BIT(10), HV_BIT(25) };

/* The flags an abort of class @ec must have, given HPFAR but no PAR. */
static uint32_t expected_flags(uint32_t ec, uint32_t fsc, uint64_t esr)
{
	bool data = ec == 0x24, s2 = is_s2_fsc(fsc), walk = s2 && (esr & HV_BIT(7)), cm = data && (esr & HV_BIT(8));
	uint32_t flags = esr & HV_BIT(25) ? HV_EXIT_FLAG_IL : 0;

	flags |= fsc == 0x10 && (esr & HV_BIT(10)) ? HV_EXIT_FLAG_FNV : HV_EXIT_FLAG_FAR;
	if (cm)
		flags |= HV_EXIT_FLAG_CM;
	if (data && (esr & HV_BIT(6)) && !walk && !cm)
		flags |= HV_EXIT_FLAG_WRITE;
	if (!s2)
		return flags;
	flags |= HV_EXIT_FLAG_S2;
	if (walk)
		flags |= HV_EXIT_FLAG_S1PTW;
	if (walk && is_permission(fsc))
		flags |= HV_EXIT_FLAG_WALK_WRITE;
	flags |= !walk && is_permission(fsc) ? HV_EXIT_FLAG_RETRY : HV_EXIT_FLAG_IPA;
	if (data && (esr & HV_BIT(24)) && !walk && !cm)
		flags |= HV_EXIT_FLAG_ISV;
	return flags;
}

/* The whole matrix, upper half of ESR random (ESR-20), poison where the architecture says UNKNOWN (ESR-12). */
static void abort_matrix(void **state)
{
	uint64_t random = 88172645463325252u;
	uint32_t ec, fsc, bits, i;

	(void)state;
	for (ec = 0x20; ec <= 0x24; ec += 4)
		for (fsc = 0; fsc < 64; fsc++)
			for (bits = 0; bits < 1u << ISS_BITS; bits++) {
				uint64_t esr = (uint64_t)ec << 26 | fsc;
				struct hv_exit exit;

				random ^= random << 13;
				random ^= random >> 7;
				random ^= random << 17;
				for (i = 0; i < ISS_BITS; i++)
					esr |= bits >> i & 1 ? iss_bits[i] : 0;
				exit = decode(esr | random << 32);
				assert_int_equal(exit.flags, expected_flags(ec, fsc, esr));
				if (exit.flags & HV_EXIT_FLAG_IPA)
					assert_int_equal(exit.ipa,
							 HPFAR_IPA |
								 (exit.flags & HV_EXIT_FLAG_S1PTW ? 0 : FAR & 0xfff));
				else
					assert_int_equal(exit.ipa, 0);
				assert_int_equal(exit.far, exit.flags & HV_EXIT_FLAG_FAR ? FAR : 0);
				assert_int_equal(exit.srt, 0);
				assert_int_equal(exit.access_bytes, exit.flags & HV_EXIT_FLAG_ISV ? 1 : 0);
			}
}

/* ESR-12: a permission fault takes its address from PAR; where AT failed the guest runs again. */
static void permission_fault_uses_par(void **state)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .esr = 0x9200004f, .far = FAR, .hpfar = POISON };
	struct hv_exit exit;

	(void)state;
	raw.valid = HV_RAW_HPFAR | HV_RAW_PAR;
	raw.par = PAR_IPA | HV_U64(0xff00000000000a80); /* attributes around the address */
	exit = hv_exit_decode(&raw, 0);
	assert_int_equal(exit.ipa, PAR_IPA | (FAR & 0xfff));
	assert_true(exit.flags & HV_EXIT_FLAG_IPA);
	assert_false(exit.flags & HV_EXIT_FLAG_RETRY);
	raw.par = PAR_IPA | 1;
	exit = hv_exit_decode(&raw, 0);
	assert_true(exit.flags & HV_EXIT_FLAG_RETRY);
	assert_false(exit.flags & HV_EXIT_FLAG_IPA);
	assert_int_equal(exit.ipa, 0);
	/* A permission fault of the walk itself has HPFAR. */
	raw.esr |= HV_ISS_S1PTW;
	raw.hpfar = HPFAR_IPA >> 8;
	exit = hv_exit_decode(&raw, 0);
	assert_int_equal(exit.ipa, HPFAR_IPA);
	assert_true(exit.flags & HV_EXIT_FLAG_WALK_WRITE);
	/* And without it there is nothing to go by: PAR is about another address. */
	raw.valid = HV_RAW_PAR;
	raw.par = PAR_IPA;
	assert_true(hv_exit_decode(&raw, 0).flags & HV_EXIT_FLAG_RETRY);
}

/* ESR-15: on Cortex-A57 HPFAR counts only for walks. */
static void erratum_834220_needs_par(void **state)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .esr = 0x92000007, .far = FAR, .hpfar = HPFAR_IPA >> 8 };

	(void)state;
	raw.valid = HV_RAW_HPFAR;
	assert_int_equal(hv_exit_decode(&raw, 0).ipa, HPFAR_IPA | (FAR & 0xfff));
	assert_true(hv_exit_decode(&raw, HV_ERRATUM_834220).flags & HV_EXIT_FLAG_RETRY);
	raw.valid |= HV_RAW_PAR;
	raw.par = PAR_IPA;
	assert_int_equal(hv_exit_decode(&raw, HV_ERRATUM_834220).ipa, PAR_IPA | (FAR & 0xfff));
	raw.par = 1;
	assert_true(hv_exit_decode(&raw, HV_ERRATUM_834220).flags & HV_EXIT_FLAG_RETRY);
	raw.esr |= HV_ISS_S1PTW;
	assert_int_equal(hv_exit_decode(&raw, HV_ERRATUM_834220).ipa, HPFAR_IPA);
}

/* ESR-10, ESR-11: every bit of FIPA, every page offset. */
static void ipa_is_hpfar_page_and_far_offset(void **state)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .valid = HV_RAW_HPFAR, .esr = 0x92000004 };
	uint32_t bit, offset;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		raw.hpfar = HV_BIT(bit);
		assert_int_equal(hv_exit_decode(&raw, 0).ipa, bit >= 4 && bit <= 47 ? HV_BIT(bit + 8) : 0);
	}
	raw.hpfar = 0;
	for (offset = 0; offset < 0x1000; offset++) {
		raw.far = HV_U64(0xfffffffffffff000) | offset;
		assert_int_equal(hv_exit_decode(&raw, 0).ipa, offset);
	}
}

/* ESR-01, ESR-08: the transfer, each field by itself. */
static void transfer_fields(void **state)
{
	uint32_t srt, sas;

	(void)state;
	for (srt = 0; srt < 32; srt++)
		for (sas = 0; sas < 4; sas++) {
			struct hv_exit exit = decode_ec(0x24, 1u << 24 | sas << 22 | srt << 16 | 7);

			assert_int_equal(exit.srt, srt);
			assert_int_equal(exit.access_bytes, 1u << sas);
			assert_int_equal(exit.flags & (HV_EXIT_FLAG_SIGN | HV_EXIT_FLAG_SF | HV_EXIT_FLAG_ACQREL), 0);
		}
	assert_true(decode_ec(0x24, 1u << 24 | 1u << 21 | 7).flags & HV_EXIT_FLAG_SIGN);
	assert_true(decode_ec(0x24, 1u << 24 | 1u << 15 | 7).flags & HV_EXIT_FLAG_SF);
	assert_true(decode_ec(0x24, 1u << 24 | 1u << 14 | 7).flags & HV_EXIT_FLAG_ACQREL);
	assert_true(decode_ec(0x24, 1u << 9 | 0x10).flags & HV_EXIT_FLAG_EA);
	assert_int_equal(decode_ec(0x24, 0x0ffff007).srt, 0); /* ISV 0: nothing of it */
	assert_int_equal(decode_ec(0x24, 0x2b).level, -1);
	assert_int_equal(decode_ec(0x24, 0x06).level, 2);
	assert_int_equal(decode_ec(0x20, 0x10).level, HV_FAULT_NO_LEVEL);
}

/* ESR-25: register traps field by field. */
static void sysreg_fields(void **state)
{
	uint32_t rt;
	struct hv_exit exit;

	(void)state;
	for (rt = 0; rt < 32; rt++) {
		exit = decode_ec(0x18, 3u << 20 | 5u << 17 | 2u << 14 | 9u << 10 | rt << 5 | 12u << 1 | (rt & 1));
		assert_int_equal(exit.sysreg, HV_SYSREG(3, 2, 9, 12, 5));
		assert_int_equal(exit.srt, rt);
		assert_int_equal(!!(exit.flags & HV_EXIT_FLAG_READ), rt & 1);
	}
	exit = decode_ec(0x03, 1u << 24 | 3u << 20 | 5u << 17 | 2u << 14 | 9u << 10 | 18u << 5 | 12u << 1 | 1);
	assert_int_equal(exit.sysreg, HV_CPREG(15, 2, 9, 12, 5));
	assert_int_equal(exit.srt, 18);
	assert_int_equal(exit.cond, 3);
	assert_true(exit.flags & HV_EXIT_FLAG_READ);
	assert_true(exit.flags & HV_EXIT_FLAG_CV);
	exit = decode_ec(0x04, 7u << 16 | 11u << 10 | 21u << 5 | 14u << 1);
	assert_int_equal(exit.sysreg, HV_CPREG_64 | HV_CPREG(15, 7, 0, 14, 0));
	assert_int_equal(exit.srt, 21);
	assert_int_equal(exit.rt2, 11);
	assert_false(exit.flags & (HV_EXIT_FLAG_READ | HV_EXIT_FLAG_CV));
	assert_int_equal(decode_ec(0x05, 0).sysreg, HV_CPREG(14, 0, 0, 0, 0));
	assert_int_equal(decode_ec(0x08, 0).sysreg, HV_CPREG(10, 0, 0, 0, 0));
	assert_int_equal(decode_ec(0x0c, 1).sysreg, HV_CPREG_64 | HV_CPREG(14, 0, 0, 0, 0));
}

static void calls_waits_and_debug(void **state)
{
	struct hv_exit exit;

	(void)state;
	assert_int_equal(decode_ec(0x16, 0xabcd).imm, 0xabcd);
	assert_int_equal(decode_ec(0x17, 0x1234).imm, 0x1234);
	assert_int_equal(decode_ec(0x12, 0x0042).imm, 0x42);
	/* SMC from AArch32: no immediate, and COND only where CCKNOWNPASS is set. */
	exit = decode_ec(0x13, 1u << 24 | 1u << 20 | 0xffff);
	assert_int_equal(exit.imm, 0);
	assert_int_equal(exit.cond, 0);
	assert_false(exit.flags & HV_EXIT_FLAG_CV);
	exit = decode_ec(0x13, 1u << 24 | 1u << 20 | 1u << 19);
	assert_int_equal(exit.cond, 1);
	assert_true(exit.flags & HV_EXIT_FLAG_CV);
	exit = decode_ec(0x01, 2u | 1u << 2 | 17u << 5);
	assert_int_equal(exit.imm, 2);
	assert_int_equal(exit.srt, 17);
	assert_true(exit.flags & HV_EXIT_FLAG_RV);
	assert_int_equal(decode_ec(0x3c, 0x55).imm, 0x55);
	exit = decode_ec(0x34, 0x22 | 1u << 6);
	assert_int_equal(exit.far, FAR);
	assert_true(exit.flags & HV_EXIT_FLAG_WRITE);
	assert_false(decode_ec(0x34, 0x22).flags & HV_EXIT_FLAG_WRITE);
	assert_int_equal(decode_ec(0x22, 0).far, FAR);
	assert_int_equal(decode_ec(0x26, 0).far, 0);
}

static void vectors_and_states(void **state)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_IRQ, .esr = POISON, .far = POISON, .spsr = EL1H };
	struct hv_exit exit = hv_exit_decode(&raw, 0);

	(void)state;
	/* ESR is not defined for interrupts. */
	assert_int_equal(exit.kind, HV_EXIT_IRQ);
	assert_int_equal(exit.esr, 0);
	assert_int_equal(exit.flags, 0);
	raw.vector = HV_VECTOR_FIQ;
	assert_int_equal(hv_exit_decode(&raw, 0).kind, HV_EXIT_FIQ);
	/* ESR-17, ESR-18: an SError is one exit of its own, whatever class its syndrome shows. */
	raw.vector = HV_VECTOR_SERROR;
	raw.esr = 0x5a000000;
	assert_int_equal(hv_exit_decode(&raw, 0).kind, HV_EXIT_SERROR);
	assert_int_equal(hv_exit_decode(&raw, 0).pc_step, 0);
	raw.spsr = 0;
	assert_int_equal(hv_exit_decode(&raw, 0).flags & (HV_EXIT_FLAG_EL0 | HV_EXIT_FLAG_AARCH32), HV_EXIT_FLAG_EL0);
	raw.spsr = 0x10;
	assert_int_equal(hv_exit_decode(&raw, 0).flags & (HV_EXIT_FLAG_EL0 | HV_EXIT_FLAG_AARCH32),
			 HV_EXIT_FLAG_EL0 | HV_EXIT_FLAG_AARCH32);
	raw.spsr = 0x13;
	assert_int_equal(hv_exit_decode(&raw, 0).flags & (HV_EXIT_FLAG_EL0 | HV_EXIT_FLAG_AARCH32),
			 HV_EXIT_FLAG_AARCH32);
}

/* ESR-23: two decodes into differently soiled memory are equal, field by field of the classes above. */
static void nothing_leaks_through(void **state)
{
	uint32_t ec;

	(void)state;
	for (ec = 0; ec < 64; ec++) {
		struct hv_exit exit = decode((uint64_t)ec << 26);

		assert_int_equal(exit.imm, 0);
		assert_int_equal(exit.srt, 0);
		assert_int_equal(exit.rt2, 0);
		assert_int_equal(exit.cond, 0);
		assert_int_equal(exit.access_bytes, 0);
		if (exit.kind != HV_EXIT_DABT && exit.kind != HV_EXIT_IABT) {
			assert_int_equal(exit.fault, HV_FAULT_NONE);
			assert_int_equal(exit.ipa, 0);
		}
	}
}

static void names(void **state)
{
	uint32_t kind;

	(void)state;
	for (kind = 0; kind <= HV_EXIT_HOST; kind++)
		assert_in_range(strlen(hv_exit_kind_name((enum hv_exit_kind)kind)), 2, 7);
	assert_string_equal(hv_exit_kind_name(HV_EXIT_IRQ), "irq");
	assert_string_equal(hv_exit_kind_name(HV_EXIT_SMC), "smc");
	assert_string_equal(hv_exit_kind_name(HV_EXIT_DABT), "dabt");
	assert_string_equal(hv_exit_kind_name(HV_EXIT_SVE), "sve");
	assert_string_equal(hv_exit_kind_name(HV_EXIT_HOST), "host");
	assert_string_equal(hv_exit_kind_name((enum hv_exit_kind)77), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_class_has_a_kind_and_a_step),
		cmocka_unit_test(abort_matrix),
		cmocka_unit_test(permission_fault_uses_par),
		cmocka_unit_test(erratum_834220_needs_par),
		cmocka_unit_test(ipa_is_hpfar_page_and_far_offset),
		cmocka_unit_test(transfer_fields),
		cmocka_unit_test(sysreg_fields),
		cmocka_unit_test(calls_waits_and_debug),
		cmocka_unit_test(vectors_and_states),
		cmocka_unit_test(nothing_leaks_through),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
