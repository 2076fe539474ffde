/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* smccc.c - the architecture service. Contract: hv/smccc.h; source: Arm DEN0028. */
#include <hv/smccc.h>

static uint64_t signed_result(int64_t value)
{
	return (uint64_t)value;
}

/* ARCH_FEATURES of a workaround, and whether the call itself exists: three states told by the backend (PSCI-29). */
static int64_t workaround_answer(uint32_t state)
{
	switch ((enum hv_smccc_workaround)state) {
	case HV_WORKAROUND_REQUIRED:
		return HV_SMCCC_SUCCESS;
	case HV_WORKAROUND_NOT_AFFECTED:
		return 1;
	case HV_WORKAROUND_NOT_REQUIRED:
		return HV_SMCCC_NOT_REQUIRED;
	case HV_WORKAROUND_UNKNOWN:
		break;
	}
	return HV_SMCCC_NOT_SUPPORTED;
}

/* NOT_REQUIRED is an answer that only WORKAROUND_2 knows. */
static int64_t workaround_1_or_3(uint32_t state)
{
	return state == HV_WORKAROUND_NOT_REQUIRED ? HV_SMCCC_NOT_SUPPORTED : workaround_answer(state);
}

static int64_t arch_features(const struct hv_smccc_config *config, uint32_t fid)
{
	switch (fid) {
	case HV_SMCCC_VERSION:
	case HV_SMCCC_ARCH_FEATURES:
		return HV_SMCCC_SUCCESS;
	case HV_SMCCC_ARCH_WORKAROUND_1:
		return workaround_1_or_3(config->workaround_1);
	case HV_SMCCC_ARCH_WORKAROUND_2:
		return workaround_answer(config->workaround_2);
	case HV_SMCCC_ARCH_WORKAROUND_3:
		return workaround_1_or_3(config->workaround_3);
	default:
		return HV_SMCCC_NOT_SUPPORTED;
	}
}

/* A workaround call does nothing beyond the exit that brought it here, on which the backend mitigates. */
static int64_t call_workaround(const struct hv_smccc_config *config, uint32_t fid)
{
	return arch_features(config, fid) >= 0 ? HV_SMCCC_SUCCESS : HV_SMCCC_NOT_SUPPORTED;
}

static void set_words(struct hv_smccc *call, const uint32_t *word, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		call->result[i] = word[i];
	call->nr_results = nr;
}

/* The standard calls at the end of the vendor-specific hypervisor range; the rest of it is the embedder's. */
static bool vendor_hyp(const struct hv_smccc_config *config, struct hv_smccc *call)
{
	if (!config->has_uid)
		return false;
	if (call->fid == HV_SMCCC_VENDOR_HYP_UID)
		set_words(call, config->uid, 4);
	else if (call->fid == HV_SMCCC_VENDOR_HYP_REVISION)
		set_words(call, config->revision, 2);
	else
		return false;
	return true;
}

bool hv_smccc_arch(const struct hv_smccc_config *config, struct hv_smccc *call)
{
	switch (call->fid) {
	case HV_SMCCC_VERSION:
		call->result[0] = HV_SMCCC_VERSION_1_1;
		return true;
	case HV_SMCCC_ARCH_FEATURES:
		call->result[0] = signed_result(arch_features(config, (uint32_t)call->arg[0]));
		return true;
	case HV_SMCCC_ARCH_WORKAROUND_1:
	case HV_SMCCC_ARCH_WORKAROUND_2:
	case HV_SMCCC_ARCH_WORKAROUND_3:
		call->result[0] = signed_result(call_workaround(config, call->fid));
		return true;
	default:
		return vendor_hyp(config, call);
	}
}
