#include "integer_loops.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Sums by pmaddwd: each of 8 lanes multiplies two pairs of 16-bit numbers and adds the products, which cannot
// overflow. (Its sibling for bytes, pmaddubsw, saturates at 16 bits and would be wrong but for the single pixels of
// integer_pixel_avx2.c.) Weights stay bytes in memory and are widened as they are loaded. As in the VNNI loops the sums
// of a tile stay in registers: 12 of the 16.

#define QAT_AVX2 __attribute__((target("avx2,fma")))
#define QAT_AVX2_INLINE static inline __attribute__((always_inline)) QAT_AVX2

#if defined(__clang__)
#define QAT_PRAGMA(text) _Pragma(#text)
#define QAT_UNROLLED_TIMES(times) QAT_PRAGMA(clang loop unroll_count(times))
#else
#define QAT_UNROLLED_TIMES(times)
#endif

enum { pixels_in_tile = 6, lanes_in_half = 8, most_vectors = 4, weights_in_vector = 16 };

QAT_AVX2_INLINE __m256i broadcast_pair(const int16_t *codes) {
  int32_t pair;
  memcpy(&pair, codes, sizeof pair);
  return _mm256_set1_epi32(pair);
}

QAT_AVX2_INLINE __m256i widened(const int8_t *weights) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)weights));
}

// `pixels` neighbours and 8 filters for each of `vectors`, of the `lanes` filters; both are literals at the call.
QAT_AVX2_INLINE void sum_tile(
    long pixels, long vectors, long lanes, const qat_integer_row *row, const int16_t *corner,
    const int8_t *packed, const int32_t *bias, int32_t *sums) {
  __m256i totals[pixels_in_tile][most_vectors];
  for (long p = 0; p < pixels; ++p) {
    for (long v = 0; v < vectors; ++v) {
      totals[p][v] = _mm256_loadu_si256((const __m256i *)(const void *)(bias + v * lanes_in_half));
    }
  }
  // Two pointers, so that each pixel's address is one of them and a step or two.
  const long step = row->window_stride_bytes / 2;
  for (long i = 0; i < row->rows; ++i) {
    const int16_t *codes = corner + i * (row->row_bytes / 2), *further = codes + 3 * step;
    for (long g = row->groups; g > 0; --g, codes += 2, further += 2, packed += 2 * lanes) {
      __m256i weights[most_vectors];
      for (long v = 0; v < vectors; ++v) weights[v] = widened(packed + v * weights_in_vector);
      for (long p = 0; p < pixels; ++p) {
        const __m256i pair = broadcast_pair(p < 3 ? codes + p * step : further + (p - 3) * step);
        for (long v = 0; v < vectors; ++v) {
          totals[p][v] = _mm256_add_epi32(totals[p][v], _mm256_madd_epi16(pair, weights[v]));
        }
      }
    }
  }
  for (long p = 0; p < pixels; ++p) {
    for (long v = 0; v < vectors; ++v) {
      _mm256_storeu_si256((__m256i *)(void *)(sums + p * lanes + v * lanes_in_half), totals[p][v]);
    }
  }
}

// One pixel and 32 filters, by short steps.
QAT_AVX2_INLINE void sum_pixel(
    const qat_integer_row *row, const int16_t *corner, const int8_t *packed, const int32_t *bias, int32_t *sums) {
  __m256i totals[most_vectors];
  for (long v = 0; v < most_vectors; ++v) {
    totals[v] = _mm256_loadu_si256((const __m256i *)(const void *)(bias + v * lanes_in_half));
  }
  for (long i = 0; i < row->rows; ++i) {
    const int16_t *codes = corner + i * (row->row_bytes / 2);
    QAT_UNROLLED_TIMES(4)
    for (long g = 0; g < row->groups; ++g) {
      const __m256i pair = broadcast_pair(codes + 2 * g);
      for (long v = 0; v < most_vectors; ++v) {
        const __m256i weights = widened(packed + v * weights_in_vector);
        totals[v] = _mm256_add_epi32(totals[v], _mm256_madd_epi16(pair, weights));
      }
      packed += most_vectors * weights_in_vector;
    }
  }
  for (long v = 0; v < most_vectors; ++v) {
    _mm256_storeu_si256((__m256i *)(void *)(sums + v * lanes_in_half), totals[v]);
  }
}

#define QAT_TILE(count)                                                                               \
  case count:                                                                                         \
    sum_tile(count, vectors, lanes, row, corner + p * step, weights, bias + v, sums + p * lanes + v); \
    break;

// Computes some filters of a row, in tiles of nearly equal width; `vectors` is a literal at the call.
QAT_AVX2_INLINE void sum_tiles(
    long vectors, long lanes, const qat_integer_row *row, const int16_t *corner, const int8_t *packed,
    const int32_t *bias, int32_t *sums) {
  const long step = row->window_stride_bytes / 2;
  const long tiles = (row->pixels + pixels_in_tile - 1) / pixels_in_tile;
  const long tile = (row->pixels + tiles - 1) / tiles;
  for (long v = 0; v < lanes; v += lanes_in_vector) {
    const int8_t *weights = packed + 2 * v;
    for (long p = 0; p < row->pixels; p += tile) {
      const long here = row->pixels - p < tile ? row->pixels - p : tile;
      switch (here) { QAT_TILE(1) QAT_TILE(2) QAT_TILE(3) QAT_TILE(4) QAT_TILE(5) QAT_TILE(6) }
    }
  }
}

// Computes a row; of a pixel or two, 32 filters at a time, and of 8 filters or fewer no others.
QAT_AVX2 static void sum_pairs(
    const qat_integer_row *row, long lanes, const int16_t *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  if (row->filters <= lanes_in_half) {
    sum_tiles(1, lanes_in_vector, row, corner, packed, bias, sums);
  } else if (lanes < lanes_in_block || row->pixels > 2) {
    sum_tiles(2, lanes, row, corner, packed, bias, sums);
  } else if (row->pixels == 2) {
    sum_tile(2, 4, lanes_in_block, row, corner, packed, bias, sums);
  } else {
    sum_pixel(row, corner, packed, bias, sums);
  }
}

QAT_AVX2 static void sum_row(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  qat_sum_pooled(sum_pairs, row, lanes, corner, packed, bias, sums);
}

QAT_INTEGER_LOOPS(QAT_AVX2, 2)

QAT_AVX2 static void requantize_vectors(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  if (!qat_integer_requantize_avx2(sums, pixels, block, result)) requantize(sums, pixels, block, result);
}

static const qat_integer_kernels single_pixel = {
    .worth_thread = 1 << 19,
    .tile_speed = 1,
    .strip_pixels = 1,
    .most_requantized = 1 << 20,
    .element_bytes = 1,
    .weight_bytes = 1,
    .takes_signed_codes = 1,
    .pad = qat_integer_copy_pixel,
    .sum_row = qat_integer_sum_pixel_avx2,
    .requantize = requantize_vectors,
};

const qat_integer_kernels qat_integer_kernels_avx2 = {
    .worth_thread = 1 << 19,
    .tile_speed = 1,
    .strip_pixels = 42,
    .most_requantized = 1 << 20,
    .element_bytes = 2,
    .weight_bytes = 1,
    .single_pixel = &single_pixel,
    .pad = pad,
    .sum_row = sum_row,
    .group_row = qat_integer_group_row_avx2,
    .sum_groups = qat_integer_sum_groups_avx2,
    .requantize = requantize_vectors,
    .max_pool = max_pool,
    .mean = mean,
    .combine = combine,
};

#endif
