/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* run_world.h - a VM with its vCPUs, for the unit tests of the run loop. */
#ifndef RUN_WORLD_H
#define RUN_WORLD_H

#include <hv/esr.h>
#include <hv/vm.h>
#include <hv_host.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define RAM_BASE  HV_U64(0x40000000)
#define RAM_SIZE  HV_MIB(64)
#define GICD_BASE HV_U64(0x08000000)
#define GICR_BASE HV_U64(0x080a0000)
#define HOLE      HV_U64(0x09000000)
#define ENTRY     (RAM_BASE + 0x80000)
#define NOW       HV_U64(1000)
#define VBAR      HV_U64(0xffff800000010000)
#define EL1H      HV_U64(0x3c5)
#define MINUS_1   (~HV_U64(0))

struct run_world {
	struct hv_host *host;
	struct hv_s2 s2;
	struct hv_vm vm;
	struct hv_vm_config config;
	void *mem;
	size_t mem_bytes;
	struct hv_next next;
	struct hv_vcpu_set kick;
};

/* An Armv8.0 machine with PAN, SSBS and a PMU; 40-bit guest addresses. The test may change w->config, then starts. */
static inline void world_prepare(struct run_world *w, uint32_t nr_vcpus)
{
	memset(w, 0, sizeof(*w));
	w->config.config_bytes = sizeof(w->config);
	w->config.nr_vcpus = nr_vcpus;
	w->config.nr_spis = 64;
	w->config.gicd = hv_ipa(GICD_BASE);
	w->config.gicr = hv_ipa(GICR_BASE);
	w->config.ram[0].base = hv_ipa(RAM_BASE);
	w->config.ram[0].size = RAM_SIZE;
	w->config.nr_ram = 1;
	w->config.trap_wfi = true;
	w->config.idregs.id[HV_ID_AA64PFR0] = 0x2222;
	w->config.idregs.id[HV_ID_AA64PFR1] = 0x10; /* SSBS */
	w->config.idregs.id[HV_ID_AA64DFR0] = 0x10305106;
	w->config.idregs.id[HV_ID_AA64MMFR0] = 0x1124;
	w->config.idregs.id[HV_ID_AA64MMFR1] = HV_U64(0x100000); /* PAN */
	w->config.idregs.midr = 0x411fd070;
	w->config.idregs.revidr = 0x33;
	w->config.idregs.ctr = 0x8444c004;
	w->config.idregs.pmcr = 6u << 11;
}

static inline void world_s2(struct run_world *w)
{
	struct hv_s2_feat feat = { .id_aa64mmfr0 = HV_PREP(4, 3, 0) };
	struct hv_s2_config config = { .config_bytes = sizeof(config), .granule = HV_S2_4K, .ipa_bits = 40 };
	struct hv_s2_geo geo;

	w->host = hv_host_create();
	assert_int_equal(hv_s2_geometry(&geo, &config, &feat, NULL), HV_OK);
	assert_int_equal(hv_s2_init(&w->s2, &geo, w->host, hv_host_alloc(w->host, geo.root_bytes, geo.root_align), 1),
			 HV_OK);
}

static inline void world_create(struct run_world *w)
{
	size_t align;

	world_s2(w);
	assert_int_equal(hv_vm_layout(&w->config, &w->mem_bytes, &align), HV_OK);
	w->mem_bytes = hv_align_up(w->mem_bytes, align);
	w->mem = aligned_alloc(align, w->mem_bytes);
	assert_non_null(w->mem);
	memset(w->mem, 0xa5, w->mem_bytes);
	assert_int_equal(hv_vm_init(&w->vm, &w->config, w->host, &w->s2, w->mem, w->mem_bytes), HV_OK);
	hv_vcpu_set_clear(&w->kick);
}

/* vCPU 0 has been entered and has just left the guest, at EL1 with vectors set. */
static inline void world_start(struct run_world *w)
{
	struct hv_vcpu *vcpu;
	uint64_t deadline;

	world_create(w);
	vcpu = &w->vm.vcpu[0];
	hv_vcpu_load(vcpu, 0, 4);
	assert_int_equal(hv_vm_start(&w->vm, hv_ipa(ENTRY), 0x1234, &w->kick), HV_OK);
	assert_int_equal(hv_vcpu_prepare(vcpu, NOW, &deadline), HV_ENTRY_GO);
	hv_vcpu_finish(vcpu, &w->kick);
	hv_el1_set(&vcpu->el1, HV_EL1_VBAR, VBAR);
	hv_vcpu_set_clear(&w->kick);
}

