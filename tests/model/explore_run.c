/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * explore_run.c - CPU_ON races and the kick protocol through every order of their operations, sound and with seeded defects.
 * PSCI-01..PSCI-06, PSCI-17, PSCI-18, PSCI-24.
 */
#include "explore.h"

#include <hv/esr.h>
#include <hv/vm.h>
#include <hv_host.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RAM   HV_U64(0x40000000)
#define ENTRY (RAM + 0x1000)
#define NOW   HV_U64(1000)
#define PPI   20u

static struct {
	struct hv_host *host;
	struct hv_s2 s2;
	struct hv_vm vm;
	uint64_t answer[EXPLORE_MAX_THREADS];
	enum hv_entry entry;
	uint64_t deadline;
	bool kicked, finished;
} w;

static _Alignas(64) unsigned char memory[128 * 1024];

static void must(bool good)
{
	if (!good) {
		fprintf(stderr, "explore_run: no machine\n");
		exit(2);
	}
}

static void create(uint32_t nr_on)
{
	struct hv_vm_config config = { .config_bytes = sizeof(config),
				       .nr_vcpus = 3,
				       .gicd = { 0x08000000 },
				       .gicr = { 0x080a0000 },
				       .ram = { { { RAM }, HV_MIB(1) } },
				       .nr_ram = 1 };

	must(hv_vm_init(&w.vm, &config, w.host, &w.s2, memory, sizeof(memory)) == HV_OK);
	for (uint32_t i = 0; i < 3; i++)
		hv_vcpu_load(&w.vm.vcpu[i], i, 4);
	for (uint32_t i = 0; i < nr_on; i++)
		w.vm.vcpu[i].psci.state = HV_PSCI_ON;
	memset(w.answer, 0xff, sizeof(w.answer));
	w.kicked = false;
	w.finished = false;
}

/* A call of vCPU @id; what it would kick is kicked. */
static uint64_t call(unsigned int id, uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .esr = 0x5a000000, .spsr = 0x3c5 };
	struct hv_exit exit = hv_exit_decode(&raw, 0);
	struct hv_vcpu *vcpu = &w.vm.vcpu[id];
	struct hv_next next;

	vcpu->regs.x[0] = x0;
	vcpu->regs.x[1] = x1;
	vcpu->regs.x[2] = x2;
	vcpu->regs.x[3] = x3;
	hv_vcpu_handle(vcpu, &exit, NOW, &next);
	hv_vm_request(&w.vm, HV_REQ_EVENT, &next.kick);
	if (hv_vcpu_set_has(&next.kick, 2))
		w.kicked = true;
	return vcpu->regs.x[0];
}

/* ---- two vCPUs switch on a third, whose thread already looks at its state ------------------------------------------- */

static void start_cpu_on(void)
{
	create(2);
}

static void thread_cpu_on(unsigned int id)
{
	if (id < 2)
		w.answer[id] = call(id, 0xc4000003, 2, ENTRY + 0x100 * id, 0x55 + id);
	else
		w.entry = hv_vcpu_prepare(&w.vm.vcpu[2], NOW, &w.deadline);
}

static const char *check_cpu_on(void)
{
	unsigned int winner = w.answer[0] == 0 ? 0 : 1;
	struct hv_vcpu *target = &w.vm.vcpu[2];
	uint64_t loser = w.answer[!winner];

	if ((w.answer[0] == 0) == (w.answer[1] == 0))
		return "not exactly one CPU_ON succeeded";
	if (loser != (uint64_t)HV_PSCI_ALREADY_ON && loser != (uint64_t)HV_PSCI_RET_ON_PENDING)
		return "the other CPU_ON has a wrong answer";
	/* The target slept: it is told, or was told before it slept. */
	if (w.entry == HV_ENTRY_BLOCK && !w.kicked && w.deadline > NOW)
		return "the target sleeps for ever";
	if (w.entry == HV_ENTRY_BLOCK)
		w.entry = hv_vcpu_prepare(target, NOW, &w.deadline);
	if (w.entry != HV_ENTRY_GO)
		return "the target does not start";
	if (target->regs.pc != ENTRY + 0x100 * winner || target->regs.x[0] != 0x55 + winner)
		return "the target starts with the loser's entry or context";
	return NULL;
}

/* ---- CPU_OFF against CPU_ON ---------------------------------------------------------------------------------------- */

static void start_off_on(void)
{
	create(3);
}

static void thread_off_on(unsigned int id)
{
	if (id == 0) {
		w.answer[0] = call(0, 0xc4000003, 2, ENTRY, 0x55);
		return;
	}
	(void)call(2, 0x84000002, 0, 0, 0);
	w.entry = hv_vcpu_prepare(&w.vm.vcpu[2], NOW, &w.deadline);
}

static const char *check_off_on(void)
{
	bool on = w.answer[0] == 0;

	if (!on && w.answer[0] != (uint64_t)HV_PSCI_ALREADY_ON)
		return "CPU_ON has a wrong answer";
	if (!on)
		return w.entry == HV_ENTRY_BLOCK && w.deadline == HV_TIMER_NEVER ? NULL : "an OFF vCPU does not sleep";
	if (w.entry == HV_ENTRY_BLOCK && !w.kicked && w.deadline > NOW)
		return "a CPU_ON is lost";
	return w.vm.vcpu[2].psci.state == HV_PSCI_OFF ? "a CPU_ON was undone" : NULL;
}

