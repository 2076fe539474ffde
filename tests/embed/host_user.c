/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/* A stranger's unit test on libhv-host: the machine under test comes with the library. */
#include <hv/hv.h>
#include <hv_host.h>

int main(void)
{
	struct hv_host *host = hv_host_create();
	struct hv_pool pool;
	hv_pa_t page;
	int bad;

	hv_host_fill_pool(host, &pool, 4096, 4);
	bad = hv_pool_take(&pool, &page) != HV_OK || pool.nr_free != 3;
	hv_host_destroy(host);
	return bad;
}
