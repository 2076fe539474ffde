/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/config.h - the compile-time switches of the library: few, and each with a default.
 *
 * Set them on the compiler's command line, the same for the library and for everything that includes its
 * headers. A mix fails at link time: the functions that create an object carry the configuration in their
 * symbol name (HV_CONFIG_NAME below).
 */
#ifndef HV_CONFIG_H
#define HV_CONFIG_H

/*
 * Stage-2 granules built in. 1: 4 KiB only (smallest text). 0: 4, 16 and 64 KiB, chosen at run time, with
 * FEAT_LPA2 and 52-bit addresses.
 */
#ifndef HV_CONFIG_S2_4K_ONLY
#define HV_CONFIG_S2_4K_ONLY 0
#endif

/*
 * Most vCPUs of one VM. Only struct hv_vcpu_set has this size; everything else is laid out for the number
 * of vCPUs actually configured. A multiple of 64.
 */
#ifndef HV_CONFIG_MAX_VCPUS
#define HV_CONFIG_MAX_VCPUS 512
#endif

#define HV_CONFIG_CAT_(fn, granules, vcpus) fn##_g##granules##_v##vcpus
#define HV_CONFIG_CAT(fn, granules, vcpus)  HV_CONFIG_CAT_(fn, granules, vcpus)

/** The link-time name of fn in this configuration, e.g. hv_s2_init_g0_v512. */
#define HV_CONFIG_NAME(fn) HV_CONFIG_CAT(fn, HV_CONFIG_S2_4K_ONLY, HV_CONFIG_MAX_VCPUS)

#endif /* HV_CONFIG_H */
