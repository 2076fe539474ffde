/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hypervisor.h - the reference hypervisor: what its files share. docs/guest-binding.md says what it does.
 *
 *	main.c       from boot to the first guest instruction
 *	machine.c    the host device tree            vmconf.c    the VMs asked for
 *	mem.c        free host RAM                   layout.c    where files go in a guest's RAM
 *	guest_dt.c   the guest's device tree         loader.c    fill a guest's RAM, again for each life
 *	vm.c         create a VM                     run.c       the loop around a vCPU
 *	uart.c       a guest's UART and the real one
 *
 * Every vCPU has a physical CPU of its own from start to end: vCPU i of a VM runs on CPU vm->first_cpu + i.
 */
#ifndef HYPERVISOR_H
#define HYPERVISOR_H

#include "layout.h"
#include "mem.h"
#include "vmconf.h"

#include <hv/dev/pl011.h>
#include <hv/hv.h>
#include <hv_baremetal.h>

#define VM_MAX_EXTENTS 32u
#define VM_RX_RING     1024u
#define VM_LINE_BYTES  256u

/** A piece of a guest's RAM: @bytes at guest RAM + @offset lie at host address @pa. */
struct extent {
	uint64_t offset, pa, bytes;
};

/** How the current life of a VM ends. */
enum vm_end { VM_END_NONE, VM_END_OFF, VM_END_RESET };

/** A guest's UART: the emulated device, characters on their way to it, the line being put together. Guarded by lock. */
struct vm_uart {
	hv_lock_t lock;
	struct hv_pl011 dev;
	bool line; /* interrupt level the vGIC knows */
	uint8_t rx[VM_RX_RING];
	uint32_t rx_head, rx_count;
	bool paused;             /* the ring is full: the host UART keeps what comes */
	char out[VM_LINE_BYTES]; /* only with several VMs: whole lines are printed */
	uint32_t out_len;
	uint64_t out_since; /* counter value of the oldest character in out */
};

struct vm {
	struct hv_vm hv;
	struct hv_s2 s2;
	const struct vmconf *conf;
	struct hv_image image;
	struct layout layout;
	struct extent extent[VM_MAX_EXTENTS];
	uint32_t nr_extents;
	uint32_t first_cpu;
	struct vm_uart uart;
	uint32_t end;     /* enum vm_end, atomic: the first to ask wins */
	uint32_t nr_down; /* vCPUs that have left for good in this life, atomic */
	uint32_t life;    /* rises with each start, atomic */
};

/** All there is; written by the boot CPU before other CPUs look. */
struct world {
	struct machine machine;
	struct vmconf_set conf;
	struct mem mem;
	struct hv_idregs idregs; /* of all CPUs in use */
	struct hv_s2_feat feat;
	uint64_t seed; /* state of the generator for guests' seeds */
	struct vm vm[VMCONF_MAX_VMS];
	uint32_t nr_running; /* VMs not yet powered off, atomic */
};

extern struct world world;

/** fatal - one line "libhv: error: <label>: <property>: <why>" (parts may be NULL), then PSCI SYSTEM_RESET. */
void fatal(const char *label, const char *property, const char *why) __attribute__((noreturn));

/** world_random - 64 bits for a guest's seeds: from the host's seed, the counter and the CPU's generator where there is one. */
uint64_t world_random(void);

/** vm_create - memory, stage 2 and vCPUs for @conf; fatal when it cannot be. */
void vm_create(struct vm *vm, const struct vmconf *conf, uint32_t first_cpu);

/** vm_load - copy kernel and initrd, build the tree, start vCPU 0. Nothing of the VM may be running. */
void vm_load(struct vm *vm);

/** vm_run - run vCPU @index of @vm on this CPU through all its lives. */
void vm_run(struct vm *vm, uint32_t index) __attribute__((noreturn));

/** uart_reset - a UART as after power-on; what was typed ahead is gone. */
void uart_reset(struct vm *vm, struct hv_vcpu_set *kick);

/** uart_access - a guest's access to its UART frame. */
void uart_access(struct vm *vm, struct hv_mmio *mmio, struct hv_vcpu_set *kick);

/** uart_host_input - take what waits in the host's UART to @vm. */
void uart_host_input(struct vm *vm, struct hv_vcpu_set *kick);

/** uart_flush - print an unfinished line that has waited long enough; uart_flush_at - when that will be. */
void uart_flush(struct vm *vm, uint64_t now);
uint64_t uart_flush_at(const struct vm *vm);

#endif /* HYPERVISOR_H */
