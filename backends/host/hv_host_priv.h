/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_host_priv.h - the inside of struct hv_host, for the files of this folder. */
#ifndef HV_HOST_PRIV_H
#define HV_HOST_PRIV_H

#include <hv_host.h>

#include <pthread.h>

/* Physical memory comes in chunks that are contiguous for the process too: the largest table is a root of 1 MiB. */
#define HV_HOST_CHUNK_SHIFT 21
#define HV_HOST_CHUNK_BYTES (HV_U64(1) << HV_HOST_CHUNK_SHIFT)
#define HV_HOST_MAX_CHUNKS  8192u
#define HV_HOST_BUCKETS     (2 * HV_HOST_MAX_CHUNKS)
#define HV_HOST_PA_BITS     52
#define HV_HOST_OBSERVERS   4u

struct hv_host {
	pthread_mutex_t mutex; /* chunks being added, the log */
	unsigned char *arena;  /* chunk i is at arena + i * HV_HOST_CHUNK_BYTES */
	uint32_t nr_chunks;
	uint64_t chunk_pa[HV_HOST_MAX_CHUNKS];
	uint32_t bucket[HV_HOST_BUCKETS]; /* open hash: chunk index + 1, 0 empty; only ever filled */
	uint64_t next_pa;                 /* hv_host_alloc */
	uint64_t count[HV_HOST_NR_OPS];
	bool logging;
	struct hv_host_event *log;
	size_t nr_log, max_log;
	struct {
		hv_host_observer *call;
		void *arg;
	} observer[HV_HOST_OBSERVERS]; /* in use from the first on */
	enum hv_host_defect defect;    /* hv_host_break() */
	struct hv_host_tlb *tlb;       /* hv_host_tlb_attach() */
};

/* Count and log one event. */
void hv_host_event_(struct hv_host *host, const struct hv_host_event *event);

/* A mistake of the test: print and abort. */
void hv_host_die_(const char *what, uint64_t value) __attribute__((noreturn));

#endif /* HV_HOST_PRIV_H */
