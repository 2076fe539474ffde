/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/insn.h - what a load or store does, from its instruction word.
 *
 * A stage-2 data abort tells the register, size and sign of the access only when ISS.ISV is 1: a single general register
 * without write-back. For everything else (ESR-08) the instruction is read from the guest and decoded here.
 *
 * An instruction moves hv_insn_bytes() bytes between registers and one contiguous stretch of memory. That stretch, in
 * ascending address order, is struct hv_insn_image, and the completion of a trapped instruction is
 *
 *	address = hv_insn_address(), base = hv_insn_base_after()	before any register changes
 *	store: hv_insn_gather()						registers to image
 *	for (at = 0; (n = hv_insn_access(insn, address, at)) != 0; at += n)
 *		access n bytes at address + at: hv_insn_image_get() or _put()
 *	load: hv_insn_scatter()						image to registers, all at once
 *	wb != NONE: register rn (31: SP) = base, then PC + 4
 *
 * so that an access that fails half way leaves every register as it was. No access crosses a 4 KiB boundary; each page
 * has its own translation, and FAR names the page that faulted, which need not be the first one.
 *
 * The encodings are those of Armv9.4-A. Everything here is a pure function over values: no state, no locks, total over
 * all 2^32 words. The registers of SIMD&FP instructions belong to the embedder: they are passed in and out by
 * hv_insn_gather_v() and hv_insn_scatter_v() as 64 words, v[2 * n] the low and v[2 * n + 1] the high half of Vn.
 */
#ifndef HV_INSN_H
#define HV_INSN_H

#include <hv/err.h>
#include <hv/types.h>

/** What kind of instruction it is. From HV_INSN_LDRA on they are named, but not completed. */
enum hv_insn_class {
	HV_INSN_UNSCALED, /* LDUR, STUR */
	HV_INSN_POST,     /* LDR, STR with post-index write-back */
	HV_INSN_UNPRIV,   /* LDTR, STTR */
	HV_INSN_PRE,      /* LDR, STR with pre-index write-back */
	HV_INSN_UIMM,     /* LDR, STR with unsigned scaled offset */
	HV_INSN_REGOFF,   /* LDR, STR with register offset */
	HV_INSN_LITERAL,  /* LDR, LDRSW relative to the PC */
	HV_INSN_PAIR,     /* LDP, STP, LDNP, STNP, LDPSW, LDIAPP, STILP */
	HV_INSN_ORDERED,  /* LDAR, STLR, LDLAR, STLLR, LDAPR */
	HV_INSN_RCPC,     /* LDAPUR, STLUR; LDAPR and STLR with write-back */
	HV_INSN_STRUCT,   /* LD1..LD4, ST1..ST4, LD1R..LD4R, LDAP1, STL1 */
	HV_INSN_PRFM,     /* prefetch: moves nothing; rt is the operation */
	HV_INSN_DC_ZVA,   /* see hv_insn_set_zva() */
	HV_INSN_CACHE,    /* DC and IC by address: moves nothing */
	HV_INSN_MULTI,    /* A32, T32: LDM, STM, PUSH, POP; see hv/insn32.h */
	HV_INSN_LDRA,     /* LDRAA, LDRAB: the base is authenticated */
	HV_INSN_EXCL,     /* LDXR, STXR, LDAXR, STLXR */
	HV_INSN_EXCLP,    /* LDXP, STXP, LDAXP, STLXP */
	HV_INSN_CAS,
	HV_INSN_CASP,
	HV_INSN_LDOP, /* LDADD, LDCLR, LDEOR, LDSET, LDSMAX, LDSMIN, LDUMAX, LDUMIN */
	HV_INSN_SWP,
	HV_INSN_LSE128, /* LDCLRP, LDSETP, SWPP */
	HV_INSN_RCW,    /* read-check-write atomics */
	HV_INSN_LS64,   /* LD64B, ST64B, ST64BV, ST64BV0 */
	HV_INSN_TAG,    /* STG, STZG, ST2G, STZ2G, LDG, LDGM, STGM, STZGM, DC GVA, DC GZVA */
	HV_INSN_STGP,
	HV_INSN_MOPS, /* CPY*, SET*, SETG* */
	HV_INSN_GCS,  /* guarded control stack */
	HV_INSN_SVE,  /* SVE or SME memory access: only the region is recognised, no field is decoded */
	HV_INSN_VFP,  /* A32, T32: VLDR, VSTR, VLDM, VSTM, VLD1..VST4: no field is decoded */
	HV_INSN_TBB,  /* T32: TBB, TBH */
	HV_INSN_NONE  /* no allocated load or store */
};

