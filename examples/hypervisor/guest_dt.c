/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* guest_dt.c - build the guest's device tree with libfdt's sequential writer. Bindings: Linux, Documentation/devicetree. */
#include "guest_dt.h"

#include "layout.h"

#include <libfdt.h>

#define PHANDLE_GIC   1u
#define PHANDLE_CLOCK 2u

#define IRQ_SPI        0u
#define IRQ_PPI        1u
#define IRQ_LEVEL_HIGH 4u

#define UART_HZ 24000000u

/* The writer, with the first error kept: after one, nothing more is written. */
struct writer {
	void *buf;
	int err;
};

static void begin(struct writer *w, const char *name)
{
	if (!w->err)
		w->err = fdt_begin_node(w->buf, name);
}

static void end(struct writer *w)
{
	if (!w->err)
		w->err = fdt_end_node(w->buf);
}

static void prop(struct writer *w, const char *name, const void *value, size_t bytes)
{
	if (!w->err)
		w->err = fdt_property(w->buf, name, value, (int)bytes);
}

/* A string literal, which may hold several strings. */
#define PROP_STRINGS(w, name, literal) prop(w, name, literal, sizeof(literal))

static void prop_string(struct writer *w, const char *name, const char *s)
{
	prop(w, name, s, strlen(s) + 1);
}

static void prop_cell(struct writer *w, const char *name, uint32_t value)
{
	fdt32_t v = cpu_to_fdt32(value);

	prop(w, name, &v, sizeof(v));
}

static void prop_u64(struct writer *w, const char *name, uint64_t value)
{
	fdt64_t v = cpu_to_fdt64(value);

	prop(w, name, &v, sizeof(v));
}

static void prop_cells(struct writer *w, const char *name, const uint32_t *value, uint32_t nr)
{
	fdt32_t v[12];
	uint32_t i;

	for (i = 0; i < nr && i < HV_ARRAY_SIZE(v); i++)
		v[i] = cpu_to_fdt32(value[i]);
	prop(w, name, v, i * sizeof(v[0]));
}

#define PROP_CELLS(w, name, ...)                                                                                       \
	do {                                                                                                           \
		const uint32_t cells_[] = { __VA_ARGS__ };                                                             \
		prop_cells(w, name, cells_, HV_ARRAY_SIZE(cells_));                                                    \
	} while (0)

#define CELLS64(v) (uint32_t)((uint64_t)(v) >> 32), (uint32_t)(v)

