/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/vcpu.h - a virtual CPU and the loop around it.
 *
 *	load(cpu) -> { prepare, enter the guest, finish, decode, handle }* -> put
 *
 * The backend enters and leaves the guest; everything else is here and the same on bare metal, in a kernel module and
 * on the host. A vCPU is run by one thread (physical CPU) at a time; only the fields marked "any" may be
 * touched by others.
 */
#ifndef HV_VCPU_H
#define HV_VCPU_H

#include <hv/backend.h>
#include <hv/err.h>
#include <hv/exit.h>
#include <hv/mmio.h>
#include <hv/psci.h>
#include <hv/timer.h>
#include <hv/vcpu_set.h>
#include <hv/vgic.h>

/* General registers, in the order the world switch saves them. Offsets are known to assembly. */
struct hv_regs {
	uint64_t x[31];
	uint64_t pc;      /* ELR_EL2 */
	uint64_t pstate;  /* SPSR_EL2 */
};

/** hv_vcpu.mode, the kick protocol (concurrency rules). */
enum hv_vcpu_mode {
	HV_VCPU_HOST,      /* not in the guest; looks at requests before it enters */
	HV_VCPU_IN_GUEST,  /* kick it with a physical interrupt */
	HV_VCPU_BLOCKED    /* waits for an event: wake it */
};

/* hv_vcpu.requests, set by anyone, taken by the vCPU in hv_vcpu_prepare(). */
#define HV_REQ_EVENT 0x1u  /* look again: an interrupt, a CPU_ON */
#define HV_REQ_STOP 0x2u   /* park: the VM is being stopped, reset or destroyed */
#define HV_REQ_FOLD 0x4u   /* leave the guest and fold list registers; nothing else to do */

struct hv_vm;

/** A virtual CPU. Complete so that the caller may embed it; zero-filled, then hv_vm_init() sets it up. */
struct hv_vcpu {
	struct hv_regs regs;       /* first: the world switch addresses it from the vCPU pointer */
	struct hv_el1 el1;         /* valid while not loaded, see hv_el1_get() */
	struct hv_ich ich;
	struct hv_timer vtimer;    /* CNTV of the guest; valid while not loaded */
	struct hv_timer ptimer;    /* CNTP of the guest, always emulated by trap */
	uint32_t mode;             /* any: enum hv_vcpu_mode, atomic */
	uint32_t requests;         /* any: HV_REQ_*, atomic */
	struct hv_psci_cpu psci;   /* any: see hv/psci.h */
	struct hv_vm *vm;
	uint32_t index;            /* in vm->vcpu[] */
	uint32_t cpu;              /* physical CPU it is loaded on, HV_CPU_NONE otherwise */
	uint64_t mpidr;            /* VMPIDR_EL2: affinity with bit 31 set (GIC-46) */
	uint64_t hcr;              /* HCR_EL2 to load, computed once (TLB-03) */
	struct hv_exit mmio_exit;  /* the exit an outstanding HV_NEXT_MMIO came from */
	bool mmio_outstanding;
	bool waiting;              /* in WFI or CPU_SUSPEND: prepare blocks until something is pending */
	bool parked;               /* answered HV_REQ_STOP; any, written under the mode protocol */
};

#define HV_CPU_NONE 0xffffffffu

/** What to do after an exit. */
enum hv_next_kind {
	HV_NEXT_RESUME,   /* call hv_vcpu_prepare() and enter again */
	HV_NEXT_WAIT,     /* the guest waits: prepare will say when to go on; may also just resume */
	HV_NEXT_MMIO,     /* perform next.mmio, then hv_mmio_complete(), or hv_vcpu_inject_abort() if nothing is there */
	HV_NEXT_MAP,      /* memory the embedder has not given yet: map next.ipa or hv_vcpu_inject_abort() */
	HV_NEXT_FETCH,    /* an instruction word is needed and not readable yet */
	HV_NEXT_CALL,     /* a hypercall for the embedder: arguments in regs.x[], results go there */
	HV_NEXT_POWER,    /* PSCI asks for a machine-level act: next.power */
	HV_NEXT_SYNC,     /* stop next.kick, let them fold, then run this vCPU again: the access repeats itself */
	HV_NEXT_HOST,     /* a host interrupt or event: take it, then resume */
	HV_NEXT_FP,       /* first use of FP/SIMD */
	HV_NEXT_DEBUG,    /* debug exception routed to EL2 */
	HV_NEXT_FAULT     /* the backend handed in something no guest can cause */
};

