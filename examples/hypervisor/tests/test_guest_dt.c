/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* The guest's device tree, read back with libfdt: what a kernel looks for is there, at the addresses of layout.h. Covers TMR-10 (timer as level) and PSCI-30. */
#include "tree.h"

#include "guest_dt.h"
#include "layout.h"

static uint8_t out[GUEST_DTB_BYTES] __attribute__((aligned(8)));
static const uint64_t flat[] = { 0, 1, 2, 0x100 }, deep[] = { 0, HV_U64(0x100000002) };

static struct guest_dt example(void)
{
	struct guest_dt dt = {
		.mpidr = flat,
		.nr_cpus = 4,
		.cpu_compatible = "arm,cortex-a57",
		.ram_base = GUEST_RAM,
		.ram_bytes = HV_U64(0x123400000),
		.bootargs = "console=ttyAMA0",
		.initrd_start = 0x48000000,
		.initrd_end = 0x48123456,
		.kaslr_seed = HV_U64(0x1122334455667788),
	};

	memset(dt.seed, 0x5a, sizeof(dt.seed));
	return dt;
}

static void build(const struct guest_dt *dt)
{
	assert_int_equal(guest_dt_build(dt, out, sizeof(out)), 0);
	assert_int_equal(fdt_check_full(out, fdt_totalsize(out)), 0);
}

static uint64_t cells_of(const char *path, const char *name, int at, int nr)
{
	int len, node = fdt_path_offset(out, path);
	const fdt32_t *p = fdt_getprop(out, node, name, &len);
	uint64_t v = 0;

	assert_non_null(p);
	assert_true(len >= 4 * (at + nr));
	for (; nr > 0; nr--)
		v = v << 32 | fdt32_to_cpu(p[at++]);
	return v;
}

static bool compatible(const char *path, const char *what)
{
	return fdt_node_check_compatible(out, fdt_path_offset(out, path), what) == 0;
}

static const char *string_of(const char *path, const char *name)
{
	int len;
	const char *s = fdt_getprop(out, fdt_path_offset(out, path), name, &len);

	assert_non_null(s);
	assert_int_equal(s[len - 1], 0);
	return s;
}

static void chosen_and_memory(void **state)
{
	struct guest_dt dt = example();
	int len;

	(void)state;
	build(&dt);
	assert_string_equal(string_of("/chosen", "bootargs"), "console=ttyAMA0");
	assert_true(fdt_path_offset(out, string_of("/chosen", "stdout-path")) > 0);
	assert_int_equal(cells_of("/chosen", "linux,initrd-start", 0, 2), 0x48000000);
	assert_int_equal(cells_of("/chosen", "linux,initrd-end", 0, 2), 0x48123456);
	assert_true(cells_of("/chosen", "kaslr-seed", 0, 2) == HV_U64(0x1122334455667788));
	assert_non_null(fdt_getprop(out, fdt_path_offset(out, "/chosen"), "rng-seed", &len));
	assert_int_equal(len, GUEST_DT_SEED_BYTES);
	assert_int_equal(cells_of("/memory@40000000", "reg", 0, 2), GUEST_RAM);
	assert_true(cells_of("/memory@40000000", "reg", 2, 2) == HV_U64(0x123400000));
	assert_string_equal(string_of("/memory@40000000", "device_type"), "memory");
}

