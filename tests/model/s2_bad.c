/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * s2_bad - does the TLB oracle see mistakes?
 *
 * First the machine is broken in one way (hv_host_break) and random operations run until something objects: it has to be the
 * oracle, with the right kind of report. Then a hypervisor that uses the library wrongly makes one mistake at a time. Both have a
 * control run that must stay silent. Covers S2-09, S2-15, S2-32, S2-33, TLB-04..TLB-11, TLB-16, VMID-03, VMID-05 and the ten stage-2
 * patterns of casemate's bad examples.
 */
#include "ops.h"

#include <stdio.h>
#include <string.h>

#define BY_WALKER HV_HOST_TLB_NR_KINDS /* no stale entry: the tables themselves are wrong */

static const struct world_config plain = { "plain", HV_S2_4K, 40, CPU_ALL & ~CPU_LPA2, 48, 8192 };
static const struct world_config no_range = {
	"no range", HV_S2_4K, 40, CPU_ALL & ~(CPU_LPA2 | CPU_TLBIRANGE), 48, 8192
};
static const struct world_config big = { "16K", HV_S2_16K, 40, CPU_ALL & ~(CPU_LPA2 | CPU_TLBIRANGE), 44, 8192 };

struct defect {
	const char *name;
	enum hv_host_defect defect;
	const struct world_config *config;
	enum hv_host_tlb_kind kind[3]; /* any of these is right */
};

#define ANY(a)                                                                                                         \
	{                                                                                                              \
		a, a, a                                                                                                \
	}
#define EITHER(a, b)                                                                                                   \
	{                                                                                                              \
		a, b, b                                                                                                \
	}
#define ONE_OF(a, b, c)                                                                                                \
	{                                                                                                              \
		a, b, c                                                                                                \
	}

static const struct defect defects[] = {
	{ "no dsb before tlbi", HV_HOST_NO_DSB_BEFORE_TLBI, &plain, ANY(HV_HOST_TLB_STORE_PENDING) },
	{ "no dsb between", HV_HOST_NO_DSB_BETWEEN, &plain, ANY(HV_HOST_TLB_STAGE1) },
	{ "no dsb after tlbi", HV_HOST_NO_DSB_AFTER_TLBI, &plain, ANY(HV_HOST_TLB_TLBI_PENDING) },
	{ "no dsb after map", HV_HOST_NO_DSB_AFTER_MAP, &plain, ANY(HV_HOST_TLB_STORE_PENDING) },
	{ "no tlbi by ipa", HV_HOST_NO_TLBI_IPA, &no_range, EITHER(HV_HOST_TLB_NOT_INVALIDATED, HV_HOST_TLB_NO_BREAK) },
	{ "no tlbi by range", HV_HOST_NO_TLBI_IPA, &plain, EITHER(HV_HOST_TLB_NOT_INVALIDATED, HV_HOST_TLB_NO_BREAK) },
	{ "no vmalle1is", HV_HOST_NO_TLBI_S1, &plain, ANY(HV_HOST_TLB_STAGE1) },
	{ "no vmalls12e1is", HV_HOST_NO_TLBI_VMID, &plain, ANY(HV_HOST_TLB_NOT_INVALIDATED) },
	{ "vmalle1is first", HV_HOST_TLBI_S1_FIRST, &plain, ANY(HV_HOST_TLB_STAGE1) },
	{ "other vmid", HV_HOST_TLBI_OTHER_VMID, &plain, ANY(HV_HOST_TLB_WRONG_VMID) },
	{ "local", HV_HOST_TLBI_LOCAL, &plain, ANY(HV_HOST_TLB_LOCAL) },
	{ "wrong level", HV_HOST_TLBI_WRONG_LEVEL, &no_range, ANY(HV_HOST_TLB_WRONG_LEVEL) },
	{ "wrong level in a range", HV_HOST_TLBI_WRONG_LEVEL, &plain,
	  EITHER(HV_HOST_TLB_WRONG_LEVEL, HV_HOST_TLB_BAD_OPERAND) },
	{ "last level", HV_HOST_TLBI_LAST_LEVEL, &no_range, ANY(HV_HOST_TLB_LAST_LEVEL) },
	{ "last level in a range", HV_HOST_TLBI_LAST_LEVEL, &plain, ANY(HV_HOST_TLB_LAST_LEVEL) },
	{ "next page", HV_HOST_TLBI_NEXT_PAGE, &no_range, ANY(HV_HOST_TLB_WRONG_RANGE) },
	{ "shift by granule", HV_HOST_TLBI_GRANULE_SHIFT, &big, ANY(HV_HOST_TLB_WRONG_RANGE) },
	{ "range short", HV_HOST_TLBI_RANGE_SHORT, &plain, ANY(HV_HOST_TLB_WRONG_RANGE) },
	{ "range scale", HV_HOST_TLBI_RANGE_SCALE, &plain, ANY(HV_HOST_TLB_WRONG_RANGE) },
	{ "range granule", HV_HOST_TLBI_RANGE_GRANULE, &plain, ANY(HV_HOST_TLB_BAD_OPERAND) },
	{ "range base", HV_HOST_TLBI_RANGE_BASE, &plain, EITHER(HV_HOST_TLB_WRONG_RANGE, HV_HOST_TLB_BAD_OPERAND) },
	{ "plain link", HV_HOST_PLAIN_LINK, &plain, ANY(HV_HOST_TLB_UNORDERED_LINK) },
	{ "wrong address", HV_HOST_WRONG_ADDRESS, &big, ANY(HV_HOST_TLB_BAD_DESC) },
	{ "reserved bit", HV_HOST_RESERVED_BIT, &plain, ANY(HV_HOST_TLB_BAD_DESC) },
	{ "reserved type", HV_HOST_RESERVED_TYPE, &plain, ANY(HV_HOST_TLB_BAD_DESC) },
	{ "reserved shareability", HV_HOST_RESERVED_SH, &plain, ANY(HV_HOST_TLB_BAD_DESC) },
	{ "plain store", HV_HOST_LIVE_AS_PLAIN, &plain, ANY(HV_HOST_TLB_PLAIN_STORE) },
	{ "lost unmap", HV_HOST_LOST_UNMAP, &plain, EITHER(BY_WALKER, HV_HOST_TLB_NO_BREAK) },
};

