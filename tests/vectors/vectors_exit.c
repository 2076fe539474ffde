/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vectors_exit.c - readers of the syndrome families: decoded fields, measured scenarios, classes, fault status codes. */
#include "hv_vectors.h"

#include <hv/exit.h>
#include <hv/sysreg.h>

#include <stdlib.h>
#include <string.h>

#define EL1H HV_U64(0x3c5)

static struct hv_exit decode(uint64_t esr, uint64_t far, uint64_t hpfar, uint64_t spsr)
{
	struct hv_exit_raw raw = {
		.vector = HV_VECTOR_SYNC, .valid = HV_RAW_HPFAR, .esr = esr, .far = far, .spsr = spsr
	};

	raw.hpfar = hpfar;
	return hv_exit_decode(&raw, 0);
}

/* ---- esr_decode: "NAME=value NAME=value" ----------------------------------------------------------------------------- */

/* The value of @name in @fields; false when it is not there. */
static bool field(const char *fields, const char *name, uint64_t *value)
{
	size_t bytes = strlen(name);

	for (const char *at = fields; at != NULL; at = strchr(at, ' ')) {
		while (*at == ' ')
			at++;
		if (strncmp(at, name, bytes) == 0 && at[bytes] == '=') {
			*value = strtoull(at + bytes + 1, NULL, 0);
			return true;
		}
	}
	return false;
}

static uint64_t need(const char *fields, const char *name)
{
	uint64_t value = 0;

	(void)field(fields, name, &value);
	return value;
}

/* What a decoded record says for one field name of the file; false when the record leaves that field out on purpose. */
static bool record_value(const struct hv_exit *exit, const char *name, uint64_t *value)
{
	uint32_t f = exit->flags;
	bool cp64 = exit->kind == HV_EXIT_CP && (exit->sysreg & HV_CPREG_64);
	bool transfer = f & HV_EXIT_FLAG_ISV;

#define IS(text)   (strcmp(name, text) == 0)
#define GIVE(what) return *value = (uint64_t)(what), true
	if (IS("CV"))
		GIVE(!!(f & HV_EXIT_FLAG_CV));
	if (IS("COND"))
		GIVE(exit->cond);
	if (IS("TI") || IS("imm16"))
		GIVE(exit->imm);
	if (IS("RN") || IS("Rt"))
		GIVE(exit->srt);
	if (IS("RV"))
		GIVE(!!(f & HV_EXIT_FLAG_RV));
	if (IS("Rt2"))
		GIVE(exit->rt2);
	if (IS("Dir"))
		GIVE(!!(f & HV_EXIT_FLAG_READ));
	if (IS("Op0"))
		GIVE(HV_SYSREG_OP0(exit->sysreg));
	if (IS("Op1") || (IS("Opc1") && !cp64))
		GIVE(HV_SYSREG_OP1(exit->sysreg));
	if (IS("Opc1"))
		GIVE(exit->sysreg >> 11 & 15);
	if (IS("CRn"))
		GIVE(HV_SYSREG_CRN(exit->sysreg));
	if (IS("CRm"))
		GIVE(HV_SYSREG_CRM(exit->sysreg));
	if (IS("Op2") || IS("Opc2"))
		GIVE(HV_SYSREG_OP2(exit->sysreg));
	if (IS("ISV") && exit->kind == HV_EXIT_DABT)
		GIVE(transfer);
	if (IS("SAS") && transfer)
		GIVE(__builtin_ctz(exit->access_bytes));
	if (IS("SSE") && transfer)
		GIVE(!!(f & HV_EXIT_FLAG_SIGN));
	if (IS("SRT") && transfer)
		GIVE(exit->srt);
	if (IS("SF") && transfer)
		GIVE(!!(f & HV_EXIT_FLAG_SF));
	if (IS("AR") && transfer)
		GIVE(!!(f & HV_EXIT_FLAG_ACQREL));
	if (IS("EA") && (exit->kind == HV_EXIT_DABT || exit->kind == HV_EXIT_IABT))
		GIVE(!!(f & HV_EXIT_FLAG_EA));
	if (IS("CM") && exit->kind == HV_EXIT_DABT)
		GIVE(!!(f & HV_EXIT_FLAG_CM));
	if (IS("S1PTW") && (f & HV_EXIT_FLAG_S2))
		GIVE(!!(f & HV_EXIT_FLAG_S1PTW));
	/* A walk and a cache operation are no writes in the record. */
	if (IS("WnR") && exit->kind == HV_EXIT_DABT && !(f & (HV_EXIT_FLAG_S1PTW | HV_EXIT_FLAG_CM)))
		GIVE(!!(f & HV_EXIT_FLAG_WRITE));
#undef GIVE
#undef IS
	return false;
}

