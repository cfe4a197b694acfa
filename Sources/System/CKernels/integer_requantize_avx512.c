#include "integer_requantize.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Converts sums into codes in whole vectors. All multipliers are below 1, so no product exceeds 32 bits, and the
// saturation of the narrowing instructions (32 to 16 bits, add the zero point, 16 to 8 bits) is equivalent to clamping.

#define QAT_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define QAT_AVX512_INLINE static inline __attribute__((always_inline)) QAT_AVX512

// The form of multipliers that a loop is compiled for.
typedef enum { floats, shifted, some_unshifted, doubles, not_here } vector_form;

// The multipliers of 16 filters.
typedef struct {
  __m512 multipliers;
  __m512i even, odd;    // mantissas in the low halves of 64 bits: of filters 0, 2, … and 1, 3, …
  __m512i shifts;       // the right shifts minus 1
  __mmask16 unshifted;  // filters that are not shifted at all
  __m512d lower, upper; // of filters 0 … 7 and 8 … 15, in double
} constants;

QAT_AVX512_INLINE constants load(vector_form form, const qat_requantization *scaling, long first) {
  constants c = {0};
  switch (form) {
  case floats: c.multipliers = _mm512_loadu_ps(scaling->multipliers + first); break;
  case doubles:
    c.lower = _mm512_loadu_pd(scaling->double_multipliers + first);
    c.upper = _mm512_loadu_pd(scaling->double_multipliers + first + lanes_in_vector / 2);
    c.multipliers = _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(c.lower)), _mm512_cvtpd_ps(c.upper), 1);
    break;
  default: {
    c.even = _mm512_loadu_si512(scaling->mantissas + first);
    c.odd = _mm512_srli_epi64(c.even, 32);
    const __m512i shifts = _mm512_loadu_si512(scaling->shifts + first);
    c.unshifted = _mm512_cmpge_epi32_mask(shifts, _mm512_setzero_si512());
    c.shifts = _mm512_sub_epi32(_mm512_set1_epi32(-1), shifts);
  }
  }
  return c;
}

// What all filters have in common: the zero point, and the bounds of codes.
typedef struct {
  __m512i zero_point, lowest, highest;
} narrowing;

QAT_AVX512_INLINE narrowing prepare(const qat_requantization *scaling) {
  return (narrowing){
      _mm512_set1_epi16((int16_t)scaling->zero_point), _mm512_set1_epi8((int8_t)scaling->lowest),
      _mm512_set1_epi8((int8_t)scaling->highest)};
}

// TFLite's rounding: half up to the high 32 bits of the doubled product, then half away from zero in the shift, which
// is half up of a number decremented if it is negative. Of the shift the last bit is left to `to_words`, which shifts 16
// bits, unless some filters are not shifted.
QAT_AVX512_INLINE __m512i round_fixed(vector_form form, __m512i sums, constants c) {
  const __m512i half = _mm512_set1_epi64(1 << 30);
  const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(sums, c.even), half);
  const __m512i others = _mm512_shuffle_epi32(sums, _MM_PERM_DDBB);
  const __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(others, c.odd), half);
  const __m512i doubled = _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(even, 31), _mm512_add_epi64(odd, odd));
  const __m512i lowered = _mm512_add_epi32(doubled, _mm512_srai_epi32(doubled, 31));
  const __m512i halves = _mm512_srav_epi32(lowered, c.shifts);
  if (form == shifted) return halves;
  const __m512i rounded = _mm512_srai_epi32(_mm512_add_epi32(halves, _mm512_set1_epi32(1)), 1);
  return _mm512_mask_mov_epi32(rounded, c.unshifted, doubled);
}

// The products in double, rounded half away from zero: cut off after almost a half was added to their size. With a
// whole half, the number below 0.5 would become 1.
QAT_AVX512_INLINE __m256i round_doubles(__m256i sums, __m512d multipliers) {
  enum { first_where_second_else_third = 0xE2 };
  const __m512i half = _mm512_castpd_si512(_mm512_set1_pd(0x1.fffffffffffffp-2));
  const __m512d products = _mm512_mul_pd(_mm512_cvtepi32_pd(sums), multipliers);
  const __m512i signed_half = _mm512_ternarylogic_epi64(
      _mm512_castpd_si512(products), _mm512_set1_epi64(INT64_MIN), half, first_where_second_else_third);
  return _mm512_cvttpd_epi32(_mm512_add_pd(products, _mm512_castsi512_pd(signed_half)));
}