#define OPERATIONS 20000

/* What objects to @defect? -1: nothing. */
static int who_objects(const struct defect *defect, enum hv_host_defect what)
{
	static struct world w;
	jmp_buf bail;
	const struct hv_host_tlb_report *first;
	volatile int kind = -1;

	world_open(&w, defect->config, 7, 2000);
	hv_host_break(w.host, what);
	w.bail = &bail;
	if (setjmp(bail) == 0) {
		for (w.op = 0; w.op < OPERATIONS; w.op++)
			ops_one(&w);
		world_settle(&w);
		w.bail = NULL;
		world_close(&w);
		return -1;
	}
	first = hv_host_tlb_first(w.host);
	kind = first == NULL ? BY_WALKER : (int)first->kind;
	world_drop(&w);
	return kind;
}

static const char *kind_name(int kind)
{
	return kind < 0            ? "nobody"
	       : kind == BY_WALKER ? "the walker"
				   : hv_host_tlb_kind_name((enum hv_host_tlb_kind)kind);
}

static int try_defect(const struct defect *defect)
{
	int control = who_objects(defect, HV_HOST_SOUND);
	int kind = who_objects(defect, defect->defect);
	bool right = kind == (int)defect->kind[0] || kind == (int)defect->kind[1] || kind == (int)defect->kind[2];

	printf("%-24s %s\n", defect->name, kind_name(kind));
	if (control == -1 && right)
		return 0;
	printf("\tWRONG: expected %s, control %s\n", kind_name((int)defect->kind[0]), kind_name(control));
	return 1;
}

/* ---- a hypervisor that makes mistakes of its own -------------------------------------------------------- */

#define PAGE  HV_U64(4096)
#define BLOCK HV_MIB(2)

static void must(struct world *w, enum hv_err err)
{
	if (err != HV_OK)
		world_fail(w, "a sound call fails", (uint64_t)err, 0);
}

static void map(struct world *w, uint64_t ipa, uint64_t pa, uint64_t size)
{
	must(w, hv_s2_map(&w->s2, hv_ipa(ipa), hv_pa(pa), size, HV_S2_RWX, &w->gather));
	world_settle(w);
}