static void devices(void **state)
{
	struct guest_dt dt = example();

	(void)state;
	build(&dt);
	assert_true(compatible("/intc@8000000", "arm,gic-v3"));
	assert_int_equal(cells_of("/intc@8000000", "reg", 0, 2), GUEST_GICD);
	assert_int_equal(cells_of("/intc@8000000", "reg", 4, 2), GUEST_GICR);
	assert_int_equal(cells_of("/intc@8000000", "reg", 6, 2), 4 * 0x20000);
	assert_int_equal(cells_of("/", "interrupt-parent", 0, 1), cells_of("/intc@8000000", "phandle", 0, 1));
	assert_true(compatible("/pl011@9000000", "arm,pl011"));
	assert_true(compatible("/pl011@9000000", "arm,primecell"));
	assert_int_equal(cells_of("/pl011@9000000", "interrupts", 1, 1), GUEST_UART_SPI);
	assert_int_equal(cells_of("/pl011@9000000", "clocks", 0, 1), cells_of("/apb-pclk", "phandle", 0, 1));
	assert_int_equal(cells_of("/apb-pclk", "clock-frequency", 0, 1), 24000000);
	assert_true(compatible("/psci", "arm,psci-1.0"));
	assert_true(compatible("/psci", "arm,psci-0.2"));
	assert_string_equal(string_of("/psci", "method"), "hvc");
}

/* Secure physical, physical, virtual, hypervisor; all PPIs, all level-high. */
static void timer_is_level(void **state)
{
	static const uint32_t ppi[] = { 13, 14, 11, 10 };
	struct guest_dt dt = example();
	int i;

	(void)state;
	build(&dt);
	assert_true(compatible("/timer", "arm,armv8-timer"));
	for (i = 0; i < 4; i++) {
		assert_int_equal(cells_of("/timer", "interrupts", 3 * i, 1), 1);
		assert_int_equal(cells_of("/timer", "interrupts", 3 * i + 1, 1), ppi[i]);
		assert_int_equal(cells_of("/timer", "interrupts", 3 * i + 2, 1), 4);
	}
}

static void cpus_are_their_affinities(void **state)
{
	struct guest_dt dt = example();
	int node, n = 0;

	(void)state;
	build(&dt);
	assert_int_equal(cells_of("/cpus", "#address-cells", 0, 1), 1);
	assert_int_equal(cells_of("/cpus/cpu@100", "reg", 0, 1), 0x100);
	assert_string_equal(string_of("/cpus/cpu@100", "enable-method"), "psci");
	assert_true(compatible("/cpus/cpu@0", "arm,cortex-a57"));
	fdt_for_each_subnode (node, out, fdt_path_offset(out, "/cpus")) {
		n++;
	}
	assert_int_equal(n, 4);
	dt.mpidr = deep;
	dt.nr_cpus = 2;
	dt.cpu_compatible = NULL;
	build(&dt);
	assert_int_equal(cells_of("/cpus", "#address-cells", 0, 1), 2);
	assert_true(cells_of("/cpus/cpu@100000002", "reg", 0, 2) == HV_U64(0x100000002));
	assert_true(compatible("/cpus/cpu@0", "arm,armv8"));
}

static void without_initrd_and_arguments(void **state)
{
	struct guest_dt dt = example();

	(void)state;
	dt.initrd_end = dt.initrd_start;
	dt.bootargs = "";
	build(&dt);
	assert_null(fdt_getprop(out, fdt_path_offset(out, "/chosen"), "linux,initrd-start", NULL));
	assert_null(fdt_getprop(out, fdt_path_offset(out, "/chosen"), "bootargs", NULL));
}

/* Every size that is too small is an error and no overrun (ASan); the largest VM fits. */
static void room_is_checked(void **state)
{
	static uint64_t many[64];
	static char args[2048];
	struct guest_dt dt = example();
	int bytes, needed;
	uint32_t i;

	(void)state;
	build(&dt);
	needed = (int)fdt_totalsize(out);
	for (bytes = 0; bytes < needed; bytes++)
		assert_true(guest_dt_build(&dt, out, bytes) < 0);
	for (i = 0; i < 64; i++)
		many[i] = (i / 16) << 8 | i % 16;
	memset(args, 'a', sizeof(args) - 1);
	dt.mpidr = many;
	dt.nr_cpus = 64;
	dt.bootargs = args;
	build(&dt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chosen_and_memory),
		cmocka_unit_test(devices),
		cmocka_unit_test(timer_is_level),
		cmocka_unit_test(cpus_are_their_affinities),
		cmocka_unit_test(without_initrd_and_arguments),
		cmocka_unit_test(room_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
