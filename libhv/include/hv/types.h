/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-or-later */
/*
 * hv/types.h - integer types, distinct address types and bit helpers.
 *
 * The only header that knows where integer types come from: <linux/types.h> in a kernel module,
 * the freestanding C headers everywhere else. Nothing here has state, locks or failure.
 */
#ifndef HV_TYPES_H
#define HV_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/stddef.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

#ifdef __cplusplus
#define HV_BEGIN_DECLS extern "C" {
#define HV_END_DECLS   }
#else
#define HV_BEGIN_DECLS
#define HV_END_DECLS
#endif

/* A call whose result may say "refused": ignoring it is a compile-time error. */
#define HV_MUST_CHECK __attribute__((__warn_unused_result__))

/* Every inline function of the library and of a backend. */
#define HV_INLINE static inline __attribute__((__always_inline__, __unused__))

/* 64-bit constants. Register values never come from int arithmetic (CTX-05, GIC-24). */
#define HV_U64(c) ((uint64_t)c##ULL)

/** HV_BIT(n): the 64-bit value with bit n set, 0 <= n <= 63. */
#define HV_BIT(n) (HV_U64(1) << (n))

/** HV_MASK(msb, lsb): ones in bits msb..lsb inclusive, 63 >= msb >= lsb >= 0 (CTX-06). */
#define HV_MASK(msb, lsb) ((~HV_U64(0) >> (63 - (msb))) & (~HV_U64(0) << (lsb)))

/** HV_FIELD(value, msb, lsb): bits msb..lsb of value, shifted down. */
#define HV_FIELD(value, msb, lsb) (((uint64_t)(value)&HV_MASK(msb, lsb)) >> (lsb))

/** HV_PREP(value, msb, lsb): value placed in bits msb..lsb; what does not fit is cut off. */
#define HV_PREP(value, msb, lsb) (((uint64_t)(value) << (lsb)) & HV_MASK(msb, lsb))

#define HV_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define HV_KIB(n) (HV_U64(n) << 10)
#define HV_MIB(n) (HV_U64(n) << 20)
#define HV_GIB(n) (HV_U64(n) << 30)

/** Host physical address: what the machine's bus sees. */
typedef struct {
	uint64_t v;
} hv_pa_t;

/** Guest physical address (Arm: intermediate physical address): input of stage 2. */
typedef struct {
	uint64_t v;
} hv_ipa_t;

HV_INLINE hv_pa_t hv_pa(uint64_t v)
{
	hv_pa_t pa;

	pa.v = v;
	return pa;
}

HV_INLINE hv_ipa_t hv_ipa(uint64_t v)
{
	hv_ipa_t ipa;

	ipa.v = v;
	return ipa;
}

/** Round down or up to a power of two. hv_align_up wraps to 0 past the top of the type. */
HV_INLINE uint64_t hv_align_down(uint64_t v, uint64_t pow2)
{
	return v & ~(pow2 - 1);
}

HV_INLINE uint64_t hv_align_up(uint64_t v, uint64_t pow2)
{
	return (v + pow2 - 1) & ~(pow2 - 1);
}

HV_INLINE bool hv_is_aligned(uint64_t v, uint64_t pow2)
{
	return (v & (pow2 - 1)) == 0;
}

/**
 * hv_range_ok - does [start, start + size) hold at least one byte and end at or below @end?
 *
 * The one range test of the library: size 0 and every wrap-around are refused (API rows 04f86c9e,
 * S2-02, S2-19). @end is exclusive, 0 < @end.
 */
HV_INLINE bool hv_range_ok(uint64_t start, uint64_t size, uint64_t end)
{
	return size != 0 && start < end && size <= end - start;
}

#endif /* HV_TYPES_H */
