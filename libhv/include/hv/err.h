/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/err.h - the error values every fallible function returns.
 *
 * Negative, and equal in value to Linux errno, so that a kernel module passes them on unchanged.
 * A call that returns an error has changed nothing, unless its documentation names the cursor that tells
 * how far it came.
 */
#ifndef HV_ERR_H
#define HV_ERR_H

enum hv_err {
	HV_OK = 0,
	HV_EPERM = -1,   /* the object does not belong to the caller */
	HV_ENOENT = -2,  /* nothing there (no mapping, no such vCPU, no such register) */
	HV_E2BIG = -7,   /* more than the configured maximum */
	HV_EAGAIN = -11, /* budget used up: call again with the cursor */
	HV_ENOMEM = -12, /* the pool or the caller's memory is too small; the shortfall is told */
	HV_EBUSY = -16,  /* in use now: a vCPU still runs, a range is being invalidated */
	HV_EEXIST = -17, /* something else is already there */
	HV_ENODEV = -19, /* the machine lacks what is asked for */
	HV_EINVAL = -22, /* an argument is outside its documented range */
	HV_ERANGE = -34, /* an address is outside the address space it names */
	HV_ENOTSUP = -95 /* legal by the architecture, not implemented or not configured here */
};

#endif /* HV_ERR_H */