/* The descriptor of @ipa in place. */
static uint64_t *entry_of(struct world *w, uint64_t ipa)
{
	struct hv_host_walk walk;

	hv_host_walk(w->host, &w->cpu, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2), ipa, HV_HOST_READ, &walk);
	return hv_be_va(w->host, hv_pa(walk.step_pa[walk.nr_steps - 1]));
}

static void poke(struct world *w, uint64_t ipa, uint64_t value)
{
	hv_be_desc_store(w->host, entry_of(w, ipa), value);
	hv_be_dsb_ishst(w->host);
}

static void forget_settle(struct world *w)
{
	must(w, hv_s2_unmap(&w->s2, hv_ipa(0), PAGE, &w->gather));
	hv_be_dsb_ishst(w->host);
}

static void reuse_table_early(struct world *w)
{
	must(w, hv_s2_unmap(&w->s2, hv_ipa(0), BLOCK, &w->gather));
	hv_be_desc_init(w->host, hv_be_va(w->host, w->gather.freed.head), 0x40000000 | 0x7ff);
	hv_s2_settle(&w->s2, &w->gather);
}

static void give_table_away_early(struct world *w)
{
	must(w, hv_s2_unmap(&w->s2, hv_ipa(0), BLOCK, &w->gather));
	(void)hv_host_tlb_check_pool(w->host, &w->gather.freed);
	hv_s2_settle(&w->s2, &w->gather);
}

static void move_page(struct world *w)
{
	poke(w, 0, *entry_of(w, 0) ^ PAGE);
}

static void change_memory_type(struct world *w)
{
	poke(w, 0, (*entry_of(w, 0) & ~HV_MASK(5, 2)) | HV_PREP(5, 5, 2));
}

static void drop_write_silently(struct world *w)
{
	poke(w, 0, *entry_of(w, 0) & ~HV_BIT(7));
}

static void set_contiguous_alone(struct world *w)
{
	poke(w, 0, *entry_of(w, 0) | HV_BIT(52));
}

static void mark_contiguous_hole(struct world *w)
{
	poke(w, 9 * PAGE, (*entry_of(w, 0) + 9 * PAGE) | HV_BIT(52));
}

static void split_block_in_place(struct world *w)
{
	uint64_t *table = hv_be_va(w->host, hv_host_alloc(w->host, PAGE, PAGE));
	uint64_t i, block = *entry_of(w, 4 * BLOCK);

	for (i = 0; i < 512; i++)
		hv_be_desc_init(w->host, &table[i], (block | 2) + i * PAGE);
	hv_be_desc_store_release(w->host, entry_of(w, 4 * BLOCK), hv_host_pa(w->host, table).v | 3);
	hv_be_dsb_ishst(w->host);
}

static void block_over_table(struct world *w)
{
	struct hv_host_walk walk;

	hv_host_walk(w->host, &w->cpu, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2), 0, HV_HOST_READ, &walk);
	hv_be_desc_store(w->host, hv_be_va(w->host, hv_pa(walk.step_pa[walk.nr_steps - 2])),
			 (walk.desc & ~HV_U64(2)) & ~(BLOCK - PAGE));
	hv_be_dsb_ishst(w->host);
}

static void link_twice(struct world *w)
{
	struct hv_host_walk walk;
	uint64_t *link;

	hv_host_walk(w->host, &w->cpu, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2), 0, HV_HOST_READ, &walk);
	link = hv_be_va(w->host, hv_pa(walk.step_pa[walk.nr_steps - 2]));
	hv_be_desc_store_release(w->host, link + 2, *link);
	hv_be_dsb_ishst(w->host);
}

/* The library asks for the break, the machine loses it. */
static void lose_the_break(struct world *w)
{
	hv_host_break(w->host, HV_HOST_NO_BREAK);
	must(w, hv_s2_protect(&w->s2, hv_ipa(4 * BLOCK), PAGE, HV_S2_R, &w->gather));
	world_settle(w);
}

