/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* psci.c - power state of one vCPU, the claim protocol of hv/psci.h. Every transition is one atomic step. */
#include <hv/psci.h>

int32_t hv_psci_claim(struct hv_psci_cpu *cpu)
{
	switch ((enum hv_psci_state)hv_cas_u32(&cpu->state, HV_PSCI_OFF, HV_PSCI_CLAIMED)) {
	case HV_PSCI_OFF:
		return HV_PSCI_SUCCESS;
	case HV_PSCI_ON:
		return HV_PSCI_ALREADY_ON;
	case HV_PSCI_CLAIMED:
	case HV_PSCI_ON_PENDING:
		break;
	}
	return HV_PSCI_RET_ON_PENDING;
}

void hv_psci_publish(struct hv_psci_cpu *cpu)
{
	hv_store_release_u32(&cpu->state, HV_PSCI_ON_PENDING);
}

bool hv_psci_take(struct hv_psci_cpu *cpu)
{
	return hv_cas_u32(&cpu->state, HV_PSCI_ON_PENDING, HV_PSCI_ON) == HV_PSCI_ON_PENDING;
}

void hv_psci_off(struct hv_psci_cpu *cpu)
{
	hv_store_release_u32(&cpu->state, HV_PSCI_OFF);
}

int32_t hv_psci_affinity(const struct hv_psci_cpu *cpu)
{
	switch ((enum hv_psci_state)hv_load_acquire_u32(&cpu->state)) {
	case HV_PSCI_ON:
		return 0;
	case HV_PSCI_OFF:
		return 1;
	case HV_PSCI_CLAIMED:
	case HV_PSCI_ON_PENDING:
		break;
	}
	return 2;
}
