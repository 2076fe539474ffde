/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* module.c - load: prove that the core works inside this kernel, or refuse. Nothing is left behind at unload. */
#include <linux/module.h>

#include "selftest.h"

static bool fail_selftest;
module_param(fail_selftest, bool, 0444);
MODULE_PARM_DESC(fail_selftest, "make one check of the self-test fail (to test that loading is then refused)");

static int __init libhv_load(void)
{
	struct selftest_result result = selftest_run(fail_selftest);

	pr_info("libhv: self-test: %u passed, %u failed\n", result.passed, result.failed);
	return result.failed ? -EIO : 0;
}

static void __exit libhv_unload(void)
{
	pr_info("libhv: unloaded\n");
}

module_init(libhv_load);
module_exit(libhv_unload);

MODULE_DESCRIPTION("libhv: hypervisor core logic, self-test inside the kernel");
MODULE_AUTHOR("libhv contributors");
MODULE_LICENSE("Dual BSD/GPL");
