#include "integer_requantize.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Converts sums into codes in whole vectors of 8. A product in float is bounded above before it becomes an integer; of
// one below 32 bits the processor makes the lowest integer. A product in fixed point fits, since multipliers that shift
// left are not taken here. So the saturation of the narrowing instructions (32 to 16 bits, add the zero point, 16 to 8
// bits) is equivalent to clamping.

#define QAT_AVX2 __attribute__((target("avx2,fma")))
#define QAT_AVX2_INLINE static inline __attribute__((always_inline)) QAT_AVX2

enum { lanes_in_half = 8 };

// How products become steps. A shift of 0 takes two instructions more, for all filters.
typedef enum { in_float_vectors, some_unshifted, all_shifted, not_here } vector_form;

// The multipliers of 8 filters, in float or in fixed point.
typedef struct {
  __m256 multipliers;
  __m256i even, odd;  // mantissas in the low halves of 64 bits: of filters 0, 2, … and 1, 3, …
  __m256i shifts;     // the right shifts minus 1; −1 where a filter is not shifted at all
} constants;

QAT_AVX2_INLINE __m256i load_words(const int32_t *words) {
  return _mm256_loadu_si256((const __m256i *)(const void *)words);
}

QAT_AVX2_INLINE constants load(vector_form form, const qat_requantization *scaling, long first) {
  constants c = {0};
  if (form == in_float_vectors) {
    c.multipliers = _mm256_loadu_ps(scaling->multipliers + first);
    return c;
  }
  c.even = load_words(scaling->mantissas + first);
  c.odd = _mm256_srli_epi64(c.even, 32);
  c.shifts = _mm256_sub_epi32(_mm256_set1_epi32(-1), load_words(scaling->shifts + first));
  return c;
}

// TFLite's rounding: half up to the high 32 bits of the doubled product, then half away from zero in the
// shift, which is half up of a number decremented if it is negative.
QAT_AVX2_INLINE __m256i round_fixed(vector_form form, __m256i sums, constants c) {
  const __m256i half = _mm256_set1_epi64x(1 << 30), one = _mm256_set1_epi32(1);
  const __m256i even = _mm256_add_epi64(_mm256_mul_epi32(sums, c.even), half);
  const __m256i odd = _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(sums, 32), c.odd), half);
  const __m256i doubled = _mm256_blend_epi32(_mm256_srli_epi64(even, 31), _mm256_slli_epi64(odd, 1), 0xAA);
  const __m256i lowered = _mm256_add_epi32(doubled, _mm256_srai_epi32(doubled, 31));
  const __m256i halves = _mm256_srav_epi32(lowered, c.shifts);
  const __m256i rounded = _mm256_srai_epi32(_mm256_add_epi32(halves, one), 1);
  if (form == all_shifted) return rounded;
  const __m256i unshifted = _mm256_cmpgt_epi32(_mm256_setzero_si256(), c.shifts);
  return _mm256_blendv_epi8(rounded, doubled, unshifted);
}

QAT_AVX2_INLINE __m256i steps_of(vector_form form, const int32_t *sums, constants c, __m256 high) {
  const __m256i values = load_words(sums);
  if (form != in_float_vectors) return round_fixed(form, values, c);
  const __m256 products = _mm256_mul_ps(_mm256_cvtepi32_ps(values), c.multipliers);
  return _mm256_cvtps_epi32(_mm256_min_ps(products, high));  // half to even
}

// The constants that narrow 32 steps to codes.
typedef struct {
  __m256 high;
  __m256i zero_point, lowest, highest;
} narrowing;

QAT_AVX2_INLINE narrowing prepare(const qat_requantization *scaling) {
  return (narrowing){
      _mm256_set1_ps((float)(scaling->highest - scaling->zero_point)),
      _mm256_set1_epi16((int16_t)scaling->zero_point), _mm256_set1_epi8((int8_t)scaling->lowest),
      _mm256_set1_epi8((int8_t)scaling->highest)};
}

QAT_AVX2_INLINE void put_codes(__m128i codes, long count, int8_t *result) {
  if (count == lanes_in_vector) {
    _mm_storeu_si128((__m128i *)(void *)result, codes);
  } else if (count == lanes_in_half) {
    _mm_storel_epi64((__m128i *)(void *)result, codes);
  } else {
    int8_t all[lanes_in_vector];
    _mm_storeu_si128((__m128i *)(void *)all, codes);
    qat_put_codes(all, count, result);
  }
}