static inline void world_run(struct run_world *w, uint32_t nr_vcpus)
{
	world_prepare(w, nr_vcpus);
	world_start(w);
}

static inline void world_end(struct run_world *w)
{
	hv_host_destroy(w->host);
	free(w->mem);
}

/* Decode a synchronous exit of vCPU @index with the state its registers have, and handle it at @now. */
static inline void world_exit_raw(struct run_world *w, uint32_t index, const struct hv_exit_raw *raw, uint64_t now)
{
	struct hv_exit exit = hv_exit_decode(raw, 0);

	memset(&w->next, 0xa5, sizeof(w->next));
	hv_vcpu_handle(&w->vm.vcpu[index], &exit, now, &w->next);
}

static inline void world_exit(struct run_world *w, uint32_t index, uint64_t esr)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .esr = esr, .spsr = w->vm.vcpu[index].regs.pstate };

	world_exit_raw(w, index, &raw, NOW);
}

/* The same for an abort at @ipa, stage 1 off. */
static inline void world_abort(struct run_world *w, uint64_t esr, uint64_t ipa)
{
	struct hv_exit_raw raw = { .vector = HV_VECTOR_SYNC, .esr = esr, .far = ipa, .valid = HV_RAW_HPFAR };

	raw.hpfar = ipa >> 12 << 4;
	raw.spsr = w->vm.vcpu[0].regs.pstate;
	world_exit_raw(w, 0, &raw, NOW);
}

/* A call with the function and arguments in x0..x3; returns x0. */
static inline uint64_t world_call(struct run_world *w, uint32_t index, enum hv_ec ec, uint64_t x0, uint64_t x1,
				  uint64_t x2, uint64_t x3)
{
	struct hv_regs *regs = &w->vm.vcpu[index].regs;

	regs->x[0] = x0;
	regs->x[1] = x1;
	regs->x[2] = x2;
	regs->x[3] = x3;
	world_exit(w, index, hv_esr_make(ec, true, 0));
	return regs->x[0];
}

static inline uint64_t world_hvc(struct run_world *w, uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
	return world_call(w, 0, HV_EC_HVC64, x0, x1, x2, x3);
}

/* MRS or MSR of @key with register @rt. */
static inline uint64_t sysreg_esr(uint32_t key, uint32_t rt, bool read)
{
	uint32_t iss = HV_SYSREG_OP0(key) << 20 | HV_SYSREG_OP2(key) << 17 | HV_SYSREG_OP1(key) << 14 |
		       HV_SYSREG_CRN(key) << 10 | rt << 5 | HV_SYSREG_CRM(key) << 1 | read;

	return hv_esr_make(HV_EC_SYSREG, true, iss);
}

/* Was the last answer an exception at EL1 with @esr, taken from @pc at EL1 with SP_EL1? */
static inline void assert_injected(struct run_world *w, uint64_t esr, uint64_t pc)
{
	struct hv_vcpu *vcpu = &w->vm.vcpu[0];

	assert_int_equal(w->next.kind, HV_NEXT_RESUME);
	assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_ESR), esr);
	assert_int_equal(hv_el1_get(&vcpu->el1, HV_EL1_ELR), pc);
	assert_int_equal(vcpu->regs.pc, VBAR + 0x200);
}

#define UNDEF_ESR HV_U64(0x02000000)

/* Back the first @bytes of RAM with memory, mapped with @prot; returns where RAM_BASE is. */
static inline hv_pa_t world_map(struct run_world *w, uint64_t ipa, uint64_t bytes, uint32_t prot)
{
	struct hv_s2_gather gather;
	struct hv_pool pool;
	hv_pa_t pa = hv_host_alloc(w->host, bytes, 4096);

	hv_host_fill_pool(w->host, &pool, 4096, 16);
	hv_s2_gather_init(&gather, &w->s2, &pool);
	assert_int_equal(hv_s2_map(&w->s2, hv_ipa(ipa), pa, bytes, prot, &gather), HV_OK);
	hv_s2_settle(&w->s2, &gather);
	return pa;
}

/* Store to guest memory that is mapped. */
static inline void world_store(struct run_world *w, uint64_t ipa, uint64_t value, size_t bytes)
{
	assert_int_equal(hv_vm_write(&w->vm, hv_ipa(ipa), &value, bytes), HV_OK);
}

#endif /* RUN_WORLD_H */