static bool compare_fields(const char *fields, const struct hv_exit *exit, char *wrong, size_t wrong_bytes)
{
	for (const char *at = fields; at != NULL && *at != '\0'; at = strchr(at, ' ')) {
		uint64_t expected, actual;
		size_t bytes;

		while (*at == ' ')
			at++;
		bytes = strcspn(at, "=");
		if (bytes >= wrong_bytes || at[bytes] == '\0')
			break;
		memcpy(wrong, at, bytes);
		wrong[bytes] = '\0';
		expected = need(fields, wrong);
		if (record_value(exit, wrong, &actual) && actual != expected)
			return false;
	}
	return true;
}

/* The fault of a status code by the ranges of the architecture, apart from the library's own table. */
static bool fault_fits(uint64_t fsc, const struct hv_exit *exit)
{
	static const enum hv_fault group[4] = { HV_FAULT_ADDRESS_SIZE, HV_FAULT_TRANSLATION, HV_FAULT_ACCESS_FLAG,
						HV_FAULT_PERMISSION };

	if (fsc < 16)
		return exit->fault == group[fsc / 4] && exit->level == (int8_t)(fsc % 4);
	if (fsc == 0x10)
		return exit->fault == HV_FAULT_EXTERNAL && exit->level == HV_FAULT_NO_LEVEL;
	return exit->fault == hv_fault_of((uint32_t)fsc).fault;
}

void vec_esr_decode(const struct csv *csv, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++) {
		const char *fields = csv_get(csv, row, "fields"), *id = csv_get(csv, row, "esr");
		struct hv_exit exit = decode(csv_u64(csv, row, "esr"), 0, 0, EL1H);
		bool abort = exit.kind == HV_EXIT_DABT || exit.kind == HV_EXIT_IABT;
		char wrong[16] = "";
		uint64_t fsc;

		if (exit.ec != csv_u64(csv, row, "ec") || !!(exit.flags & HV_EXIT_FLAG_IL) != csv_u64(csv, row, "il"))
			vec_fail(tally, id, "class or IL");
		else if (!compare_fields(fields, &exit, wrong, sizeof(wrong)))
			vec_fail(tally, id, "field %s", wrong);
		else if (abort && (field(fields, "DFSC", &fsc) || field(fields, "IFSC", &fsc)) &&
			 !fault_fits(fsc, &exit))
			vec_fail(tally, id, "fault %s level %d", hv_fault_name(exit.fault), exit.level);
		else
			vec_pass(tally);
	}
}

/* ---- scenarios: what a guest did, and the registers at EL2 afterwards ------------------------------------------------ */

/* The record names the address the guest used; a permission fault without a walk does not give it by HPFAR. */
static bool address_fits(const struct hv_exit *exit, uint64_t far, uint64_t hpfar)
{
	uint64_t page = (hpfar & HV_U64(0xfffffffffff0)) << 8;

	if (!(exit->flags & HV_EXIT_FLAG_S2))
		return true;
	if (exit->fault == HV_FAULT_PERMISSION && !(exit->flags & HV_EXIT_FLAG_S1PTW))
		return (exit->flags & HV_EXIT_FLAG_RETRY) && !(exit->flags & HV_EXIT_FLAG_IPA);
	return exit->ipa == (page | (exit->flags & HV_EXIT_FLAG_S1PTW ? 0 : far & 0xfff)) && exit->far == far;
}

