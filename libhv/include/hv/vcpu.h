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
#include <hv/insn.h>
#include <hv/mmio.h>
#include <hv/psci.h>
#include <hv/timer.h>
#include <hv/vcpu_set.h>
#include <hv/vgic.h>

/* General registers, in the order the world switch saves them. Offsets are known to assembly. */
struct hv_regs {
	uint64_t x[31];
	uint64_t pc;     /* ELR_EL2 */
	uint64_t pstate; /* SPSR_EL2 */
};

/** hv_vcpu.mode, the kick protocol (concurrency rules). */
enum hv_vcpu_mode {
	HV_VCPU_HOST,     /* not in the guest; looks at requests before it enters */
	HV_VCPU_IN_GUEST, /* kick it with a physical interrupt */
	HV_VCPU_BLOCKED   /* waits for an event: wake it */
};

/* hv_vcpu.requests, set by anyone, taken by the vCPU in hv_vcpu_prepare(). */
#define HV_REQ_EVENT 0x1u /* look again: an interrupt, a CPU_ON */
#define HV_REQ_STOP  0x2u /* park: the VM is being stopped, reset or destroyed */
#define HV_REQ_FOLD  0x4u /* leave the guest and fold list registers; nothing else to do */

struct hv_vm;

/**
 * An access whose syndrome did not tell it (ISV 0), being performed piece by piece from the instruction. Private to the library
 * but for being part of struct hv_vcpu.
 */
struct hv_emulation {
	struct hv_insn insn;
	struct hv_insn_image image; /* the bytes in memory order */
	uint64_t address;           /* virtual address of the first */
	uint64_t base_after;        /* what register rn becomes by write-back */
	uint64_t page_ipa[2];       /* where the pages of the first and of the last byte are */
	uint32_t offset;            /* bytes done */
	bool active;
	bool big_endian;
};

/** A virtual CPU. Complete so that the caller may embed it; zero-filled, then hv_vm_init() sets it up. */
struct hv_vcpu {
	struct hv_regs regs; /* first: the world switch addresses it from the vCPU pointer */
	struct hv_el1 el1;   /* valid while not loaded, see hv_el1_get() */
	struct hv_ich ich;
	struct hv_timer vtimer;  /* CNTV of the guest: see hv_vcpu_wants_vtimer() for when it must be current */
	struct hv_timer ptimer;  /* CNTP of the guest, always emulated by trap */
	uint32_t mode;           /* any: enum hv_vcpu_mode, atomic */
	uint32_t requests;       /* any: HV_REQ_*, atomic */
	struct hv_psci_cpu psci; /* any: see hv/psci.h */
	struct hv_vm *vm;
	uint32_t index;                       /* in vm->vcpu[] */
	uint32_t cpu;                         /* physical CPU it is loaded on, HV_CPU_NONE otherwise */
	uint64_t mpidr;                       /* VMPIDR_EL2: affinity with bit 31 set (GIC-46) */
	uint64_t hcr;                         /* HCR_EL2 to load before each entry (TLB-03); starts as vm->traps.hcr */
	struct hv_vgic_deactivate deactivate; /* found by hv_vcpu_finish(), handed out by hv_vcpu_handle() */
	struct hv_exit mmio_exit;             /* the exit an outstanding HV_NEXT_MMIO came from */
	struct hv_emulation emulation;        /* the rest of that access */
	/*
	 * v0..v31 as 64 words, current in hv_vcpu_handle() and hv_mmio_complete(), or NULL: SIMD&FP accesses to devices are
	 * then aborts.
	 */
	uint64_t *v;
	bool mmio_outstanding;
	bool waiting;    /* in WFI or CPU_SUSPEND: prepare blocks until something is pending */
	uint32_t parked; /* any: 1 once it answered HV_REQ_STOP, atomic */
	/*
	 * hv_vcpu_prepare() has reset the vCPU: the backend loads CNTV from vtimer, clears FP/SIMD and the active state of
	 * vm->vtimer_pintid (GICR_ICACTIVER0), then clears this.
	 */
	bool fresh;
	bool vtimer_line; /* level of the virtual timer as the interrupt controller knows it */
	bool ptimer_line;
	bool oslk;           /* OSLSR_EL1.OSLK of the guest */
	uint64_t mdscr;      /* MDSCR_EL1 as the guest wrote it; the register holds the bits that may act */
	uint64_t wait_until; /* WFIT: counter value that ends the wait, else HV_TIMER_NEVER */
};

