/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/hv.h - everything. Each header below also stands alone; include just what you use.
 */
#ifndef HV_HV_H
#define HV_HV_H

#include <hv/backend.h>
#include <hv/config.h>
#include <hv/err.h>
#include <hv/esr.h>
#include <hv/exit.h>
#include <hv/insn.h>
#include <hv/insn32.h>
#include <hv/mmio.h>
#include <hv/pool.h>
#include <hv/psci.h>
#include <hv/s2.h>
#include <hv/smccc.h>
#include <hv/sysreg.h>
#include <hv/timer.h>
#include <hv/types.h>
#include <hv/vcpu.h>
#include <hv/vcpu_set.h>
#include <hv/vgic.h>
#include <hv/vm.h>
#include <hv/vmid.h>

#endif /* HV_HV_H */