enum hv_power { HV_POWER_OFF, HV_POWER_RESET };

/** The answer of hv_vcpu_handle(). kick and deactivate are to be acted on whatever the kind. */
struct hv_next {
	enum hv_next_kind kind;
	struct hv_vcpu_set kick;
	struct hv_vgic_deactivate deactivate;
	struct hv_mmio mmio;      /* HV_NEXT_MMIO */
	hv_ipa_t ipa;             /* HV_NEXT_MAP, HV_NEXT_FETCH */
	uint32_t access;          /* HV_NEXT_MAP: HV_S2_R, HV_S2_W, HV_S2_X wanted */
	enum hv_power power;      /* HV_NEXT_POWER */
	bool is_smc;              /* HV_NEXT_CALL */
	uint32_t imm;             /* HV_NEXT_CALL: immediate of HVC or SMC */
};

/** What hv_vcpu_prepare() decided. */
enum hv_entry {
	HV_ENTRY_GO,       /* enter now: list registers and registers are ready; interrupts stay masked */
	HV_ENTRY_BLOCK,    /* nothing to do until an event or *deadline; mode is BLOCKED */
	HV_ENTRY_STOPPED   /* parked: wait until hv_vm_reset() or destruction */
};

HV_BEGIN_DECLS

/** hv_vcpu_load, hv_vcpu_put - bind to and leave a physical CPU. @nr_lrs: list registers of that CPU. */
void hv_vcpu_load(struct hv_vcpu *vcpu, uint32_t cpu, uint32_t nr_lrs);
void hv_vcpu_put(struct hv_vcpu *vcpu);

/**
 * hv_vcpu_prepare - last steps before entry; physical interrupts masked from here until the exception return.
 * @now: virtual counter (CNTVCT of this VM)
 * @deadline: with HV_ENTRY_BLOCK, the counter value to wake at (HV_TIMER_NEVER: none)
 * Stores the mode, then looks at requests, pending interrupts and power state (store-buffering pattern, full barrier).
 */
enum hv_entry hv_vcpu_prepare(struct hv_vcpu *vcpu, uint64_t now, uint64_t *deadline);

/** hv_vcpu_finish - first step after the exit, list registers read back into vcpu->ich. @kick: vCPUs to kick. */
void hv_vcpu_finish(struct hv_vcpu *vcpu, struct hv_vcpu_set *kick);

/**
 * hv_vcpu_handle - answer an exit.
 * @now: virtual counter
 * @next: filled completely
 */
void hv_vcpu_handle(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t now, struct hv_next *next);

/**
 * hv_mmio_complete - finish the outstanding HV_NEXT_MMIO: for a read, @mmio->data goes to the guest's register with
 * width, sign extension and endianness; the PC moves on.
 * Return: HV_OK; HV_EINVAL when no access is outstanding or @mmio is not it (ESR-05, ESR-39).
 */
enum hv_err hv_mmio_complete(struct hv_vcpu *vcpu, const struct hv_mmio *mmio) HV_MUST_CHECK;

/**
 * hv_vcpu_inject_abort - synchronous external abort for the access of @exit: data or instruction abort at EL1 with the
 * guest's FAR. An outstanding MMIO access is dropped.
 */
void hv_vcpu_inject_abort(struct hv_vcpu *vcpu, const struct hv_exit *exit);

/** hv_vcpu_inject_undef - undefined instruction exception at EL1. */
void hv_vcpu_inject_undef(struct hv_vcpu *vcpu, const struct hv_exit *exit);

/**
 * hv_vcpu_request - sender's half of the kick protocol: set @req, full barrier, look at the mode.
 * Return: true when the caller must kick or wake the CPU the vCPU runs on.
 */
bool hv_vcpu_request(struct hv_vcpu *vcpu, uint32_t req) HV_MUST_CHECK;

HV_END_DECLS

#endif /* HV_VCPU_H */