static enum hv_exit_kind kind_of(uint64_t ec)
{
	switch (ec) {
	case 0x01:
		return HV_EXIT_WFX;
	case 0x03:
	case 0x04:
	case 0x05:
	case 0x08:
	case 0x0c:
		return HV_EXIT_CP;
	case 0x07:
		return HV_EXIT_FP;
	case 0x09:
		return HV_EXIT_PAUTH;
	case 0x12:
	case 0x16:
		return HV_EXIT_HVC;
	case 0x13:
	case 0x17:
		return HV_EXIT_SMC;
	case 0x18:
		return HV_EXIT_SYSREG;
	case 0x19:
		return HV_EXIT_SVE;
	case 0x1d:
		return HV_EXIT_SME;
	case 0x20:
		return HV_EXIT_IABT;
	case 0x24:
		return HV_EXIT_DABT;
	case 0x0d:
	case 0x0e:
	case 0x11:
	case 0x15:
	case 0x1c:
	case 0x22:
	case 0x26:
	case 0x27:
	case 0x28:
	case 0x2c:
	case 0x2d:
		return HV_EXIT_ILLEGAL;
	case 0x2f:
		return HV_EXIT_SERROR;
	case 0x1e:
	case 0x21:
	case 0x25:
	case 0x31:
	case 0x33:
	case 0x35:
		return HV_EXIT_HOST;
	case 0x30:
	case 0x32:
	case 0x34:
	case 0x38:
	case 0x3a:
	case 0x3c:
	case 0x3d:
		return HV_EXIT_DEBUG;
	default:
		return HV_EXIT_UNKNOWN;
	}
}

/* An MRS, MSR or SYS word names the register it uses in bits 20:5; the record must name the same, with Rt and direction. */
static bool sysreg_fits(const struct hv_exit *exit, uint64_t word)
{
	uint32_t key = (uint32_t)HV_FIELD(word, 20, 5);

	if (exit->kind != HV_EXIT_SYSREG || (word >> 22) != 0x354)
		return true;
	return exit->sysreg == key && exit->srt == (word & 31) &&
	       !!(exit->flags & HV_EXIT_FLAG_READ) == (word >> 21 & 1);
}

/* Load/store with unsigned offset, one register: size, sign and register are in the word itself. */
static bool transfer_fits(const struct hv_exit *exit, uint64_t word)
{
	bool sign = word & HV_BIT(23), store = (word >> 22 & 3) == 0;

	if (exit->kind != HV_EXIT_DABT || (word >> 24 & 0x3f) != 0x39 || (exit->flags & HV_EXIT_FLAG_S1PTW) ||
	    exit->fault == HV_FAULT_EXTERNAL)
		return true;
	return (exit->flags & HV_EXIT_FLAG_ISV) && exit->srt == (word & 31) &&
	       exit->access_bytes == 1u << (word >> 30) && !!(exit->flags & HV_EXIT_FLAG_SIGN) == sign &&
	       !!(exit->flags & HV_EXIT_FLAG_WRITE) == store;
}

static void judge_scenario(const struct csv *csv, size_t row, const char *esr_column, uint64_t spsr,
			   struct tally *tally)
{
	const char *id = csv_get(csv, row, "scenario");
	uint64_t far = csv_u64(csv, row, "far"), hpfar = csv_u64(csv, row, "hpfar");
	uint64_t word = csv_u64(csv, row, "instruction_word"), ec = csv_u64(csv, row, "ec");
	struct hv_exit exit = decode(csv_u64(csv, row, esr_column), far, hpfar, spsr);
	uint32_t step = exit.flags & HV_EXIT_FLAG_IL ? 4 : 2;

	if (strcmp(csv_get(csv, row, "taken_to"), "EL2") != 0)
		vec_skip(tally); /* not an exit */
	else if (exit.kind != kind_of(ec) || exit.ec != ec)
		vec_fail(tally, id, "kind %s", hv_exit_kind_name(exit.kind));
	else if (!address_fits(&exit, far, hpfar))
		vec_fail(tally, id, "address 0x%llx, flags 0x%x", (unsigned long long)exit.ipa, exit.flags);
	else if (!(spsr & 0x10) && (!sysreg_fits(&exit, word) || !transfer_fits(&exit, word)))
		vec_fail(tally, id, "not what the instruction does");
	else if (exit.kind == HV_EXIT_HVC ? exit.pc_step != 0 : exit.pc_step != 0 && exit.pc_step != step)
		vec_fail(tally, id, "PC step %u", exit.pc_step);
	else
		vec_pass(tally);
}

