/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* hv_host_mem.c - sparse physical memory of a machine under test. */
#include "hv_host_priv.h"
#include <hv_host_tlb.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Where hv_host_alloc() starts: above what tests like to use as fixed addresses of guest memory. */
#define HV_HOST_ALLOC_BASE HV_U64(0x2000000000)

void hv_host_die_(const char *what, uint64_t value)
{
	fprintf(stderr, "hv_host: %s: 0x%llx\n", what, (unsigned long long)value);
	abort();
}

struct hv_host *hv_host_create(void)
{
	struct hv_host *host = calloc(1, sizeof(*host));

	if (host == NULL)
		hv_host_die_("out of host memory", sizeof(*host));
	host->arena = mmap(NULL, HV_HOST_MAX_CHUNKS * HV_HOST_CHUNK_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (host->arena == MAP_FAILED)
		hv_host_die_("no address space", HV_HOST_MAX_CHUNKS * HV_HOST_CHUNK_BYTES);
	if (pthread_mutex_init(&host->mutex, NULL) != 0)
		hv_host_die_("no mutex", 0);
	host->next_pa = HV_HOST_ALLOC_BASE;
	return host;
}

void hv_host_destroy(struct hv_host *host)
{
	hv_host_tlb_detach(host);
	(void)munmap(host->arena, HV_HOST_MAX_CHUNKS * HV_HOST_CHUNK_BYTES);
	(void)pthread_mutex_destroy(&host->mutex);
	free(host->log);
	free(host);
}

static uint32_t first_bucket(uint64_t chunk)
{
	return (uint32_t)((chunk * HV_U64(0x9e3779b97f4a7c15)) >> 40) % HV_HOST_BUCKETS;
}

/* Bucket that holds @chunk, or the empty one where it belongs. */
static uint32_t *find_bucket(struct hv_host *host, uint64_t chunk)
{
	uint32_t i = first_bucket(chunk);
	uint32_t found;

	while ((found = __atomic_load_n(&host->bucket[i], __ATOMIC_ACQUIRE)) != 0 &&
	       host->chunk_pa[found - 1] >> HV_HOST_CHUNK_SHIFT != chunk)
		i = (i + 1) % HV_HOST_BUCKETS;
	return &host->bucket[i];
}

static uint32_t add_chunk(struct hv_host *host, uint64_t chunk)
{
	uint32_t *bucket;

	(void)pthread_mutex_lock(&host->mutex);
	bucket = find_bucket(host, chunk);
	if (*bucket == 0) {
		if (host->nr_chunks == HV_HOST_MAX_CHUNKS)
			hv_host_die_("more than 16 GiB of physical memory touched, at", chunk << HV_HOST_CHUNK_SHIFT);
		host->chunk_pa[host->nr_chunks] = chunk << HV_HOST_CHUNK_SHIFT;
		host->nr_chunks++;
		__atomic_store_n(bucket, host->nr_chunks, __ATOMIC_RELEASE);
	}
	(void)pthread_mutex_unlock(&host->mutex);
	return *bucket;
}

void *hv_be_va(hv_ctx_t ctx, hv_pa_t pa)
{
	uint64_t chunk = pa.v >> HV_HOST_CHUNK_SHIFT;
	uint32_t index;

	if (pa.v >> HV_HOST_PA_BITS != 0)
		hv_host_die_("physical address beyond 52 bits", pa.v);
	index = __atomic_load_n(find_bucket(ctx, chunk), __ATOMIC_ACQUIRE);
	if (index == 0)
		index = add_chunk(ctx, chunk);
	return ctx->arena + (uint64_t)(index - 1) * HV_HOST_CHUNK_BYTES + pa.v % HV_HOST_CHUNK_BYTES;
}

hv_pa_t hv_host_pa(struct hv_host *host, const void *va)
{
	uint64_t offset = (uint64_t)((const unsigned char *)va - host->arena);
	uint64_t index = offset >> HV_HOST_CHUNK_SHIFT;

	if ((const unsigned char *)va < host->arena || index >= host->nr_chunks)
		hv_host_die_("not a pointer into this machine's memory", (uint64_t)(uintptr_t)va);
	return hv_pa(host->chunk_pa[index] + offset % HV_HOST_CHUNK_BYTES);
}

hv_pa_t hv_host_alloc(struct hv_host *host, uint64_t bytes, uint64_t align)
{
	uint64_t pa = hv_align_up(host->next_pa, align > 4096 ? align : 4096); /* ranges share no page */

	/* A range of at most one chunk does not cross into the next one, so that one pointer reaches all of it. */
	if (bytes <= HV_HOST_CHUNK_BYTES && (pa ^ (pa + bytes - 1)) >> HV_HOST_CHUNK_SHIFT != 0)
		pa = hv_align_up(pa, align > HV_HOST_CHUNK_BYTES ? align : HV_HOST_CHUNK_BYTES);
	host->next_pa = pa + bytes;
	return hv_pa(pa);
}

void hv_host_fill_pool(struct hv_host *host, struct hv_pool *pool, uint64_t page_bytes, uint64_t nr)
{
	hv_pool_init(pool, host);
	while (nr-- > 0)
		hv_pool_put(pool, hv_host_alloc(host, page_bytes, page_bytes));
}

/* Bytes from @pa to the end of its chunk, at most @bytes. */
static size_t piece(hv_pa_t pa, size_t bytes)
{
	uint64_t left = HV_HOST_CHUNK_BYTES - pa.v % HV_HOST_CHUNK_BYTES;

	return left < bytes ? (size_t)left : bytes;
}

void hv_host_read(struct hv_host *host, hv_pa_t pa, void *buf, size_t bytes)
{
	unsigned char *to = buf;

	while (bytes > 0) {
		size_t n = piece(pa, bytes);

		memcpy(to, hv_be_va(host, pa), n);
		to += n;
		pa.v += n;
		bytes -= n;
	}
}

void hv_host_write(struct hv_host *host, hv_pa_t pa, const void *buf, size_t bytes)
{
	const unsigned char *from = buf;

	while (bytes > 0) {
		size_t n = piece(pa, bytes);

		memcpy(hv_be_va(host, pa), from, n);
		from += n;
		pa.v += n;
		bytes -= n;
	}
}

uint64_t hv_host_read64(struct hv_host *host, hv_pa_t pa)
{
	uint64_t value;

	hv_host_read(host, pa, &value, sizeof(value));
	return value;
}

void hv_host_write64(struct hv_host *host, hv_pa_t pa, uint64_t value)
{
	hv_host_write(host, pa, &value, sizeof(value));
}