enum hv_insn_wb { HV_INSN_WB_NONE, HV_INSN_WB_POST, HV_INSN_WB_PRE };

/** How rm is extended; the values of the option field. */
enum hv_insn_ext { HV_INSN_UXTW = 2, HV_INSN_LSL = 3, HV_INSN_SXTW = 6, HV_INSN_SXTX = 7 };

/* hv_insn.rn beside 0..31. */
#define HV_INSN_RN_PC   32u /* literal: relative to the instruction's own address */
#define HV_INSN_RN_ZERO 33u /* no base: the address is the register rm alone */

/* hv_insn.lane of HV_INSN_STRUCT beside 0..15. */
#define HV_INSN_LANE_ALL 0xfeu /* whole registers */
#define HV_INSN_LANE_DUP 0xffu /* LD1R..LD4R: one element to every lane */

/** Most bytes one instruction moves, DC ZVA (which has no data) apart. */
#define HV_INSN_MAX_BYTES 64u

/**
 * A decoded load or store. Register fields that the form has not are 31; rt, rt2, rs 31 is xzr (ESR-01), rn 31 is SP.
 */
struct hv_insn {
	enum hv_insn_class insn_class;
	enum hv_insn_wb wb;
	enum hv_insn_ext ext; /* of rm */
	int32_t imm;          /* offset in bytes, added to the base together with rm */
	bool load, store;     /* both for atomics; none for PRFM and cache maintenance */
	bool simd;            /* rt, rt2 are SIMD&FP registers */
	bool sign;            /* load sign-extends from bytes to width */
	bool pair;            /* two registers */
	bool excl;            /* exclusive monitor */
	bool acq, rel;        /* acquire, release. LDLAR and STLLR, which order less, have neither */
	uint8_t bytes;        /* of one element: 1, 2, 4, 8, 16, LS64 64; 0 where there is none */
	uint8_t width;        /* of the general register, 32 or 64 bits; 64 for SIMD&FP, without meaning */
	uint16_t nr;          /* elements moved, ascending in memory; 0: nothing to access, or not completed */
	uint8_t rt, rt2, rs, rn, rm;
	uint8_t shift;  /* of the extended rm, 0..4 */
	uint8_t selem;  /* STRUCT: consecutive elements go to this many registers in turn, 1..4 */
	uint8_t lane;   /* STRUCT: lane of each register, HV_INSN_LANE_ALL or _DUP */
	uint8_t vbytes; /* STRUCT, whole registers and LD1R: bytes filled, 8 (the upper half becomes 0) or 16 */
};

/** The memory side of one instruction: byte[i] is at address + i, whatever the guest's byte order. */
struct hv_insn_image {
	uint8_t byte[HV_INSN_MAX_BYTES];
};

HV_BEGIN_DECLS

/**
 * hv_insn_decode - decode an A64 instruction word.
 * @word: as fetched (instructions are little-endian always)
 * @out: filled completely; insn_class is HV_INSN_NONE and nr 0 with HV_EINVAL
 *
 * Words whose should-be-one fields are not (LDAPR apart, which is refused), and register choices that are CONSTRAINED
 * UNPREDICTABLE (a load with write-back to its own base, LDP with one register twice), are decoded as if they were in
 * order, one of the choices the architecture gives. Which features the guest has is not asked: an instruction it lacks never gets
 * as far as an abort.
 *
 * Return: HV_OK; HV_ENOTSUP: named, with the fields that its form has, but never to be completed (atomic,
 * tagged, or with data that is not registers): inject an abort; HV_EINVAL: not an allocated load or store of Armv9.4.
 */
enum hv_err hv_insn_decode(uint32_t word, struct hv_insn *out) HV_MUST_CHECK;

/** hv_insn_class_name - short name ("pair", "unscaled"); "none" for values outside the enumeration. Never NULL. */
const char *hv_insn_class_name(enum hv_insn_class insn_class);

