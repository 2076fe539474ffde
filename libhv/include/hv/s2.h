/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/s2.h - Arm stage-2 translation tables (VMSAv8-64).
 *
 * Flow of an update: the owner fills a pool, calls hv_s2_map/unmap/protect with a gather, then hv_s2_settle. The
 * update walks once; replaced entries follow break, invalidate, make; freed tables and the address ranges whose
 * old translations may still be cached wait in the gather until hv_s2_settle() issues the least invalidation
 * that is correct and only then gives the pages back.
 *
 * Locking: one writer at a time per hv_s2 (the caller's lock; nothing in here locks). hv_s2_lookup() is a reader and
 * needs no lock. Settle before the writer lock is released.
 */
#ifndef HV_S2_H
#define HV_S2_H

#include <hv/backend.h>
#include <hv/config.h>
#include <hv/err.h>
#include <hv/pool.h>

/** Translation granule; the value is the page shift. */
enum hv_s2_granule { HV_S2_4K = 12, HV_S2_16K = 14, HV_S2_64K = 16 };

/** What the CPUs can do: raw ID registers, the intersection over all CPUs of the machine. */
struct hv_s2_feat {
	uint64_t id_aa64mmfr0;
	uint64_t id_aa64mmfr1;
	uint64_t id_aa64mmfr2;
	uint64_t id_aa64isar0; /* TLB range operations */
	uint64_t ctr_el0;      /* IDC, DIC */
};

/** What the embedder wants. Zero the structure, set config_bytes to its size, then the fields. */
struct hv_s2_config {
	uint32_t config_bytes; /* sizeof(struct hv_s2_config) */
	enum hv_s2_granule granule;
	uint32_t ipa_bits;   /* 25..48, from 16 with TTST, to 52 with LPA2 or 64K + LPA;
					0: the most the CPUs offer, at most 48 */
	uint32_t flags;      /* HV_S2_NO_*, HV_S2_START_LEVEL below */
	int32_t start_level; /* -1..3, with HV_S2_START_LEVEL only */
};

/* Do without a feature the CPUs have (benchmarks, errata, tests). */
#define HV_S2_NO_FWB       0x1u
#define HV_S2_NO_TLBIRANGE 0x2u
#define HV_S2_NO_XNX       0x4u
#define HV_S2_NO_HAFDBS    0x8u
#define HV_S2_NO_BBM       0x10u
#define HV_S2_NO_VMID16    0x20u
#define HV_S2_NO_LPA2      0x40u
#define HV_S2_NO_TTST      0x80u

/* Start walks at config.start_level (an SMMU that shares the tables may ask for it), not where levels are fewest. */
#define HV_S2_START_LEVEL 0x100u

/** Why a configuration was refused. */
enum hv_s2_why {
	HV_S2_WHY_NONE,
	HV_S2_WHY_CONFIG_BYTES, /* config_bytes is not a size this library knows */
	HV_S2_WHY_GRANULE,      /* not a granule, or not built in */
	HV_S2_WHY_GRANULE_CPU,  /* the CPUs lack this granule at stage 2 (TGran*_2) */
	HV_S2_WHY_IPA_SMALL,    /* fewer IPA bits than T0SZ can express */
	HV_S2_WHY_IPA_LARGE,    /* more IPA bits than the granule's descriptors can hold */
	HV_S2_WHY_IPA_PARANGE,  /* more IPA bits than the CPUs' PARange */
	HV_S2_WHY_FLAGS,        /* unknown flag */
	HV_S2_WHY_START_LEVEL   /* walks of this IPA size cannot start there */
};

/** Geometry of a stage-2 translation, computed once, plain data: also what an SMMU needs to share the tables. */
struct hv_s2_geo {
	uint64_t vtcr;         /* VTCR_EL2 */
	uint64_t root_bytes;   /* size of the (possibly concatenated) root */
	uint64_t root_align;   /* its alignment */
	uint8_t granule_shift; /* 12, 14, 16 */
	uint8_t ipa_bits;
	uint8_t pa_bits;    /* output size: VTCR.PS */
	int8_t start_level; /* -1..3 */
	uint8_t levels;     /* 3 - start_level + 1 */
	uint8_t concat;     /* tables concatenated at the root, 1..16 */
	bool fwb;           /* leaf attributes use the FWB encoding; HCR_EL2.FWB must be set */
	bool xnx;
	bool lpa2; /* VTCR.DS */
	bool pa52; /* 64K granule with 52-bit output addresses */
	bool tlbi_range;
	bool ttl; /* TLBI level hint may be used (FEAT_TTL) */
	bool vmid16;
	bool hw_af, hw_dbm; /* FEAT_HAFDBS */
	uint8_t bbm;        /* FEAT_BBM level 0..2 */
	bool idc, dic;
};

/*
 * Protection and memory type of a leaf: one 32-bit value, independent of the descriptor format.
 * Read, write, execute for EL1 and for EL0; XN needs FEAT_XNX to tell the two apart.
 */
#define HV_S2_R                 0x1u
#define HV_S2_W                 0x2u
#define HV_S2_X_EL1             0x4u
#define HV_S2_X_EL0             0x8u
#define HV_S2_X                 (HV_S2_X_EL1 | HV_S2_X_EL0)
#define HV_S2_RW                (HV_S2_R | HV_S2_W)
#define HV_S2_RWX               (HV_S2_RW | HV_S2_X)
#define HV_S2_MEM_SHIFT         4u
#define HV_S2_MEM_MASK          0x70u
#define HV_S2_MEM_NORMAL_WB     0x00u
#define HV_S2_MEM_NORMAL_NC     0x10u
#define HV_S2_MEM_DEVICE_nGnRnE 0x20u
#define HV_S2_MEM_DEVICE_nGnRE  0x30u
#define HV_S2_MEM_DEVICE_nGRE   0x40u
#define HV_S2_MEM_DEVICE_GRE    0x50u
#define HV_S2_SH_MASK           0x180u
#define HV_S2_SH_INNER          0x000u
#define HV_S2_SH_OUTER          0x080u
#define HV_S2_SH_NONE           0x100u
/* Software bits [58:55] of the descriptor: kept by split, coalesce and protect (S2-08). */
#define HV_S2_SW_SHIFT 12u
#define HV_S2_SW_MASK  0xf000u

/** A set of stage-2 tables: one IPA space. Complete so that the caller may embed it; fields are private. */
struct hv_s2 {
	hv_ctx_t ctx;
	struct hv_s2_geo geo;
	hv_pa_t root;
	uint64_t vttbr;   /* VTTBR_EL2: VMID, root */
	uint64_t ipa_end; /* 2^ipa_bits, 2^pa_bits; ipa_end is 0 after hv_s2_destroy: no more mappings (S2-42) */
	uint64_t pa_end;
	uint32_t root_shift; /* log2 of what an entry of the root maps */
	uint32_t seq;        /* odd while a block is broken up; changes before a freed table may be used again */
	uint32_t prot;       /* the last protection mapped, and its descriptor bits; the same for protect */
	uint32_t rwx;
	uint64_t prot_bits;
	uint64_t perm_bits;
	struct hv_s2_gather *open; /* holds ranges whose invalidation has not been issued yet */
	struct {                   /* the last-level table used last: consecutive pages need no walk */
		uint64_t ipa;      /* it translates, or HV_S2_NO_CURSOR */
		uint64_t *table;
		uint64_t *above; /* entry that links it */
	} cursor;
};

#define HV_S2_NO_CURSOR HV_BIT(63) /* further from any IPA than a table reaches */

/** Most disjoint IPA ranges a gather remembers before it falls back to invalidating the VMID. */
#define HV_S2_GATHER_RANGES 4

/**
 * Deferred work of updates: what must be invalidated, and the tables to free after that. Lives on the caller's stack
 * or in its own object for the time of a few updates of one hv_s2; fields are private.
 */
struct hv_s2_gather {
	struct hv_pool *pool; /* where tables come from and go back to */
	struct hv_pool freed; /* unlinked, maybe still walked by hardware */
	hv_pa_t freed_last;   /* the page freed first: last in the list */
	uint64_t nr_missing;  /* after HV_ENOMEM: pages the pool lacked */
	struct {
		uint64_t start, end;
		uint32_t shift; /* log2 of the leaves' size; 0: they differ or are unknown */
	} range[HV_S2_GATHER_RANGES];
	uint32_t nr_ranges;
	bool all;            /* too many ranges: whole VMID */
	bool dsb;            /* stores made that nobody has completed yet */
	bool tables_changed; /* an intermediate table was unlinked: last-level-only TLBI is not enough */
};

/** A leaf (or a hole) as found by hv_s2_lookup. */
struct hv_s2_leaf {
	hv_pa_t pa;    /* output address of the IPA asked for; valid when @mapped */
	hv_ipa_t base; /* first IPA of the leaf or of the hole */
	uint64_t size; /* bytes of the leaf or of the hole's table entry */
	uint64_t desc; /* the raw descriptor */
	uint32_t prot; /* HV_S2_* */
	int8_t level;  /* -1..3 */
	bool mapped;
	bool af; /* access flag */
};

HV_BEGIN_DECLS

/**
 * hv_s2_geometry - choose start level, concatenation and VTCR_EL2.
 * @why: may be NULL; the reason when refused
 * Return: HV_OK, HV_EINVAL (illegal) or HV_ENODEV (legal, the CPUs lack it); *geo is then unchanged.
 * PARange values unknown to the library count as the largest known one (S2-35, S2-36).
 */
enum hv_err hv_s2_geometry(struct hv_s2_geo *geo, const struct hv_s2_config *config, const struct hv_s2_feat *feat,
			   enum hv_s2_why *why) HV_MUST_CHECK;

/** hv_s2_why_text - one English sentence for @why, never NULL. */
const char *hv_s2_why_text(enum hv_s2_why why);

/**
 * hv_s2_init - an empty IPA space.
 * @root: geo->root_bytes bytes aligned to geo->root_align, owned by @s2 until hv_s2_destroy; cleared here
 * @vmid: 1..255, or to 65535 with 16-bit VMIDs
 * Return: HV_OK, HV_EINVAL (misaligned root, VMID out of range), HV_ERANGE (root beyond the PA size).
 */
#define hv_s2_init HV_CONFIG_NAME(hv_s2_init)
enum hv_err hv_s2_init(struct hv_s2 *s2, const struct hv_s2_geo *geo, hv_ctx_t ctx, hv_pa_t root,
		       uint16_t vmid) HV_MUST_CHECK;

/**
 * hv_s2_gather_init - nothing gathered; tables are taken from and returned to @pool.
 *
 * @pool may be NULL for updates that need no table (unmap and protect of whole leaves); tables they free then stay in
 * gather->freed, and the caller takes them from there after the settle.
 */
void hv_s2_gather_init(struct hv_s2_gather *gather, const struct hv_s2 *s2, struct hv_pool *pool);

/**
 * hv_s2_map - map [ipa, ipa + size) to [pa, pa + size) with the largest leaves that alignment allows.
 * @size: bytes, a multiple of the granule, not 0
 * @prot: HV_S2_* ; Device memory is mapped by pages only (S2-23)
 *
 * Pages already mapped to the same address with the same attributes are left alone (S2-26). All or nothing.
 * Return: HV_OK; HV_EINVAL (size 0, misaligned, bad prot); HV_ERANGE (beyond the IPA or PA size, or wrapping; S2-01);
 * HV_EEXIST (something else is mapped there; S2-10); HV_ENOMEM (gather->nr_missing tells how many pages).
 */
enum hv_err hv_s2_map(struct hv_s2 *s2, hv_ipa_t ipa, hv_pa_t pa, uint64_t size, uint32_t prot,
		      struct hv_s2_gather *gather) HV_MUST_CHECK;

/**
 * hv_s2_unmap - remove every translation in [ipa, ipa + size); holes are fine (S2-39).
 *
 * A block that sticks out of the range is split, which needs tables. Empty tables are freed into the gather.
 * Return: HV_OK, HV_EINVAL, HV_ERANGE, HV_ENOMEM as hv_s2_map.
 */
enum hv_err hv_s2_unmap(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, struct hv_s2_gather *gather) HV_MUST_CHECK;

/**
 * hv_s2_protect - set the R, W, X bits of every leaf in the range; memory type, address and software bits stay.
 * Return: as hv_s2_unmap; holes are skipped.
 */
enum hv_err hv_s2_protect(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, uint32_t rwx,
			  struct hv_s2_gather *gather) HV_MUST_CHECK;

/** hv_s2_settle_ranges - the part of hv_s2_settle() that invalidates. */
void hv_s2_settle_ranges(struct hv_s2 *s2, struct hv_s2_gather *gather);

/**
 * hv_s2_settle - complete what was gathered: barrier, the least invalidation that is correct, then free the tables.
 *
 * By IPA (one operation a leaf; one range operation a range with FEAT_TLBIRANGE) and one VMALLE1IS; or one VMALLS12E1IS for
 * the VMID where that is less: beyond 8 by-IPA operations, from 1 GiB on, or with more ranges than a gather remembers.
 * The gather is empty afterwards and may be used again.
 */
HV_INLINE void hv_s2_settle(struct hv_s2 *s2, struct hv_s2_gather *gather)
{
	if (gather->nr_ranges != 0)
		hv_s2_settle_ranges(s2, gather);
	else if (gather->dsb)
		hv_be_dsb_ishst(s2->ctx);
	gather->dsb = false;
}

/** Where a walk ended. */
struct hv_s2_entry {
	uint64_t desc;  /* the descriptor that decides: a leaf when bit 0 is set */
	uint64_t shift; /* log2 of what it maps */
};

/**
 * hv_s2_walk - the descriptor that decides about @ipa; the fastest lookup, one load for each level.
 *
 * @ipa must be below the IPA size. A reader: any number may run beside the one writer, without a lock. A walk that met a
 * block being split, or a table that was freed meanwhile, is made again. For that, tables given back to the pool must
 * stay readable memory while a lookup may be under way (type-stable, or freed after a grace period).
 */
struct hv_s2_entry hv_s2_walk(const struct hv_s2 *s2, hv_ipa_t ipa);

/** hv_s2_wide_pa - hv_s2_desc_pa() for 52-bit output addresses. */
uint64_t hv_s2_wide_pa(const struct hv_s2_geo *geo, uint64_t desc) __attribute__((__pure__));

/** hv_s2_desc_pa - output address in a leaf descriptor of this geometry. */
HV_INLINE uint64_t hv_s2_desc_pa(const struct hv_s2_geo *geo, uint64_t desc)
{
	return geo->pa_bits > 48 ? hv_s2_wide_pa(geo, desc) : desc & HV_MASK(47, 12);
}

/** hv_s2_desc_prot - HV_S2_* of a leaf descriptor of this geometry. */
uint32_t hv_s2_desc_prot(const struct hv_s2_geo *geo, uint64_t desc) __attribute__((__pure__));

/**
 * hv_s2_lookup - what is at @ipa; a reader as hv_s2_walk(). Inline, so that fields nobody looks at cost nothing.
 * Return: HV_OK and *leaf (mapped or hole), HV_ERANGE when @ipa is beyond the IPA size.
 */
HV_MUST_CHECK HV_INLINE enum hv_err hv_s2_lookup(const struct hv_s2 *s2, hv_ipa_t ipa, struct hv_s2_leaf *leaf)
{
	bool inside = ipa.v >> s2->geo.ipa_bits == 0;
	struct hv_s2_entry entry;
	uint64_t low;

	entry = hv_s2_walk(s2, hv_ipa(inside ? ipa.v : 0));
	low = (HV_U64(1) << entry.shift) - 1;
	leaf->desc = entry.desc;
	leaf->level = (int8_t)(3 - (int)((entry.shift - s2->geo.granule_shift) / (s2->geo.granule_shift - 3u)));
	leaf->base = hv_ipa(ipa.v & ~low);
	leaf->size = low + 1;
	leaf->mapped = inside && (entry.desc & 1) != 0;
	leaf->af = leaf->mapped && (entry.desc & HV_BIT(10)) != 0;
	leaf->pa = hv_pa(leaf->mapped ? hv_s2_desc_pa(&s2->geo, entry.desc) | (ipa.v & low) : 0);
	leaf->prot = leaf->mapped ? hv_s2_desc_prot(&s2->geo, entry.desc) : 0;
	return inside ? HV_OK : HV_ERANGE;
}

/** hv_s2_tables_needed - exact number of table pages hv_s2_map() of this range would take now. */
enum hv_err hv_s2_tables_needed(const struct hv_s2 *s2, hv_ipa_t ipa, hv_pa_t pa, uint64_t size, uint32_t prot,
				uint64_t *nr) HV_MUST_CHECK;

/**
 * hv_s2_merge - make blocks again of tables that lie in the range and map one contiguous stretch with equal attributes.
 *
 * Pages first, then the blocks that came of them. Each table is replaced by break, invalidate, make, which settles
 * @gather; its page goes back to the pool. Settle once more afterwards. What cannot be merged is left alone; Device memory
 * stays in pages (S2-11, S2-15, S2-23).
 * Return: HV_OK, HV_EINVAL (also: the gather has no pool), HV_ERANGE.
 */
enum hv_err hv_s2_merge(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, struct hv_s2_gather *gather) HV_MUST_CHECK;

/**
 * hv_s2_clean - start or read a dirty log: every leaf in the range that may be written or was written becomes clean.
 * @bitmap: NULL, or one bit for each page of the range, bit 0 of word 0 the first; bits of pages that were writable and
 *          dirty are set, none is cleared
 *
 * A clean leaf is read-only; with FEAT_HAFDBS (geo.hw_dbm) it carries DBM, and hardware makes it dirty without a fault.
 * Otherwise the first write faults: note the page, hv_s2_protect() it writable. hv_s2_protect() with HV_S2_W ends logging of a
 * range; hv_s2_lookup() shows HV_S2_W for a leaf with DBM. Blocks that stick out of the range are split.
 * Return: as hv_s2_unmap. Settle before the log is trusted: until then CPUs may write through old translations.
 */
enum hv_err hv_s2_clean(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, uint64_t *bitmap,
			struct hv_s2_gather *gather) HV_MUST_CHECK;

/**
 * hv_s2_age - count leaves used since they were last made old, and with @clear make them old.
 *
 * A block counts once and is aged as a whole. An old leaf faults at its next use (access flag fault: hv_s2_mark_young())
 * unless hardware sets the flag (geo.hw_af). Nothing is invalidated: a leaf that stays in a TLB is taken for old until it
 * is evicted, which is what ageing can afford. No gather, no settle: the stores are complete on return.
 * Return: HV_OK, HV_EINVAL, HV_ERANGE as hv_s2_unmap.
 */
enum hv_err hv_s2_age(struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, bool clear, uint64_t *nr_young) HV_MUST_CHECK;

/** hv_s2_mark_young - set the access flag of the leaf at @ipa, after an access flag fault. HV_ENOENT: no leaf. */
enum hv_err hv_s2_mark_young(struct hv_s2 *s2, hv_ipa_t ipa) HV_MUST_CHECK;

/** A stretch of IPAs that is contiguous in PA and equal in protection and memory type, whatever its leaves. */
struct hv_s2_run {
	hv_ipa_t ipa;
	hv_pa_t pa;
	uint64_t size;
	uint32_t prot;
};

/**
 * hv_s2_next_run - the first run in [ipa, end), as long as it goes (S2-12). Iterate: go on at run.ipa + run.size.
 * A reader; beside a writer each leaf is right by itself, the run as a whole is what was met on the way.
 * Return: HV_OK, HV_ENOENT (nothing mapped), HV_ERANGE (@end beyond the IPA space or before @ipa).
 */
enum hv_err hv_s2_next_run(const struct hv_s2 *s2, hv_ipa_t ipa, hv_ipa_t end, struct hv_s2_run *run) HV_MUST_CHECK;

/**
 * hv_s2_step - how much of [ipa, ipa + size) to do in one call so that at most @nr_tables last-level tables are visited.
 * For long ranges: do a step, settle, drop the lock, go on behind it. Each step is all or nothing (S2-41, S2-47).
 */
uint64_t hv_s2_step(const struct hv_s2 *s2, hv_ipa_t ipa, uint64_t size, uint32_t nr_tables);

/**
 * hv_s2_set_vmid - another VMID, before a vCPU is entered with it (hv/vmid.h). The caller sees to it that nothing is cached
 * under the new VMID, and settles before.
 */
void hv_s2_set_vmid(struct hv_s2 *s2, uint16_t vmid);

/**
 * hv_s2_publish - make memory the host wrote visible to a guest, before it is mapped or after a reset.
 * @code: the guest may execute it
 *
 * A guest with its MMU off bypasses the cache: clean and invalidate to PoC, unless FWB forces its accesses to be cacheable (only
 * FWB does: not IDC). For code the D side to PoU and the I side follow, where CTR_EL0 IDC and DIC ask for it (CM-05, CM-07).
 */
void hv_s2_publish(const struct hv_s2 *s2, hv_pa_t pa, uint64_t size, bool code);

/**
 * hv_s2_destroy - unmap everything and give all tables but the root back; no vCPU may use the VMID any more.
 * One invalidation of the VMID is issued.
 */
void hv_s2_destroy(struct hv_s2 *s2, struct hv_pool *pool);

/** VTCR_EL2 and VTTBR_EL2 to load before entering a vCPU of this IPA space. */
HV_INLINE uint64_t hv_s2_vtcr(const struct hv_s2 *s2)
{
	return s2->geo.vtcr;
}

HV_INLINE uint64_t hv_s2_vttbr(const struct hv_s2 *s2)
{
	return s2->vttbr;
}

HV_END_DECLS

#endif /* HV_S2_H */
