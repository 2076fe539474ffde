/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* vgic_world.h - a vGIC with its vCPUs' list-register images, for the vGIC's unit tests. */
#ifndef VGIC_WORLD_H
#define VGIC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <hv/vgic.h>

#define WORLD_MAX_VCPUS 17

struct world {
	struct hv_vgic vgic;
	void *mem;
	uint64_t mpidr[WORLD_MAX_VCPUS];
	struct hv_ich ich[WORLD_MAX_VCPUS];
	struct hv_vcpu_set kick;
	struct hv_vgic_deactivate deactivate;
};

static inline void world_init_config(struct world *w, struct hv_vgic_config *config, uint32_t nr_lrs)
{
	size_t size, align;

	assert_int_equal(hv_vgic_layout(config, &size, &align), HV_OK);
	w->mem = malloc(size);
	assert_non_null(w->mem);
	memset(w->mem, 0xa5, size); /* contents need not be cleared */
	memset(&w->vgic, 0xa5, sizeof(w->vgic));
	assert_int_equal(hv_vgic_init(&w->vgic, config, w->mem, size), HV_OK);
	for (uint32_t i = 0; i < config->nr_vcpus; i++) {
		memset(&w->ich[i], 0xa5, sizeof(w->ich[i]));
		w->ich[i].nr_lrs = nr_lrs;
		w->ich[i].pre_bits = 5;
		hv_vgic_cpu_reset(&w->vgic, i, &w->ich[i]);
	}
	hv_vcpu_set_clear(&w->kick);
	w->deactivate.nr = 0;
}

static inline void world_init(struct world *w, uint32_t nr_vcpus, uint32_t nr_spis, uint32_t pri_bits, uint32_t nr_lrs)
{
	struct hv_vgic_config config = {
		.config_bytes = sizeof(config),
		.nr_vcpus = nr_vcpus,
		.nr_spis = nr_spis,
		.pri_bits = pri_bits,
		.mpidr = w->mpidr,
	};

	for (uint32_t i = 0; i < nr_vcpus; i++)
		w->mpidr[i] = i;
	world_init_config(w, &config, nr_lrs);
}

static inline void world_free(struct world *w)
{
	free(w->mem);
}

static inline enum hv_err gicd(struct world *w, uint32_t vcpu, uint32_t offset, uint8_t size, bool is_write,
			       uint64_t *data)
{
	struct hv_vgic_access access = { .offset = offset, .size_bytes = size, .is_write = is_write, .data = *data };
	enum hv_err err = hv_vgic_dist_access(&w->vgic, vcpu, &access, &w->kick, &w->deactivate);

	*data = access.data;
	return err;
}

static inline enum hv_err gicr(struct world *w, uint32_t vcpu, uint32_t offset, uint8_t size, bool is_write,
			       uint64_t *data)
{
	struct hv_vgic_access access = { .offset = offset, .size_bytes = size, .is_write = is_write, .data = *data };
	enum hv_err err = hv_vgic_redist_access(&w->vgic, vcpu, &access, &w->kick, &w->deactivate);

	*data = access.data;
	return err;
}

static inline void gicd_write(struct world *w, uint32_t vcpu, uint32_t offset, uint8_t size, uint64_t value)
{
	assert_int_equal(gicd(w, vcpu, offset, size, true, &value), HV_OK);
}

static inline uint64_t gicd_read(struct world *w, uint32_t vcpu, uint32_t offset, uint8_t size)
{
	uint64_t value = 0;

	assert_int_equal(gicd(w, vcpu, offset, size, false, &value), HV_OK);
	return value;
}

static inline void gicr_write(struct world *w, uint32_t vcpu, uint32_t frame, uint32_t offset, uint8_t size,
			      uint64_t value)
{
	assert_int_equal(gicr(w, vcpu, frame * HV_VGIC_GICR_STRIDE + offset, size, true, &value), HV_OK);
}

static inline uint64_t gicr_read(struct world *w, uint32_t vcpu, uint32_t frame, uint32_t offset, uint8_t size)
{
	uint64_t value = 0;

	assert_int_equal(gicr(w, vcpu, frame * HV_VGIC_GICR_STRIDE + offset, size, false, &value), HV_OK);
	return value;
}

static inline void set_line(struct world *w, uint32_t vcpu, uint32_t intid, bool level)
{
	assert_int_equal(hv_vgic_set_line(&w->vgic, vcpu, intid, level, &w->kick), HV_OK);
}

/* Everything enabled: both groups at the distributor and every CPU interface, lowest priority mask. */
static inline void world_open(struct world *w)
{
	gicd_write(w, 0, 0, 4, 3);
	for (uint32_t i = 0; i < w->vgic.nr_vcpus; i++)
		w->ich[i].vmcr |= 0xff000003u;
}

static inline void world_enter(struct world *w, uint32_t vcpu)
{
	hv_vgic_fill(&w->vgic, vcpu, &w->ich[vcpu]);
}

static inline void world_leave(struct world *w, uint32_t vcpu)
{
	hv_vgic_fold(&w->vgic, vcpu, &w->ich[vcpu], &w->kick, &w->deactivate);
}

#endif /* VGIC_WORLD_H */