QAT_AVX512_INLINE __m512i round_all_doubles(__m512i sums, constants c) {
  const __m256i lower = round_doubles(_mm512_castsi512_si256(sums), c.lower);
  const __m256i upper = round_doubles(_mm512_extracti64x4_epi64(sums, 1), c.upper);
  return _mm512_inserti64x4(_mm512_castsi256_si512(lower), upper, 1);
}

// The larger of two numbers' distances from 0.
QAT_AVX512_INLINE __m512 largest(__m512 a, __m512 b) { return _mm512_range_ps(a, b, 0xB); }

// Four vectors of sums, each with its multipliers, times these and rounded.
//
// A product in double is first computed in float, of the nearest float to its multiplier. Three roundings of numbers up to
// 512 put it at most 2^-13 beside the product in double, so both have the same nearest integer unless a half is that
// near; only then doubles are multiplied. Larger numbers become the same code.
QAT_AVX512_INLINE void four_steps(
    vector_form form, const int32_t *const sums[4], const constants multipliers[4], __m512i *result) {
  __m512 distances[4];
  for (long k = 0; k < 4; ++k) {
    const __m512i values = _mm512_loadu_si512(sums[k]);
    if (form == shifted || form == some_unshifted) {
      result[k] = round_fixed(form, values, multipliers[k]);
      continue;
    }
    const __m512 products = _mm512_mul_ps(_mm512_cvtepi32_ps(values), multipliers[k].multipliers);
    result[k] = _mm512_cvtps_epi32(products);  // half to even
    if (form == doubles) distances[k] = _mm512_reduce_ps(products, _MM_FROUND_TO_NEAREST_INT);
  }
  if (form != doubles) return;
  const __m512 farthest = largest(largest(distances[0], distances[1]), largest(distances[2], distances[3]));
  const __mmask16 near_half = _mm512_cmp_ps_mask(farthest, _mm512_set1_ps(0.5f - 0x1p-13f), _CMP_GT_OQ);
  if (__builtin_expect(near_half == 0, 1)) return;
  for (long k = 0; k < 4; ++k) result[k] = round_all_doubles(_mm512_loadu_si512(sums[k]), multipliers[k]);
}

QAT_AVX512_INLINE __m512i to_words(vector_form form, __m512i a, __m512i b, narrowing n) {
  __m512i words = _mm512_packs_epi32(a, b);
  if (form == shifted) words = _mm512_srai_epi16(_mm512_adds_epi16(words, _mm512_set1_epi16(1)), 1);
  return _mm512_adds_epi16(words, n.zero_point);
}

// Four vectors of steps to 64 codes in their order.
QAT_AVX512_INLINE __m512i narrow(vector_form form, const __m512i *four, narrowing n) {
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i codes =
      _mm512_packs_epi16(to_words(form, four[0], four[1], n), to_words(form, four[2], four[3], n));
  return _mm512_permutexvar_epi32(order, _mm512_min_epi8(_mm512_max_epi8(codes, n.lowest), n.highest));
}

// One pixel, 64 filters at a time.
QAT_AVX512_INLINE void requantize_pixel(
    vector_form form, const int32_t *sums, const qat_integer_block *block, int8_t *result) {
  const narrowing n = prepare(block->requantization);
  for (long first = 0; first < block->filters; first += 64) {
    __m512i vectors[4];
    const int32_t *from[4];
    constants multipliers[4];
    for (long k = 0; k < 4; ++k) {
      const long next = first + k * lanes_in_vector, v = next < block->lanes ? next : first;
      from[k] = sums + v;
      multipliers[k] = load(form, block->requantization, block->first + v);
    }
    four_steps(form, from, multipliers, vectors);
    const long left = block->filters - first;
    const __mmask64 here = left < 64 ? ((__mmask64)1 << left) - 1 : ~(__mmask64)0;
    _mm512_mask_storeu_epi8(result + first, here, narrow(form, vectors, n));
  }
}

