/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* selftest.h - a short run through the core in the kernel that it is loaded into. */
#ifndef HV_KVM_MODULE_SELFTEST_H
#define HV_KVM_MODULE_SELFTEST_H

#include <linux/types.h>

struct selftest_result {
	unsigned int passed, failed;
};

/**
 * selftest_run - run every test; one line in the log for each check that fails.
 * @fail: add a check that cannot hold
 * May sleep. All memory is given back before it returns.
 */
struct selftest_result selftest_run(bool fail);

#endif /* HV_KVM_MODULE_SELFTEST_H */