/* A node name with its unit address in hexadecimal, as "cpu@10". */
static void begin_at(struct writer *w, const char *name, uint64_t unit)
{
	char full[48];
	size_t len = strlen(name);
	int shift = 60;

	memcpy(full, name, len);
	full[len++] = '@';
	while (shift > 0 && !(unit >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		full[len++] = "0123456789abcdef"[(unit >> shift) & 15];
	full[len] = '\0';
	begin(w, full);
}

static void chosen(struct writer *w, const struct guest_dt *dt)
{
	begin(w, "chosen");
	if (dt->bootargs[0])
		prop_string(w, "bootargs", dt->bootargs);
	prop_string(w, "stdout-path", "/pl011@9000000");
	if (dt->initrd_end > dt->initrd_start) {
		prop_u64(w, "linux,initrd-start", dt->initrd_start);
		prop_u64(w, "linux,initrd-end", dt->initrd_end);
	}
	prop_u64(w, "kaslr-seed", dt->kaslr_seed);
	prop(w, "rng-seed", dt->seed, sizeof(dt->seed));
	end(w);
}

static void memory(struct writer *w, const struct guest_dt *dt)
{
	begin_at(w, "memory", dt->ram_base);
	PROP_STRINGS(w, "device_type", "memory");
	PROP_CELLS(w, "reg", CELLS64(dt->ram_base), CELLS64(dt->ram_bytes));
	end(w);
}

/* Aff3 needs a second cell; without one in use a single cell is what every reader knows. */
static void cpus(struct writer *w, const struct guest_dt *dt)
{
	uint32_t i, na = 1;

	for (i = 0; i < dt->nr_cpus; i++)
		if (dt->mpidr[i] >> 32)
			na = 2;
	begin(w, "cpus");
	prop_cell(w, "#address-cells", na);
	prop_cell(w, "#size-cells", 0);
	for (i = 0; i < dt->nr_cpus; i++) {
		begin_at(w, "cpu", dt->mpidr[i]);
		PROP_STRINGS(w, "device_type", "cpu");
		prop_string(w, "compatible", dt->cpu_compatible ? dt->cpu_compatible : "arm,armv8");
		if (na == 2)
			prop_u64(w, "reg", dt->mpidr[i]);
		else
			prop_cell(w, "reg", (uint32_t)dt->mpidr[i]);
		PROP_STRINGS(w, "enable-method", "psci");
		end(w);
	}
	end(w);
}

static void psci(struct writer *w)
{
	begin(w, "psci");
	PROP_STRINGS(w, "compatible", "arm,psci-1.0\0arm,psci-0.2");
	PROP_STRINGS(w, "method", "hvc");
	end(w);
}

/* Secure physical 29, physical 30, virtual 27, hypervisor 26: PPI numbers are INTID - 16; all level (TMR-10). */
static void timer(struct writer *w)
{
	begin(w, "timer");
	PROP_STRINGS(w, "compatible", "arm,armv8-timer");
	PROP_CELLS(w, "interrupts", IRQ_PPI, 13, IRQ_LEVEL_HIGH, IRQ_PPI, 14, IRQ_LEVEL_HIGH, IRQ_PPI, 11,
		   IRQ_LEVEL_HIGH, IRQ_PPI, 10, IRQ_LEVEL_HIGH);
	prop(w, "always-on", NULL, 0);
	end(w);
}

static void gic(struct writer *w, const struct guest_dt *dt)
{
	begin_at(w, "intc", GUEST_GICD);
	PROP_STRINGS(w, "compatible", "arm,gic-v3");
	prop_cell(w, "#interrupt-cells", 3);
	prop_cell(w, "#address-cells", 2);
	prop_cell(w, "#size-cells", 2);
	prop(w, "ranges", NULL, 0);
	prop(w, "interrupt-controller", NULL, 0);
	PROP_CELLS(w, "reg", CELLS64(GUEST_GICD), CELLS64(GUEST_GICD_BYTES), CELLS64(GUEST_GICR),
		   CELLS64((uint64_t)dt->nr_cpus * HV_KIB(128)));
	prop_cell(w, "phandle", PHANDLE_GIC);
	end(w);
}

static void uart(struct writer *w)
{
	begin(w, "apb-pclk");
	PROP_STRINGS(w, "compatible", "fixed-clock");
	prop_cell(w, "#clock-cells", 0);
	prop_cell(w, "clock-frequency", UART_HZ);
	PROP_STRINGS(w, "clock-output-names", "clk24mhz");
	prop_cell(w, "phandle", PHANDLE_CLOCK);
	end(w);
	begin_at(w, "pl011", GUEST_UART);
	PROP_STRINGS(w, "compatible", "arm,pl011\0arm,primecell");
	PROP_CELLS(w, "reg", CELLS64(GUEST_UART), CELLS64(GUEST_UART_BYTES));
	PROP_CELLS(w, "interrupts", IRQ_SPI, GUEST_UART_SPI, IRQ_LEVEL_HIGH);
	PROP_CELLS(w, "clocks", PHANDLE_CLOCK, PHANDLE_CLOCK);
	PROP_STRINGS(w, "clock-names", "uartclk\0apb_pclk");
	end(w);
}

static void root(struct writer *w, const struct guest_dt *dt)
{
	begin(w, "");
	PROP_STRINGS(w, "compatible", "libhv,mini-virt\0linux,dummy-virt");
	PROP_STRINGS(w, "model", "libhv mini-virt");
	prop_cell(w, "#address-cells", 2);
	prop_cell(w, "#size-cells", 2);
	prop_cell(w, "interrupt-parent", PHANDLE_GIC);
	chosen(w, dt);
	memory(w, dt);
	cpus(w, dt);
	psci(w);
	timer(w);
	gic(w, dt);
	uart(w);
	end(w);
}

int guest_dt_build(const struct guest_dt *dt, void *buf, int bytes)
{
	struct writer w = { buf, fdt_create(buf, bytes) };

	if (!w.err)
		w.err = fdt_finish_reservemap(buf);
	root(&w, dt);
	if (!w.err)
		w.err = fdt_finish(buf);
	return w.err;
}