/* ---- an interrupt for a vCPU on its way into the guest, or to sleep ------------------------------------------------- */

static void open_gate(bool waiting)
{
	struct hv_vgic_access access = { .offset = 0, .size_bytes = 4, .is_write = true, .data = 3 };
	struct hv_vgic_deactivate deactivate = { 0 };
	struct hv_vcpu_set kick;
	uint64_t deadline;

	create(3);
	hv_vcpu_set_clear(&kick);
	must(hv_vcpu_prepare(&w.vm.vcpu[2], NOW, &deadline) == HV_ENTRY_GO);
	hv_vcpu_finish(&w.vm.vcpu[2], &kick);
	must(hv_vgic_dist_access(&w.vm.vgic, 0, &access, &kick, &deactivate) == HV_OK);
	access.offset = 2 * HV_VGIC_GICR_STRIDE + 0x10100;
	access.data = 1u << PPI;
	must(hv_vgic_redist_access(&w.vm.vgic, 0, &access, &kick, &deactivate) == HV_OK);
	w.vm.vcpu[2].ich.vmcr = 0xff000003;
	w.vm.vcpu[2].waiting = waiting;
}

static void start_enter(void)
{
	open_gate(false);
}

static void start_sleep(void)
{
	open_gate(true);
}

static void thread_interrupt(unsigned int id)
{
	struct hv_vcpu_set kick;

	if (id == 1) {
		w.entry = hv_vcpu_prepare(&w.vm.vcpu[2], NOW, &w.deadline);
		return;
	}
	hv_vcpu_set_clear(&kick);
	must(hv_vgic_set_line(&w.vm.vgic, 2, PPI, true, &kick) == HV_OK);
	if (hv_vcpu_set_has(&kick, 2))
		w.kicked = hv_vcpu_request(&w.vm.vcpu[2], HV_REQ_EVENT);
}

static const char *check_interrupt(void)
{
	if (w.kicked)
		return NULL;
	if (w.entry == HV_ENTRY_GO)
		return w.vm.vcpu[2].ich.used ? NULL : "in the guest without the interrupt, and nobody kicks";
	return w.deadline <= NOW ? NULL : "asleep with an interrupt pending, and nobody wakes";
}

/* ---- a stop for a vCPU on its way in -------------------------------------------------------------------------------- */

static void thread_stop(unsigned int id)
{
	struct hv_vcpu_set kick;

	if (id == 1) {
		w.entry = hv_vcpu_prepare(&w.vm.vcpu[2], NOW, &w.deadline);
		return;
	}
	hv_vcpu_set_clear(&kick);
	hv_vm_stop(&w.vm, &kick);
	w.kicked = hv_vcpu_set_has(&kick, 2);
}

static const char *check_stop(void)
{
	if (w.entry == HV_ENTRY_STOPPED || w.kicked || (w.entry == HV_ENTRY_BLOCK && w.deadline <= NOW))
		return NULL;
	return "a vCPU goes on and nobody tells it to stop";
}

/* ---- all of it ------------------------------------------------------------------------------------------------------ */

static const struct explore_scenario scenarios[] = {
	{ "cpu_on two callers", 3, start_cpu_on, thread_cpu_on, check_cpu_on, 3, 1 },
	{ "cpu_on against cpu_off", 2, start_off_on, thread_off_on, check_off_on, 4, 2 },
	{ "interrupt against entry", 2, start_enter, thread_interrupt, check_interrupt, 4, 2 },
	{ "interrupt against sleep", 2, start_sleep, thread_interrupt, check_interrupt, 4, 2 },
	{ "stop against entry", 2, start_enter, thread_stop, check_stop, 4, 2 },
	{ "stop against sleep", 2, start_sleep, thread_stop, check_stop, 4, 2 },
};

/* Which seeded defect must be found where. */
static const struct {
	unsigned int scenario;
	enum explore_defect defect;
} seeded[] = {
	{ 0, EXPLORE_TORN_CAS },
	{ 2, EXPLORE_NO_BARRIER },
	{ 4, EXPLORE_NO_BARRIER },
};

static void one_machine(void)
{
	struct hv_s2_feat feat = { .id_aa64mmfr0 = 4 };
	struct hv_s2_config config = { .config_bytes = sizeof(config), .granule = HV_S2_4K, .ipa_bits = 40 };
	struct hv_s2_geo geo;

	w.host = hv_host_create();
	must(hv_s2_geometry(&geo, &config, &feat, NULL) == HV_OK);
	must(hv_s2_init(&w.s2, &geo, w.host, hv_host_alloc(w.host, geo.root_bytes, geo.root_align), 1) == HV_OK);
}

int main(void)
{
	int failed = 0;

	one_machine();
	for (unsigned int i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		struct explore_result r = explore(&scenarios[i], EXPLORE_SOUND);

		printf("%s: %lu runs, %s\n", scenarios[i].name, r.runs, r.wrong ? r.wrong : "all right");
		failed += r.wrong != NULL;
	}
	for (unsigned int i = 0; i < sizeof(seeded) / sizeof(seeded[0]); i++) {
		struct explore_result r = explore(&scenarios[seeded[i].scenario], seeded[i].defect);

		printf("%s, defect %d: %lu runs, %s\n", scenarios[seeded[i].scenario].name, seeded[i].defect, r.runs,
		       r.wrong ? r.wrong : "NOT FOUND");
		failed += r.wrong == NULL;
	}
	hv_host_destroy(w.host);
	return failed != 0;
}
