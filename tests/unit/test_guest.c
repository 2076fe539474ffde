/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* Copies to and from guest memory: any alignment and length, page crossings, holes, rights, the end of RAM. */
#include "run_world.h"

static void any_length_any_alignment(void **state)
{
	struct run_world w;
	unsigned char out[64], in[64];
	uint64_t at;
	size_t bytes, i;

	(void)state;
	world_run(&w, 1);
	world_map(&w, RAM_BASE, 8192, HV_S2_RW);
	for (at = RAM_BASE + 4096 - 20; at < RAM_BASE + 4096 + 4; at++)
		for (bytes = 1; bytes <= 40; bytes++) {
			for (i = 0; i < sizeof(out); i++)
				out[i] = (unsigned char)(at * 7 + bytes * 31 + i);
			memset(in, 0, sizeof(in));
			assert_int_equal(hv_vm_write(&w.vm, hv_ipa(at), out, bytes), HV_OK);
			assert_int_equal(hv_vm_read(&w.vm, hv_ipa(at), in, bytes), HV_OK);
			assert_memory_equal(out, in, bytes);
			assert_int_equal(in[bytes], 0);
		}
	world_end(&w);
}

static void only_ram_and_only_what_is_mapped(void **state)
{
	struct run_world w;
	uint64_t word = 1;

	(void)state;
	world_run(&w, 1);
	world_map(&w, RAM_BASE, 4096, HV_S2_RW);
	world_map(&w, RAM_BASE + 8192, 4096, HV_S2_R);
	world_map(&w, RAM_BASE + RAM_SIZE - 4096, 4096, HV_S2_RW);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(HOLE), &word, 8), HV_ERANGE);
	assert_int_equal(hv_vm_write(&w.vm, hv_ipa(GICD_BASE), &word, 8), HV_ERANGE);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(RAM_BASE - 4), &word, 8), HV_ERANGE);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(RAM_BASE + RAM_SIZE - 4), &word, 8), HV_ERANGE);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(RAM_BASE + RAM_SIZE - 8), &word, 8), HV_OK);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(MINUS_1), &word, 8), HV_ERANGE);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(RAM_BASE), &word, 0), HV_ERANGE);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(RAM_BASE + 4096), &word, 8), HV_ENOENT);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(RAM_BASE + 4092), &word, 8), HV_ENOENT);
	assert_int_equal(hv_vm_write(&w.vm, hv_ipa(RAM_BASE + 4092), &word, 8), HV_ENOENT);
	assert_int_equal(hv_vm_write(&w.vm, hv_ipa(RAM_BASE + 8192), &word, 8), HV_ENOENT);
	assert_int_equal(hv_vm_read(&w.vm, hv_ipa(RAM_BASE + 8192), &word, 8), HV_OK);
	world_end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_length_any_alignment),
		cmocka_unit_test(only_ram_and_only_what_is_mapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