// Blocks of 32 filters, two pixels at a time.
QAT_AVX512_INLINE void requantize_pairs(
    vector_form form, const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const constants first = load(form, block->requantization, block->first);
  const constants second = load(form, block->requantization, block->first + lanes_in_vector);
  const constants multipliers[4] = {first, second, first, second};
  const narrowing n = prepare(block->requantization);
  for (long p = 0; p < pixels; p += 2, sums += 2 * lanes_in_block, result += 2 * block->step) {
    const int32_t *next = p + 1 < pixels ? sums + lanes_in_block : sums;
    const int32_t *const from[4] = {sums, sums + lanes_in_vector, next, next + lanes_in_vector};
    __m512i vectors[4];
    four_steps(form, from, multipliers, vectors);
    const __m512i codes = narrow(form, vectors, n);
    _mm256_storeu_si256((__m256i *)(void *)result, _mm512_castsi512_si256(codes));
    if (p + 1 == pixels) return;
    _mm256_storeu_si256((__m256i *)(void *)(result + block->step), _mm512_extracti64x4_epi64(codes, 1));
  }
}

// Any other number of filters, 16 or fewer of four pixels at a time.
QAT_AVX512_INLINE void requantize_some(
    vector_form form, const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const narrowing n = prepare(block->requantization);
  for (long v = 0; v < block->filters; v += lanes_in_vector) {
    const long left = block->filters - v;
    const __mmask16 here = left < lanes_in_vector ? (__mmask16)((1u << left) - 1) : 0xFFFF;
    const constants c = load(form, block->requantization, block->first + v), multipliers[4] = {c, c, c, c};
    for (long p = 0; p < pixels; p += 4) {
      const int32_t *from[4];
      for (long k = 0; k < 4; ++k) from[k] = sums + (p + k < pixels ? p + k : pixels - 1) * block->lanes + v;
      __m512i vectors[4];
      four_steps(form, from, multipliers, vectors);
      const __m512i codes = narrow(form, vectors, n);
      const __m128i parts[4] = {
          _mm512_castsi512_si128(codes), _mm512_extracti32x4_epi32(codes, 1), _mm512_extracti32x4_epi32(codes, 2),
          _mm512_extracti32x4_epi32(codes, 3)};
      int8_t *target = result + p * block->step + v;
      for (long k = 0; k < 4 && p + k < pixels; ++k) {
        if (here == 0xFFFF) _mm_storeu_si128((__m128i *)(void *)(target + k * block->step), parts[k]);
        else _mm_mask_storeu_epi8(target + k * block->step, here, parts[k]);
      }
    }
  }
}

// The form of a block's multipliers; `not_here` if one is not below 1.
QAT_AVX512_INLINE vector_form form_of(const qat_integer_block *block) {
  const qat_requantization *scaling = block->requantization;
  const __m512i zero = _mm512_setzero_si512();
  int is_above = 0, is_unshifted = 0;
  for (long first = block->first; first < block->first + block->lanes; first += lanes_in_vector) {
    if (scaling->double_multipliers) {
      const constants c = load(doubles, scaling, first);
      is_above |= _mm512_cmp_ps_mask(c.multipliers, _mm512_set1_ps(1), _CMP_NLT_UQ);
    } else if (scaling->mantissas) {
      const __m512i shifts = _mm512_loadu_si512(scaling->shifts + first);
      const __m512i mantissas = _mm512_loadu_si512(scaling->mantissas + first);  // 0 for padding filters
      is_above |= _mm512_cmpgt_epi32_mask(shifts, zero);
      is_unshifted |= _mm512_mask_cmpgt_epi32_mask(_mm512_cmpeq_epi32_mask(shifts, zero), mantissas, zero);
    } else {
      is_above |= _mm512_cmp_ps_mask(_mm512_loadu_ps(scaling->multipliers + first), _mm512_set1_ps(1), _CMP_NLT_UQ);
    }
  }
  if (is_above) return not_here;
  if (scaling->double_multipliers) return doubles;
  return !scaling->mantissas ? floats : is_unshifted ? some_unshifted : shifted;
}

QAT_AVX512_INLINE int requantize_as(
    vector_form form, const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  if (pixels == 1) requantize_pixel(form, sums, block, result);
  else if (block->filters == lanes_in_block) requantize_pairs(form, sums, pixels, block, result);
  else requantize_some(form, sums, pixels, block, result);
  return 1;
}

QAT_AVX512 int qat_integer_requantize_avx512(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  switch (form_of(block)) {
  case floats: return requantize_as(floats, sums, pixels, block, result);
  case shifted: return requantize_as(shifted, sums, pixels, block, result);
  case some_unshifted: return requantize_as(some_unshifted, sums, pixels, block, result);
  case doubles: return requantize_as(doubles, sums, pixels, block, result);
  case not_here: return 0;
  }
  return 0;
}

#endif