/**
 * hv_insn_isv - does a stage-2 abort of this instruction come with ISS.ISV = 1?
 *
 * Architecture: a load or store of one general register, ordered or not, without write-back, not exclusive. LDRAA and
 * LDRAB without write-back count. False for LD64B and ST64B, where it depends on the implementation.
 */
bool hv_insn_isv(const struct hv_insn *insn);

/**
 * hv_insn_address - virtual address of the first byte.
 * @x: x0..x30 of the guest; @sp: the stack pointer in use; @pc: address of the instruction
 *
 * As the guest computed it: an address tag is still in it, and for LDRAA and LDRAB the base is not authenticated.
 * DC ZVA: start of the block, once hv_insn_set_zva() was called. SVE: no address, 0.
 */
uint64_t hv_insn_address(const struct hv_insn *insn, const uint64_t *x, uint64_t sp, uint64_t pc);

/** hv_insn_base_after - value of register rn (31: SP) after write-back; only with wb != HV_INSN_WB_NONE. */
uint64_t hv_insn_base_after(const struct hv_insn *insn, const uint64_t *x, uint64_t sp);

/**
 * hv_insn_set_zva - tell a decoded DC ZVA the size of its block, which is no part of the instruction word.
 * @dczid: DCZID_EL0 as the guest sees it: block of 4 << BS bytes, BS at most 9; DZP is not looked at
 */
void hv_insn_set_zva(struct hv_insn *insn, uint64_t dczid);

/** hv_insn_bytes - bytes moved in all: 0..64, DC ZVA up to 2048. */
HV_INLINE uint32_t hv_insn_bytes(const struct hv_insn *insn)
{
	return (uint32_t)insn->nr * insn->bytes;
}

/**
 * hv_insn_access - size of the single access at @address + @offset: 1, 2, 4 or 8; 0 when @offset is at or past the end.
 *
 * One for each element, two of 8 bytes for a 16-byte element, more where an element crosses a 4 KiB boundary: each is the
 * largest power of two that stays within the element and the page. Unaligned accesses inside a page stay whole.
 */
uint32_t hv_insn_access(const struct hv_insn *insn, uint64_t address, uint32_t offset);

/** hv_insn_nr_accesses - how many accesses hv_insn_access() makes of it, 0..256. */
uint32_t hv_insn_nr_accesses(const struct hv_insn *insn, uint64_t address);

/**
 * hv_insn_image_get, hv_insn_image_put - @bytes (1, 2, 4, 8) of the image at @offset as a number, lowest address in the
 * lowest bits: what hv_mmio.data holds. Beyond the image reads are 0 and writes are dropped, so DC ZVA needs no special case.
 */
uint64_t hv_insn_image_get(const struct hv_insn_image *image, uint32_t offset, uint32_t bytes);
void hv_insn_image_put(struct hv_insn_image *image, uint32_t offset, uint32_t bytes, uint64_t data);

/**
 * hv_insn_gather - data of a store, general registers to memory image; xzr is 0.
 * @big_endian: SCTLR_EL1.EE, at EL0 SCTLR_EL1.E0E: the bytes of each element are reversed, elements stay in order
 * Unused bytes of @image become 0. Nothing is stored by a SIMD&FP instruction here.
 */
void hv_insn_gather(const struct hv_insn *insn, const uint64_t *x, bool big_endian, struct hv_insn_image *image);

/**
 * hv_insn_scatter - data of a load, memory image to general registers: sign-extended to the register's width, the upper half of
 * a 32-bit destination cleared (ESR-02, ESR-03), xzr left alone. Does nothing for stores and SIMD&FP.
 */
void hv_insn_scatter(const struct hv_insn *insn, const struct hv_insn_image *image, bool big_endian, uint64_t *x);

/** hv_insn_gather_v - the same from SIMD&FP registers (64 words). Stores nothing for general registers. */
void hv_insn_gather_v(const struct hv_insn *insn, const uint64_t *v, bool big_endian, struct hv_insn_image *image);

/**
 * hv_insn_scatter_v - the same to SIMD&FP registers: what a scalar or 64-bit vector load does not fill becomes 0, the other
 * lanes of a single-structure load stay. With SVE the bits above 127 of a register that was loaded become 0 too:
 * they are the embedder's.
 */
void hv_insn_scatter_v(const struct hv_insn *insn, const struct hv_insn_image *image, bool big_endian, uint64_t *v);

HV_END_DECLS

#endif /* HV_INSN_H */
