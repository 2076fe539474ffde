/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * vgic_threads.c - four vCPU threads and a device thread on one vGIC. Each event is sent only after the one before it was
 * taken, so that sent and taken must agree exactly in the end, whatever moves, disables and reads happen meanwhile. Run it
 * under a thread sanitizer; the host's locks check their order. GIC-52, GIC-53.
 */
#include <hv_host_gic.h>

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#define NR_VCPUS 4
#define NR_SPIS  32
#define NR_SGIS  4 /* SGI i goes from vCPU i to the next one */

static struct hv_vgic vgic;
static uint32_t kicked[NR_VCPUS];
static uint32_t spis_sent[NR_SPIS], spis_taken[NR_SPIS];
static uint32_t sgis_sent[NR_VCPUS], sgis_taken[NR_VCPUS]; /* by receiver */
static uint32_t vcpus_busy = NR_VCPUS, device_busy = 1;
static unsigned long nr_ops;

struct vcpu {
	pthread_t thread;
	uint32_t index;
	struct hv_ich ich;
	struct hv_host_gic gic;
	uint64_t random;
	unsigned long nr_taken, nr_retries;
};

static uint32_t get(const uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static void count(uint32_t *p)
{
	(void)__atomic_add_fetch(p, 1, __ATOMIC_ACQ_REL);
}

static uint32_t next_random(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)((*seed >> 20) % below);
}

static void send_kicks(struct hv_vcpu_set *kick)
{
	int32_t i;

	while ((i = hv_vcpu_set_pop(kick)) >= 0)
		__atomic_store_n(&kicked[i], 1, __ATOMIC_SEQ_CST);
}

static void die(const char *what, uint32_t value)
{
	printf("%s: %u\n", what, value);
	exit(1);
}

static void taken(struct vcpu *v, uint32_t intid)
{
	v->nr_taken++;
	if (intid < 16)
		count(&sgis_taken[v->index]);
	else if (intid >= 32 && intid < 32 + NR_SPIS)
		count(&spis_taken[intid - 32]);
	else
		die("unknown interrupt taken", intid);
}

/* In the guest: take what comes, until kicked or idle for a while. */
static void guest(struct vcpu *v)
{
	for (uint32_t idle = 0; idle < 4;) {
		uint32_t intid = hv_host_gic_iar(&v->gic, 1);

		if (intid != 1023) {
			taken(v, intid);
			hv_host_gic_eoir(&v->gic, 1, intid);
		} else {
			idle++;
		}
		if (get(&kicked[v->index]) || (hv_host_gic_signals(&v->gic) & 4))
			return;
	}
}

static void run_once(struct vcpu *v)
{
	struct hv_vcpu_set kick;
	struct hv_vgic_deactivate deactivate = { .nr = 0 };

	__atomic_store_n(&kicked[v->index], 0, __ATOMIC_SEQ_CST);
	if (hv_vgic_needs_fill(&vgic, v->index, &v->ich))
		hv_vgic_fill(&vgic, v->index, &v->ich);
	hv_host_gic_enter(&v->gic, &v->ich);
	guest(v);
	hv_host_gic_exit(&v->gic, &v->ich);
	hv_host_gic_put(&v->gic, &v->ich);
	hv_vcpu_set_clear(&kick);
	hv_vgic_fold(&vgic, v->index, &v->ich, &kick, &deactivate);
	send_kicks(&kick);
}

static void access_once(struct vcpu *v, bool redist, uint32_t offset, uint8_t size, bool is_write, uint64_t data)
{
	for (;;) {
		struct hv_vgic_access access = {
			.offset = offset, .size_bytes = size, .is_write = is_write, .data = data
		};
		struct hv_vgic_deactivate deactivate = { .nr = 0 };
		struct hv_vcpu_set kick;
		enum hv_err err;

		hv_vcpu_set_clear(&kick);
		err = redist ? hv_vgic_redist_access(&vgic, v->index, &access, &kick, &deactivate)
			     : hv_vgic_dist_access(&vgic, v->index, &access, &kick, &deactivate);
		send_kicks(&kick);
		if (err == HV_OK)
			return;
		v->nr_retries++;
		run_once(v); /* the guest repeats the instruction; others may wait for this vCPU meanwhile */
		(void)sched_yield();
	}
}

static void send_sgi(struct vcpu *v)
{
	uint32_t target = (v->index + 1) % NR_VCPUS;
	struct hv_vcpu_set kick;

	if (get(&sgis_sent[target]) != get(&sgis_taken[target]))
		return;
	count(&sgis_sent[target]);
	hv_vcpu_set_clear(&kick);
	hv_vgic_send_sgi(&vgic, v->index, HV_VGIC_SGI1R, (uint64_t)v->index << 24 | 1u << target, &kick);
	send_kicks(&kick);
}