void vec_scenarios_a64(const struct csv *csv, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++)
		judge_scenario(csv, row, "esr", EL1H, tally);
}

void vec_scenarios_a32(const struct csv *csv, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++)
		judge_scenario(csv, row, "esr_el2", strcmp(csv_get(csv, row, "iset"), "T32") == 0 ? 0x33 : 0x13, tally);
}

/* ---- tables of the architecture ---------------------------------------------------------------------------------------- */

void vec_ec_table(const struct csv *csv, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++) {
		uint64_t ec = csv_u64(csv, row, "ec");
		struct hv_exit exit = decode(ec << 26 | HV_ESR_IL, 0, 0, EL1H);

		if (strcmp(hv_ec_name((uint32_t)ec), "reserved") == 0)
			vec_fail(tally, csv_get(csv, row, "ec"), "the class has no name");
		else
			(void)vec_expect(tally, csv_get(csv, row, "ec"), "kind", kind_of(ec), exit.kind);
	}
}

/* What the table's words mean in the library's terms, by their beginnings. */
static enum hv_fault fault_named(const char *text)
{
	static const struct {
		const char *starts;
		enum hv_fault fault;
	} names[] = {
		{ "address size", HV_FAULT_ADDRESS_SIZE },
		{ "translation", HV_FAULT_TRANSLATION },
		{ "access flag", HV_FAULT_ACCESS_FLAG },
		{ "permission", HV_FAULT_PERMISSION },
		{ "synchronous external", HV_FAULT_EXTERNAL },
		{ "synchronous tag", HV_FAULT_TAG_CHECK },
		{ "external abort on walk", HV_FAULT_EXTERNAL_WALK },
		{ "parity/ECC not", HV_FAULT_PARITY },
		{ "parity/ECC on walk", HV_FAULT_PARITY_WALK },
		{ "alignment", HV_FAULT_ALIGNMENT },
		{ "debug exception", HV_FAULT_GRANULE_WALK }, /* in an abort: at level -2 */
		{ "granule protection fault on", HV_FAULT_GRANULE_WALK },
		{ "granule protection fault, not", HV_FAULT_GRANULE },
		{ "TLB conflict", HV_FAULT_TLB_CONFLICT },
		{ "unsupported atomic hardware", HV_FAULT_HW_UPDATE },
		{ "IMPDEF lockdown", HV_FAULT_LOCKDOWN },
		{ "unsupported exclusive", HV_FAULT_EXCLUSIVE },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(text, names[i].starts, strlen(names[i].starts)) == 0)
			return names[i].fault;
	return HV_FAULT_RESERVED;
}

/* Rows are one code with its level, or "first..last" for levels 0..3. */
void vec_fault_status(const struct csv *csv, struct tally *tally)
{
	for (size_t row = 0; row < csv->nr_rows; row++) {
		const char *codes = csv_get(csv, row, "code"), *level = csv_get(csv, row, "level");
		const char *dots = strstr(codes, "..");
		uint64_t first = strtoull(codes, NULL, 0), last = dots ? strtoull(dots + 2, NULL, 0) : first;
		enum hv_fault fault = fault_named(csv_get(csv, row, "xfsc"));
		bool good = fault != HV_FAULT_RESERVED;

		for (uint64_t code = first; code <= last && code < 64; code++) {
			struct hv_fault_info info = hv_fault_of((uint32_t)code);
			int expected = dots ? (int)(code & 3) : (int)strtol(level, NULL, 0);

			good = good && info.fault == fault;
			if (dots || (level[0] == '-' && level[1] != '\0'))
				good = good && info.level == expected;
		}
		if (good)
			vec_pass(tally);
		else
			vec_fail(tally, codes, "fault or level");
	}
}