#define HV_CPU_NONE 0xffffffffu

/** What to do after an exit. */
enum hv_next_kind {
	HV_NEXT_RESUME, /* call hv_vcpu_prepare() and enter again */
	HV_NEXT_WAIT,   /* the guest waits: prepare will say when to go on; may also just resume */
	HV_NEXT_MMIO,   /* perform next.mmio, then hv_mmio_complete(), or hv_vcpu_inject_abort() if nothing is there */
	HV_NEXT_MAP,    /* memory the embedder has not given yet: map next.ipa or hv_vcpu_inject_abort() */
	HV_NEXT_FETCH,  /* an instruction word is needed and not readable yet */
	/*
	 * A hypercall for the embedder: next.function, arguments in regs.x[1..], results to regs.x[0..]. To one it does not
	 * know the answer is in place already: just resume.
	 */
	HV_NEXT_CALL,
	HV_NEXT_POWER, /* PSCI asks for a machine-level act: next.power */
	HV_NEXT_SYNC,  /* stop next.kick, let them fold, then run this vCPU again: the access repeats itself */
	HV_NEXT_HOST,  /* a host interrupt or event: take it, then resume */
	HV_NEXT_FP,    /* first use of FP/SIMD */
	HV_NEXT_DEBUG, /* debug exception routed to EL2 */
	HV_NEXT_FAULT  /* the backend handed in something no guest can cause: nothing was done */
};

enum hv_power { HV_POWER_OFF, HV_POWER_RESET };

/**
 * The answer of hv_vcpu_handle(). kick and deactivate are to be acted on whatever the kind: hv_vm_request(vm, HV_REQ_EVENT,
 * &next.kick) leaves in kick the vCPUs whose CPU needs an interrupt or a wake-up; each next.deactivate.pintid[] is
 * written to ICC_DIR_EL1. For HV_NEXT_SYNC the request is HV_REQ_FOLD.
 */
struct hv_next {
	enum hv_next_kind kind;
	struct hv_vcpu_set kick;
	struct hv_vgic_deactivate deactivate;
	struct hv_mmio mmio;   /* HV_NEXT_MMIO */
	hv_ipa_t ipa;          /* HV_NEXT_MAP, HV_NEXT_FETCH */
	uint32_t access;       /* HV_NEXT_MAP: HV_S2_R, HV_S2_W, HV_S2_X wanted */
	enum hv_power power;   /* HV_NEXT_POWER */
	uint32_t power_type;   /* HV_NEXT_POWER: argument of SYSTEM_RESET2 or SYSTEM_OFF2, else 0 */
	uint64_t power_cookie; /* HV_NEXT_POWER: that of SYSTEM_RESET2 */
	uint32_t function;     /* HV_NEXT_CALL: w0, the function identifier. x0 holds NOT_SUPPORTED already */
	bool is_smc;           /* HV_NEXT_CALL */
	bool flush;            /* before the vCPU goes on: hv_vm_flush() until it returns HV_OK */
	uint32_t imm;          /* HV_NEXT_CALL: immediate of HVC or SMC */
};

/** What hv_vcpu_prepare() decided. */
enum hv_entry {
	HV_ENTRY_GO,     /* enter now: list registers and registers are ready; interrupts stay masked */
	HV_ENTRY_BLOCK,  /* nothing to do until an event or *deadline; mode is BLOCKED */
	HV_ENTRY_STOPPED /* parked: wait until hv_vm_reset() or destruction */
};