static void make_device_executable(struct world *w)
{
	hv_host_break(w->host, HV_HOST_DEVICE_EXEC);
	must(w, hv_s2_map(&w->s2, hv_ipa(9 * PAGE), hv_pa(0x9000000), PAGE, HV_S2_RW | HV_S2_MEM_DEVICE_nGnRE,
			  &w->gather));
	world_settle(w);
}

static void set_reserved_bit(struct world *w)
{
	poke(w, 9 * PAGE, (*entry_of(w, 0) + 9 * PAGE) | HV_BIT(50));
}

static void second_vm(struct world *w, uint16_t vmid)
{
	static struct hv_s2 other;
	hv_pa_t root = hv_host_alloc(w->host, w->geo.root_bytes, w->geo.root_align);

	must(w, hv_s2_init(&other, &w->geo, w->host, root, vmid));
	hv_host_tlb_watch(w->host, hv_s2_vtcr(&other), hv_s2_vttbr(&other));
}

static void share_vmid(struct world *w)
{
	second_vm(w, (uint16_t)HV_FIELD(hv_s2_vttbr(&w->s2), 63, 48));
}

static void reuse_vmid(struct world *w)
{
	uint64_t old = hv_s2_vttbr(&w->s2);

	hv_host_tlb_watch(w->host, hv_s2_vtcr(&w->s2), old ^ HV_BIT(50)); /* rollover, and no flush */
	second_vm(w, (uint16_t)HV_FIELD(old, 63, 48));
}

static void enter_vmid_0(struct world *w)
{
	hv_host_tlb_enter(w->host, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2) & HV_MASK(47, 0));
}

static void enter_other_root(struct world *w)
{
	hv_host_tlb_enter(w->host, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2) + 16 * PAGE);
}

static void invalidate_under_other_root(struct world *w)
{
	const struct hv_tlb_regime regime = { hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2) + 16 * PAGE };
	const struct hv_tlbi all = { HV_TLBI_VMALLS12E1IS, 0 };

	hv_be_tlb_invalidate(w->host, &regime, &all, 1);
}

static void sound(struct world *w)
{
	hv_host_tlb_enter(w->host, hv_s2_vtcr(&w->s2), hv_s2_vttbr(&w->s2));
	must(w, hv_s2_unmap(&w->s2, hv_ipa(0), BLOCK, &w->gather));
	hv_s2_settle(&w->s2, &w->gather);
	(void)hv_host_tlb_check_pool(w->host, &w->pool);
}

struct mistake {
	const char *name;
	void (*make)(struct world *w);
	int kind;
};

static const struct mistake mistakes[] = {
	{ "(control)", sound, -1 },
	{ "forget to settle", forget_settle, HV_HOST_TLB_NOT_INVALIDATED },
	{ "reuse a table early", reuse_table_early, HV_HOST_TLB_TABLE_REUSED },
	{ "give a table away early", give_table_away_early, HV_HOST_TLB_TABLE_REUSED },
	{ "move a page", move_page, HV_HOST_TLB_NO_BREAK },
	{ "change the memory type", change_memory_type, HV_HOST_TLB_NO_BREAK },
	{ "drop W, no tlbi", drop_write_silently, HV_HOST_TLB_NOT_INVALIDATED },
	{ "one contiguous entry", set_contiguous_alone, HV_HOST_TLB_NO_BREAK },
	{ "contiguous in a hole", mark_contiguous_hole, HV_HOST_TLB_CONTIGUOUS },
	{ "lose the break", lose_the_break, HV_HOST_TLB_NO_BREAK },
	{ "executable device", make_device_executable, HV_HOST_TLB_BAD_DESC },
	{ "split without break", split_block_in_place, HV_HOST_TLB_NO_BREAK },
	{ "block over a table", block_over_table, HV_HOST_TLB_NO_BREAK },
	{ "link a table twice", link_twice, HV_HOST_TLB_TABLE_REUSED },
	{ "reserved bit 50", set_reserved_bit, HV_HOST_TLB_BAD_DESC },
	{ "two VMs, one VMID", share_vmid, HV_HOST_TLB_VMID_REUSED },
	{ "VMID again, no flush", reuse_vmid, HV_HOST_TLB_VMID_REUSED },
	{ "enter with VMID 0", enter_vmid_0, HV_HOST_TLB_BAD_ENTRY },
	{ "enter another root", enter_other_root, HV_HOST_TLB_BAD_ENTRY },
	{ "tlbi under another root", invalidate_under_other_root, HV_HOST_TLB_BAD_ENTRY },
};

