#include "integer_requantize.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Converts sums into codes in whole vectors. All multipliers are below 1, so no product exceeds 32 bits, and
// the saturation of the narrowing instructions (32 to 16 bits, add the zero point, 16 to 8 bits) is
// equivalent to clamping.

#define QAT_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))
#define QAT_AVX512_INLINE static inline __attribute__((always_inline)) QAT_AVX512

// The multipliers of 16 filters, in float or in fixed point.
typedef struct {
  __m512 multipliers;
  __m512i even, odd;   // mantissas in the low halves of 64 bits: of filters 0, 2, … and 1, 3, …
  __m512i shifts;      // the right shifts minus 1
  __mmask16 unshifted;  // filters that are not shifted at all
} constants;

QAT_AVX512_INLINE constants load(const qat_requantization *scaling, long first) {
  constants c = {0};
  if (!scaling->mantissas) {
    c.multipliers = _mm512_loadu_ps(scaling->multipliers + first);
    return c;
  }
  c.even = _mm512_loadu_si512(scaling->mantissas + first);
  c.odd = _mm512_srli_epi64(c.even, 32);
  const __m512i shifts = _mm512_loadu_si512(scaling->shifts + first);
  c.unshifted = _mm512_cmpge_epi32_mask(shifts, _mm512_setzero_si512());
  c.shifts = _mm512_sub_epi32(_mm512_set1_epi32(-1), shifts);
  return c;
}

// TFLite's rounding: half up to the high 32 bits of the doubled product, then half away from zero in the
// shift, which is half up of a number decremented if it is negative.
QAT_AVX512_INLINE __m512i round_fixed(__m512i sums, constants c) {
  const __m512i half = _mm512_set1_epi64(1 << 30), one = _mm512_set1_epi32(1);
  const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(sums, c.even), half);
  const __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(_mm512_srli_epi64(sums, 32), c.odd), half);
  const __m512i doubled = _mm512_mask_blend_epi32(
      0xAAAA, _mm512_srli_epi64(even, 31), _mm512_slli_epi64(odd, 1));
  const __m512i lowered = _mm512_add_epi32(doubled, _mm512_srai_epi32(doubled, 31));
  const __m512i halves = _mm512_srav_epi32(lowered, c.shifts);
  const __m512i rounded = _mm512_srai_epi32(_mm512_add_epi32(halves, one), 1);
  return _mm512_mask_mov_epi32(rounded, c.unshifted, doubled);
}

QAT_AVX512_INLINE __m512i steps(int fixed, const int32_t *sums, constants c) {
  const __m512i values = _mm512_loadu_si512(sums);
  if (fixed) return round_fixed(values, c);
  return _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_cvtepi32_ps(values), c.multipliers));  // half to even
}

// The constants that narrow 64 steps to codes: the zero point, the bounds, and the permutation that restores
// the order.
typedef struct {
  __m512i zero_point, lowest, highest, order;
} narrowing;

QAT_AVX512_INLINE narrowing prepare(const qat_requantization *scaling) {
  return (narrowing){
      _mm512_set1_epi16((int16_t)scaling->zero_point), _mm512_set1_epi8((int8_t)scaling->lowest),
      _mm512_set1_epi8((int8_t)scaling->highest),
      _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)};
}

// Four vectors to 64 codes in their order.
QAT_AVX512_INLINE __m512i narrow(__m512i a, __m512i b, __m512i c, __m512i d, narrowing n) {
  const __m512i low = _mm512_adds_epi16(_mm512_packs_epi32(a, b), n.zero_point);
  const __m512i high = _mm512_adds_epi16(_mm512_packs_epi32(c, d), n.zero_point);
  const __m512i codes = _mm512_packs_epi16(low, high);
  const __m512i held = _mm512_min_epi8(_mm512_max_epi8(codes, n.lowest), n.highest);
  return _mm512_permutexvar_epi32(n.order, held);
}

// Blocks of 32 filters, two pixels at a time.
QAT_AVX512_INLINE void requantize_pairs(
    int fixed, const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const constants first = load(block->requantization, block->first);
  const constants second = load(block->requantization, block->first + lanes_in_vector);
  const narrowing n = prepare(block->requantization);
  for (long p = 0; p < pixels; p += 2, sums += 2 * lanes_in_block, result += 2 * block->step) {
    const int32_t *next = p + 1 < pixels ? sums + lanes_in_block : sums;
    const __m512i codes = narrow(
        steps(fixed, sums, first), steps(fixed, sums + lanes_in_vector, second), steps(fixed, next, first),
        steps(fixed, next + lanes_in_vector, second), n);
    _mm256_storeu_si256((__m256i *)(void *)result, _mm512_castsi512_si256(codes));
    if (p + 1 == pixels) return;
    _mm256_storeu_si256((__m256i *)(void *)(result + block->step), _mm512_extracti64x4_epi64(codes, 1));
  }
}

// Any other number of filters, four vectors at a time.
QAT_AVX512_INLINE void requantize_some(
    int fixed, const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const narrowing n = prepare(block->requantization);
  for (long v = 0; v < block->filters; v += lanes_in_vector) {
    const long left = block->filters - v, here = left < lanes_in_vector ? left : lanes_in_vector;
    const constants c = load(block->requantization, block->first + v);
    for (long p = 0; p < pixels; p += 4) {
      __m512i vectors[4];
      for (long k = 0; k < 4; ++k) {
        const long pixel = p + k < pixels ? p + k : pixels - 1;
        vectors[k] = steps(fixed, sums + pixel * block->lanes + v, c);
      }
      int8_t codes[64];
      _mm512_storeu_si512(codes, narrow(vectors[0], vectors[1], vectors[2], vectors[3], n));
      for (long k = 0; k < 4 && p + k < pixels; ++k) {
        qat_put_codes(codes + k * lanes_in_vector, here, result + (p + k) * block->step + v);
      }
    }
  }
}

QAT_AVX512 int qat_integer_is_below_one(const qat_integer_block *block) {
  const qat_requantization *scaling = block->requantization;
  if (scaling->double_multipliers) return 0;
  int below = 1;
  for (long v = 0; v < block->lanes; v += lanes_in_vector) {
    const long first = block->first + v;
    if (scaling->mantissas) {
      const __m512i shifts = _mm512_loadu_si512(scaling->shifts + first);
      below &= _mm512_cmpgt_epi32_mask(shifts, _mm512_setzero_si512()) == 0;
    } else {
      const __m512 one = _mm512_set1_ps(1);
      below &= _mm512_cmp_ps_mask(_mm512_loadu_ps(scaling->multipliers + first), one, _CMP_NLT_UQ) == 0;
    }
  }
  return below;
}

QAT_AVX512 void qat_integer_requantize_below_one(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const int fixed = block->requantization->mantissas != NULL;
  if (block->filters == lanes_in_block) {
    if (fixed) requantize_pairs(1, sums, pixels, block, result);
    else requantize_pairs(0, sums, pixels, block, result);
  } else {
    if (fixed) requantize_some(1, sums, pixels, block, result);
    else requantize_some(0, sums, pixels, block, result);
  }
}

#endif