HV_BEGIN_DECLS

/**
 * hv_vcpu_load, hv_vcpu_put - bind to and leave a physical CPU. @nr_lrs: list registers of that CPU, 1..16 (clamped, GIC-54).
 * The backend loads el1, vtimer and ich after hv_vcpu_load(), and saves them before hv_vcpu_put().
 */
void hv_vcpu_load(struct hv_vcpu *vcpu, uint32_t cpu, uint32_t nr_lrs);
void hv_vcpu_put(struct hv_vcpu *vcpu);

/**
 * hv_vcpu_prepare - last steps before entry; physical interrupts masked from here until the exception return.
 * @now: virtual counter (CNTVCT of this VM), sampled once
 * @deadline: with HV_ENTRY_BLOCK, the counter value to wake at (HV_TIMER_NEVER: none); at or below @now means
 *            "something arrived meanwhile": call again at once
 *
 * Stores the mode, then (full barrier between) looks at requests, power state, timers and pending interrupts: an event
 * that comes later finds mode IN_GUEST and kicks (store-buffering pattern). While HV_ENTRY_BLOCK the mode is BLOCKED and
 * the thread must not sleep past *deadline nor past a wake-up. When the vCPU was just switched on its registers are
 * reset here and vcpu->fresh is set.
 */
enum hv_entry hv_vcpu_prepare(struct hv_vcpu *vcpu, uint64_t now, uint64_t *deadline);

/**
 * hv_vcpu_finish - first step after the exit: registers, vcpu->ich (list registers in ich.used, vmcr) and, if wanted, vtimer
 * have been read back.
 * @kick: vCPUs to kick are added. Physical interrupts to deactivate come with the following hv_vcpu_handle().
 */
void hv_vcpu_finish(struct hv_vcpu *vcpu, struct hv_vcpu_set *kick);

/**
 * hv_vcpu_wants_vtimer - must vcpu->vtimer hold CNTV_CTL_EL0 and CNTV_CVAL_EL0 when hv_vcpu_finish() is called next?
 *
 * False in the common case, which saves two register reads an exit. It must also be current in every hv_vcpu_prepare()
 * with vcpu->waiting set, and after hv_vcpu_put(). Reading it always is right too.
 */
bool hv_vcpu_wants_vtimer(const struct hv_vcpu *vcpu);

/**
 * hv_vcpu_vtimer_irq - with the HW link (vm->vtimer_pintid): the backend acknowledged the physical interrupt of the virtual
 * timer, dropped its priority (EOImode 1) and left it active. The guest's own deactivation ends it.
 *
 * The line falls again in hv_vcpu_handle(), which looks at vcpu->vtimer; a physical interrupt that nobody will
 * deactivate then comes back in next.deactivate. Without the HW link the line is computed from vcpu->vtimer in
 * hv_vcpu_prepare() and hv_vcpu_handle(), and the backend must exit by the time the timer fires (its own timer, or the
 * physical interrupt of CNTV, masked at the interrupt controller while vcpu->vtimer_line is high).
 */
void hv_vcpu_vtimer_irq(struct hv_vcpu *vcpu, struct hv_vcpu_set *kick);

/**
 * hv_vcpu_deadline - counter value at which the backend must have left the guest, because a timer it does not see fires:
 * the emulated physical timer, and the virtual one without the HW link. HV_TIMER_NEVER when there is none (TMR-05).
 */
uint64_t hv_vcpu_deadline(const struct hv_vcpu *vcpu, uint64_t now);

/**
 * hv_vcpu_handle - answer an exit, after hv_vcpu_finish().
 * @exit: from hv_exit_decode(); what other exits mean for the machine (HV_EXIT_IRQ) is HV_NEXT_HOST
 * @now: virtual counter, sampled once
 * @next: filled completely
 *
 * Whatever the guest did, its registers are architectural on return: no adjustment is deferred (ESR-33), except that
 * an access handed out with HV_NEXT_MMIO, MAP or FETCH is still to be made.
 */