// 16 sums at each of two places: two pixels, or two halves of 32 filters.
QAT_AVX2_INLINE __m256i codes_of(
    vector_form form, const int32_t *sums, const constants *own, const int32_t *next, const constants *others,
    narrowing n) {
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  const __m256i here = _mm256_packs_epi32(
      steps_of(form, sums, own[0], n.high), steps_of(form, sums + lanes_in_half, own[1], n.high));
  const __m256i there = _mm256_packs_epi32(
      steps_of(form, next, others[0], n.high), steps_of(form, next + lanes_in_half, others[1], n.high));
  const __m256i codes = _mm256_packs_epi16(
      _mm256_adds_epi16(here, n.zero_point), _mm256_adds_epi16(there, n.zero_point));
  const __m256i held = _mm256_min_epi8(_mm256_max_epi8(codes, n.lowest), n.highest);
  return _mm256_permutevar8x32_epi32(held, order);
}

// 32 filters at a time, of a pixel; returns the number of filters that are done.
QAT_AVX2_INLINE long requantize_pixelwise(
    vector_form form, const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const narrowing n = prepare(block->requantization);
  long v = 0;
  for (; v + lanes_in_block <= block->filters; v += lanes_in_block) {
    constants c[4];
    for (long k = 0; k < 4; ++k) c[k] = load(form, block->requantization, block->first + v + k * lanes_in_half);
    for (long p = 0; p < pixels; ++p) {
      const int32_t *own = sums + p * block->lanes + v;
      const __m256i codes = codes_of(form, own, c, own + lanes_in_vector, c + 2, n);
      _mm256_storeu_si256((__m256i *)(void *)(result + p * block->step + v), codes);
    }
  }
  return v;
}

// 16 filters at a time, or fewer, of two pixels.
QAT_AVX2_INLINE void requantize_pairwise(
    vector_form form, long begin, const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const narrowing n = prepare(block->requantization);
  for (long v = begin; v < block->filters; v += lanes_in_vector) {
    const long left = block->filters - v, here = left < lanes_in_vector ? left : lanes_in_vector;
    constants c[2];
    for (long k = 0; k < 2; ++k) c[k] = load(form, block->requantization, block->first + v + k * lanes_in_half);
    for (long p = 0; p < pixels; p += 2) {
      const int32_t *own = sums + p * block->lanes + v;
      const int has_next = p + 1 < pixels;
      const __m256i codes = codes_of(form, own, c, has_next ? own + block->lanes : own, c, n);
      const __m128i second = _mm256_extracti128_si256(codes, 1);
      int8_t *target = result + p * block->step + v;
      put_codes(_mm256_castsi256_si128(codes), here, target);
      if (has_next) put_codes(second, here, target + block->step);
    }
  }
}

QAT_AVX2_INLINE vector_form form_of(const qat_integer_block *block) {
  const qat_requantization *scaling = block->requantization;
  if (scaling->double_multipliers) return not_here;
  if (!scaling->mantissas) return in_float_vectors;
  const __m256i zero = _mm256_setzero_si256();
  __m256i left = zero, unshifted = zero;
  for (long v = 0; v < block->lanes; v += lanes_in_half) {
    const __m256i shifts = load_words(scaling->shifts + block->first + v);
    const __m256i mantissas = load_words(scaling->mantissas + block->first + v);  // 0 for padding filters
    left = _mm256_or_si256(left, _mm256_cmpgt_epi32(shifts, zero));
    unshifted = _mm256_or_si256(unshifted, _mm256_and_si256(_mm256_cmpeq_epi32(shifts, zero), mantissas));
  }
  if (!_mm256_testz_si256(left, left)) return not_here;
  return _mm256_testz_si256(unshifted, unshifted) ? all_shifted : some_unshifted;
}

QAT_AVX2_INLINE void requantize_as(
    vector_form form, const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  const int is_pixelwise = form == in_float_vectors || pixels == 1;  // else the constants fill the registers
  const long done = is_pixelwise ? requantize_pixelwise(form, sums, pixels, block, result) : 0;
  requantize_pairwise(form, done, sums, pixels, block, result);
}

QAT_AVX2 int qat_integer_requantize_avx2(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  switch (form_of(block)) {
  case in_float_vectors: requantize_as(in_float_vectors, sums, pixels, block, result); return 1;
  case some_unshifted: requantize_as(some_unshifted, sums, pixels, block, result); return 1;
  case all_shifted: requantize_as(all_shifted, sums, pixels, block, result); return 1;
  case not_here: return 0;
  }
  return 0;
}

#endif