static void random_op(struct vcpu *v)
{
	uint32_t n = next_random(&v->random, NR_SPIS), other = next_random(&v->random, NR_VCPUS);

	switch (next_random(&v->random, 16)) {
	case 0:
		access_once(v, false, 0x6100 + 8 * n, 8, true, other);
		break;
	case 1:
		access_once(v, false, 0x184, 4, true, 1u << n);
		access_once(v, false, 0x104, 4, true, 1u << n);
		break;
	case 2:
		access_once(v, false, 0x420 + n, 1, true, next_random(&v->random, 31) * 8);
		break;
	case 3:
		access_once(v, false, 0x204, 4, false, 0);
		break;
	case 4:
		access_once(v, true, other * HV_VGIC_GICR_STRIDE + 0x10300, 4, false, 0);
		break;
	case 5:
		access_once(v, false, 0, 4, true, 0);
		access_once(v, false, 0, 4, true, 2);
		break;
	case 6:
		(void)hv_vgic_has_pending(&vgic, v->index, &v->ich);
		(void)hv_vgic_state(&vgic, other, n);
		break;
	case 7:
	case 8:
	case 9:
		send_sgi(v);
		break;
	default:
		break;
	}
	run_once(v);
}

static void *vcpu_thread(void *arg)
{
	struct vcpu *v = arg;

	for (unsigned long op = 0; op < nr_ops / NR_VCPUS; op++) {
		random_op(v);
		if (op % 8 == 0)
			(void)sched_yield();
	}
	(void)__atomic_sub_fetch(&vcpus_busy, 1, __ATOMIC_ACQ_REL);
	while (get(&vcpus_busy) || get(&device_busy))
		run_once(v);
	for (uint32_t i = 0; i < 100; i++)
		run_once(v);
	return NULL;
}

static void *device_thread(void *arg)
{
	uint64_t seed = 88172645463325252u;

	(void)arg;
	while (get(&vcpus_busy)) {
		uint32_t n = next_random(&seed, NR_SPIS);
		struct hv_vcpu_set kick;

		if (get(&spis_sent[n]) != get(&spis_taken[n]))
			continue;
		count(&spis_sent[n]);
		hv_vcpu_set_clear(&kick);
		if (hv_vgic_set_line(&vgic, 0, 32 + n, true, &kick) != HV_OK ||
		    hv_vgic_set_line(&vgic, 0, 32 + n, false, &kick) != HV_OK)
			die("set_line", n);
		send_kicks(&kick);
	}
	__atomic_store_n(&device_busy, 0, __ATOMIC_RELEASE);
	return NULL;
}

static void setup(struct vcpu *vcpu)
{
	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		vcpu[i] = (struct vcpu){ .index = i, .random = 1234567 + i, .ich = { .nr_lrs = 1 + i } };
		hv_vgic_cpu_reset(&vgic, i, &vcpu[i].ich);
		vcpu[i].ich.vmcr |= 0xff000002;
		hv_host_gic_init(&vcpu[i].gic, 1 + i, 5, 5);
		hv_host_gic_load(&vcpu[i].gic, &vcpu[i].ich);
		access_once(&vcpu[i], true, i * HV_VGIC_GICR_STRIDE + 0x10080, 4, true, 0xffffffff);
		access_once(&vcpu[i], true, i * HV_VGIC_GICR_STRIDE + 0x10100, 4, true, 0xffffffff);
	}
	access_once(&vcpu[0], false, 0, 4, true, 2);
	access_once(&vcpu[0], false, 0x84, 4, true, 0xffffffff);
	access_once(&vcpu[0], false, 0xc08, 4, true, 0xaaaaaaaa);
	access_once(&vcpu[0], false, 0xc0c, 4, true, 0xaaaaaaaa);
	access_once(&vcpu[0], false, 0x104, 4, true, 0xffffffff);
}

static void check(const struct vcpu *vcpu)
{
	unsigned long sum = 0, retries = 0;

	for (uint32_t n = 0; n < NR_SPIS; n++)
		if (spis_sent[n] != spis_taken[n])
			die("SPI lost or doubled", 32 + n);
	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		if (sgis_sent[i] != sgis_taken[i])
			die("SGI lost or doubled, vCPU", i);
		sum += vcpu[i].nr_taken;
		retries += vcpu[i].nr_retries;
	}
	printf("%lu operations, %lu interrupts taken, %lu accesses repeated: nothing lost, nothing doubled\n", nr_ops,
	       sum, retries);
}

int main(int argc, char **argv)
{
	static const uint64_t mpidr[NR_VCPUS] = { 0, 1, 2, 3 };
	static struct vcpu vcpu[NR_VCPUS];
	struct hv_vgic_config config = {
		.config_bytes = sizeof(config), .nr_vcpus = NR_VCPUS, .nr_spis = NR_SPIS, .mpidr = mpidr
	};
	size_t size, align;
	pthread_t device;
	void *mem;

	nr_ops = argc > 1 ? strtoul(argv[1], NULL, 0) : 200000;
	if (hv_vgic_layout(&config, &size, &align) != HV_OK)
		die("layout", 0);
	mem = aligned_alloc(align, hv_align_up(size, align));
	if (hv_vgic_init(&vgic, &config, mem, size) != HV_OK)
		die("init", 0);
	setup(vcpu);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		if (pthread_create(&vcpu[i].thread, NULL, vcpu_thread, &vcpu[i]))
			die("thread", i);
	if (pthread_create(&device, NULL, device_thread, NULL))
		die("thread", NR_VCPUS);
	(void)pthread_join(device, NULL);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		(void)pthread_join(vcpu[i].thread, NULL);
	check(vcpu);
	free(mem);
	return 0;
}