void hv_vcpu_handle(struct hv_vcpu *vcpu, const struct hv_exit *exit, uint64_t now, struct hv_next *next);

/**
 * hv_mmio_complete - finish the outstanding HV_NEXT_MMIO: for a read, @mmio->data goes to the guest's register with
 * width, sign extension and endianness; the PC moves on.
 *
 * Some instructions take more than one access (pairs, page crossings, SIMD): mmio.bytes_more tells how much follows. Then
 * HV_EAGAIN comes back and *@mmio is the next one: do { device(&mmio); } while (hv_mmio_complete(vcpu, &mmio) == HV_EAGAIN).
 * No register changes before the last. Entering the guest in between drops what was done; the instruction repeats.
 * Return: HV_OK; HV_EAGAIN; HV_EINVAL when no access is outstanding or @mmio is not it (ESR-05, ESR-39).
 */
enum hv_err hv_mmio_complete(struct hv_vcpu *vcpu, struct hv_mmio *mmio) HV_MUST_CHECK;

/**
 * hv_vcpu_inject_abort - synchronous external abort for the access of @exit: data or instruction abort at EL1 with the
 * guest's FAR, on a table walk with the level the walk had reached. An outstanding MMIO access is dropped, and FAR is its
 * address when it was a later one of its instruction.
 */
void hv_vcpu_inject_abort(struct hv_vcpu *vcpu, const struct hv_exit *exit);

/** hv_vcpu_inject_undef - undefined instruction exception at EL1; ELR is the guest's PC, IL as @exit says. */
void hv_vcpu_inject_undef(struct hv_vcpu *vcpu, const struct hv_exit *exit);

/**
 * hv_vcpu_inject_serror - virtual SError: HCR_EL2.VSE in vcpu->hcr. The guest takes it when it unmasks PSTATE.A; hardware
 * then clears the bit, and the backend clears vcpu->hcr's too where it reads HCR_EL2 back with VSE clear.
 */
void hv_vcpu_inject_serror(struct hv_vcpu *vcpu);

/* What an access is for, hv_vcpu_walk(). */
#define HV_WALK_READ   0x1u
#define HV_WALK_WRITE  0x2u
#define HV_WALK_FETCH  0x4u
#define HV_WALK_UNPRIV 0x8u /* as EL0 does it: LDTR and STTR */

/** Where stage 1 puts an address. */
struct hv_walk {
	uint64_t ipa;        /* with HV_FAULT_NONE: the result. HV_ENOENT: guest memory that is to be mapped first */
	enum hv_fault fault; /* TRANSLATION, ADDRESS_SIZE, ACCESS_FLAG, PERMISSION, EXTERNAL_WALK */
	int8_t level;        /* -1..3, of the fault */
};

/**
 * hv_vcpu_walk - translate @va by the guest's stage 1 (EL1&0, VMSAv8-64, all granules, LPA2), from its registers and tables.
 * @access: HV_WALK_*; the EL, PAN and UAO are those of the guest's PSTATE
 *
 * A software walk: it sees the tables as they are now, which need not be what a TLB holds, and changes none (AF and dirty
 * state that the CPU would set are taken as set).
 * Return: HV_OK, @walk->fault tells how it ended; HV_ENOENT: a table lies in RAM that is not mapped at stage 2 yet.
 */
enum hv_err hv_vcpu_walk(const struct hv_vcpu *vcpu, uint64_t va, uint32_t access, struct hv_walk *walk) HV_MUST_CHECK;

/**
 * hv_vcpu_request - sender's half of the kick protocol: set @req, full barrier, look at the mode.
 * Return: true when the caller must interrupt the CPU the vCPU runs on (vcpu->cpu), or wake its thread (mode BLOCKED).
 */
bool hv_vcpu_request(struct hv_vcpu *vcpu, uint32_t req) HV_MUST_CHECK;

HV_END_DECLS

#endif /* HV_VCPU_H */
