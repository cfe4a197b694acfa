#include "integer_loops.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Sums by pmaddwd: each of 8 lanes multiplies two pairs of 16-bit numbers and adds the products, which cannot
// overflow. (Its sibling for bytes, pmaddubsw, saturates at 16 bits and would be wrong.) As in the VNNI loops
// the sums of a tile stay in registers: 12 of the 16.

#define QAT_AVX2 __attribute__((target("avx2,fma")))
#define QAT_AVX2_INLINE static inline __attribute__((always_inline)) QAT_AVX2

enum { pixels_in_tile = 6, lanes_in_half = 8 };

QAT_AVX2_INLINE __m256i broadcast_pair(const int16_t *codes) {
  int32_t pair;
  memcpy(&pair, codes, sizeof pair);
  return _mm256_set1_epi32(pair);
}

// `pixels` neighbours and 16 of the `lanes` filters; `pixels` is a literal at the call.
QAT_AVX2_INLINE void sum_tile(
    long pixels, long lanes, const qat_integer_row *row, const int16_t *corner, const int16_t *packed,
    const int32_t *bias, int32_t *sums) {
  __m256i totals[pixels_in_tile][2];
  for (long p = 0; p < pixels; ++p) {
    for (long v = 0; v < 2; ++v) {
      totals[p][v] = _mm256_loadu_si256((const __m256i *)(const void *)(bias + v * lanes_in_half));
    }
  }
  const long step = row->window_stride_bytes / 2;
  for (long i = 0; i < row->rows; ++i) {
    const int16_t *codes = corner + i * (row->row_bytes / 2);
    for (long g = 0; g < row->groups; ++g, codes += 2, packed += 2 * lanes) {
      const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)packed);
      const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(packed + lanes_in_vector));
      for (long p = 0; p < pixels; ++p) {
        const __m256i pair = broadcast_pair(codes + p * step);
        totals[p][0] = _mm256_add_epi32(totals[p][0], _mm256_madd_epi16(pair, low));
        totals[p][1] = _mm256_add_epi32(totals[p][1], _mm256_madd_epi16(pair, high));
      }
    }
  }
  for (long p = 0; p < pixels; ++p) {
    for (long v = 0; v < 2; ++v) {
      _mm256_storeu_si256((__m256i *)(void *)(sums + p * lanes + v * lanes_in_half), totals[p][v]);
    }
  }
}

QAT_AVX2 static void sum_pairs(
    const qat_integer_row *row, long lanes, const int16_t *corner, const int16_t *packed, const int32_t *bias,
    int32_t *sums) {
  const long step = row->window_stride_bytes / 2;
  for (long v = 0; v < lanes; v += lanes_in_vector) {
    const int16_t *weights = packed + 2 * v;
    long p = 0;
    for (; p + pixels_in_tile <= row->pixels; p += pixels_in_tile) {
      sum_tile(pixels_in_tile, lanes, row, corner + p * step, weights, bias + v, sums + p * lanes + v);
    }
    for (; p + 2 <= row->pixels; p += 2) {
      sum_tile(2, lanes, row, corner + p * step, weights, bias + v, sums + p * lanes + v);
    }
    if (p < row->pixels) sum_tile(1, lanes, row, corner + p * step, weights, bias + v, sums + p * lanes + v);
  }
}

QAT_AVX2 static void sum_row(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  qat_sum_pooled(sum_pairs, row, lanes, corner, packed, bias, sums);
}

QAT_INTEGER_LOOPS(QAT_AVX2, 2)

const qat_integer_kernels qat_integer_kernels_avx2 = {
    .element_bytes = 2,
    .pad = pad,
    .sum_row = sum_row,
    .sum_depthwise_row = sum_depthwise_row,
    .requantize = requantize,
    .max_pool = max_pool,
    .mean = mean,
    .combine = combine,
};

#endif
