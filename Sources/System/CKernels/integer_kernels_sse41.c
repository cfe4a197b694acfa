#include "integer_loops.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Sums by pmaddwd, as with AVX2, in vectors half as wide: a tile has 8 filters, and its sums stay in 12 of the 16
// registers. The instruction is older than SSE4.1, which the other loops need: rounding, and the larger of two
// numbers.

#define QAT_SSE41 __attribute__((target("sse4.1")))
#define QAT_SSE41_INLINE static inline __attribute__((always_inline)) QAT_SSE41

enum { pixels_in_tile = 6, lanes_in_tile = 8, lanes_in_half = 4 };

QAT_SSE41_INLINE __m128i broadcast_pair(const int16_t *codes) {
  int32_t pair;
  memcpy(&pair, codes, sizeof pair);
  return _mm_set1_epi32(pair);
}

// `pixels` neighbours and 8 of the `lanes` filters; `pixels` is a literal at the call.
QAT_SSE41_INLINE void sum_tile(
    long pixels, long lanes, const qat_integer_row *row, const int16_t *corner, const int16_t *packed,
    const int32_t *bias, int32_t *sums) {
  __m128i totals[pixels_in_tile][2];
  for (long p = 0; p < pixels; ++p) {
    for (long v = 0; v < 2; ++v) {
      totals[p][v] = _mm_loadu_si128((const __m128i *)(const void *)(bias + v * lanes_in_half));
    }
  }
  const long step = row->window_stride_bytes / 2;
  for (long i = 0; i < row->rows; ++i) {
    const int16_t *codes = corner + i * (row->row_bytes / 2);
    for (long g = 0; g < row->groups; ++g, codes += 2, packed += 2 * lanes) {
      const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)packed);
      const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(packed + lanes_in_tile));
      for (long p = 0; p < pixels; ++p) {
        const __m128i pair = broadcast_pair(codes + p * step);
        totals[p][0] = _mm_add_epi32(totals[p][0], _mm_madd_epi16(pair, low));
        totals[p][1] = _mm_add_epi32(totals[p][1], _mm_madd_epi16(pair, high));
      }
    }
  }
  for (long p = 0; p < pixels; ++p) {
    for (long v = 0; v < 2; ++v) {
      _mm_storeu_si128((__m128i *)(void *)(sums + p * lanes + v * lanes_in_half), totals[p][v]);
    }
  }
}

QAT_SSE41 static void sum_pairs(
    const qat_integer_row *row, long lanes, const int16_t *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  const long step = row->window_stride_bytes / 2;
  for (long v = 0; v < lanes; v += lanes_in_tile) {
    const int16_t *weights = (const int16_t *)packed + 2 * v;
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

QAT_SSE41 static void sum_row(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  qat_sum_pooled(sum_pairs, row, lanes, corner, packed, bias, sums);
}

QAT_INTEGER_LOOPS(QAT_SSE41, 2)
QAT_DEPTHWISE_LOOP(QAT_SSE41)

const qat_integer_kernels qat_integer_kernels_sse41 = {
    .worth_thread = 1 << 16,
    .tile_speed = 1,
    .strip_pixels = 42,
    .weight_bytes = 2,
    .most_requantized = lanes_in_block,
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