static int try_mistake(const struct mistake *mistake)
{
	static struct world w;
	const struct hv_host_tlb_report *first;
	jmp_buf bail;
	int kind;

	world_open(&w, &plain, 3, 20);
	map(&w, 0, HV_U64(0x80000000), 8 * PAGE);
	map(&w, 4 * BLOCK, HV_U64(0x90000000), BLOCK);
	w.bail = &bail;
	if (setjmp(bail) == 0)
		mistake->make(&w);
	(void)hv_host_tlb_check(w.host);
	first = hv_host_tlb_first(w.host);
	kind = first == NULL ? -1 : (int)first->kind;
	world_drop(&w);
	printf("%-24s %s\n", mistake->name, kind_name(kind));
	if (kind == mistake->kind)
		return 0;
	printf("\tWRONG: expected %s\n", kind_name(mistake->kind));
	return 1;
}

/* ---- one lost invalidation at a time -------------------------------------------------------------------- */

static uint64_t count(const struct world *w, enum hv_host_op op)
{
	return hv_host_count(w->host, op);
}

/* How often would what @defect loses have been issued, going by what comes with it? */
static uint64_t asked(const struct world *w, enum hv_host_defect defect)
{
	if (defect == HV_HOST_NO_TLBI_IPA)
		return count(w, HV_HOST_TLBI_S1);
	if (defect == HV_HOST_NO_TLBI_S1)
		return count(w, HV_HOST_TLBI_IPA) + count(w, HV_HOST_TLBI_RANGE);
	return count(w, HV_HOST_ISB) - count(w, HV_HOST_TLBI_S1);
}

/*
 * Every invalidation the library issues is needed: whenever one operation loses it, the oracle objects, and it does not
 * when nothing was lost.
 */
static int try_each(const char *name, enum hv_host_defect defect, const struct world_config *config)
{
	static struct world w;
	uint64_t lost = 0, needless = 0, wrong = 0;

	world_open(&w, config, 9, 2000);
	w.deaf = true;
	w.ageless = true;
	for (w.op = 0; w.op < OPERATIONS; w.op++) {
		uint64_t reports = hv_host_tlb_total(w.host), before = asked(&w, defect);

		hv_host_break(w.host, w.op % 2 == 0 ? defect : HV_HOST_SOUND);
		ops_one(&w);
		world_settle(&w);
		before = asked(&w, defect) - before;
		reports = hv_host_tlb_total(w.host) - reports;
		lost += w.op % 2 == 0 && before != 0;
		needless += w.op % 2 == 0 && before != 0 && reports == 0;
		wrong += (w.op % 2 != 0 || before == 0) && reports != 0;
	}
	world_drop(&w);
	printf("each %-20s lost %llu times, %llu of them needless\n", name, (unsigned long long)lost,
	       (unsigned long long)needless);
	if (lost > 100 && needless == 0 && wrong == 0)
		return 0;
	printf("\tWRONG: %llu reports where nothing was lost\n", (unsigned long long)wrong);
	return 1;
}

int main(void)
{
	int wrong = 0;
	size_t i;

	for (i = 0; i < HV_ARRAY_SIZE(defects); i++)
		wrong += try_defect(&defects[i]);
	for (i = 0; i < HV_ARRAY_SIZE(mistakes); i++)
		wrong += try_mistake(&mistakes[i]);
	wrong += try_each("tlbi by ipa", HV_HOST_NO_TLBI_IPA, &no_range);
	wrong += try_each("tlbi by range", HV_HOST_NO_TLBI_IPA, &plain);
	wrong += try_each("vmalle1is", HV_HOST_NO_TLBI_S1, &plain);
	wrong += try_each("vmalls12e1is", HV_HOST_NO_TLBI_VMID, &no_range);
	printf("%zu defects, %d not seen as what they are\n", HV_ARRAY_SIZE(defects) + HV_ARRAY_SIZE(mistakes) + 3,
	       wrong);
	return wrong != 0;
}
