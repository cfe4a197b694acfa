#include "integer_loops.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Sums by vpdpbusd: each of 16 lanes adds four products of an unsigned byte (the image) and a signed one (the
// kernel) to its 32 bits, without saturating on the way. The sums of `pixels` neighbours and 16 or 32 filters
// stay in registers from the first product to the last; `pixels`, `vectors` and `pool` are literals at the
// call of `sum_tile`, so its loops over them unroll.

#define QAT_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define QAT_VNNI_INLINE static inline __attribute__((always_inline)) QAT_VNNI

QAT_VNNI_INLINE __m512i broadcast_group(const uint8_t *codes) {
  int32_t group;
  memcpy(&group, codes, sizeof group);
  return _mm512_set1_epi32(group);
}

// A tile of `pixels` windows in a row or, with a `pool` of 2, of 2 × `pixels` windows, of which the largest
// of each 2 × 2 is kept.
QAT_VNNI_INLINE void sum_tile(
    long pixels, long vectors, long pool, const qat_integer_row *row, const uint8_t *corner,
    const int8_t *packed, const int32_t *bias, int32_t *sums) {
  __m512i totals[2][most_pixels][2];
  for (long v = 0; v < vectors; ++v) {
    const __m512i begin = _mm512_loadu_si512(bias + v * lanes_in_vector);
    for (long r = 0; r < pool; ++r) {
      for (long p = 0; p < pixels; ++p) totals[r][p][v] = begin;
    }
  }
  const long below = row->next_row_bytes, step = row->window_stride_bytes, groups = row->groups;
  for (long i = 0; i < row->rows; ++i) {
    const uint8_t *codes = corner + i * row->row_bytes;
    for (long g = 0; g < groups; ++g, codes += 4, packed += vectors * 64) {
      __m512i weights[2];
      for (long v = 0; v < vectors; ++v) weights[v] = _mm512_loadu_si512(packed + v * 64);
      for (long r = 0; r < pool; ++r) {
        for (long p = 0; p < pixels; ++p) {
          const __m512i group = broadcast_group(codes + r * below + p * step);
          for (long v = 0; v < vectors; ++v) {
            totals[r][p][v] = _mm512_dpbusd_epi32(totals[r][p][v], group, weights[v]);
          }
        }
      }
    }
  }
  for (long p = 0; p < pixels; p += pool) {
    for (long v = 0; v < vectors; ++v) {
      __m512i total = totals[0][p][v];
      if (pool == 2) {
        total = _mm512_max_epi32(
            _mm512_max_epi32(total, totals[0][p + 1][v]),
            _mm512_max_epi32(totals[1][p][v], totals[1][p + 1][v]));
      }
      _mm512_storeu_si512(sums + (p / pool * vectors + v) * lanes_in_vector, total);
    }
  }
}

#define QAT_TILE(count)                                              \
  case count:                                                        \
    sum_tile(count, vectors, pool, row, corner, packed, bias, sums); \
    break;

// Computes a row in tiles.
QAT_VNNI_INLINE void sum_tiles(
    long vectors, long pool, const qat_integer_row *row, const uint8_t *corner, const int8_t *packed,
    const int32_t *bias, int32_t *sums) {
  for (long first = 0; first < row->pixels; first += row->tile) {
    const long here = row->pixels - first < row->tile ? row->pixels - first : row->tile;
    if (pool == 2) {
      switch (here) { QAT_TILE(2) QAT_TILE(4) QAT_TILE(6) }
    } else {
      switch (here) {
        QAT_TILE(1) QAT_TILE(2) QAT_TILE(3) QAT_TILE(4) QAT_TILE(5) QAT_TILE(6) QAT_TILE(7)
        QAT_TILE(8) QAT_TILE(9) QAT_TILE(10) QAT_TILE(11) QAT_TILE(12) QAT_TILE(13) QAT_TILE(14)
      }
    }
    corner += here * row->window_stride_bytes;
    sums += here / pool * vectors * lanes_in_vector;
  }
}

QAT_VNNI static void sum_row(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  if (lanes == lanes_in_block) {
    if (row->pool == 2) sum_tiles(2, 2, row, corner, packed, bias, sums);
    else sum_tiles(2, 1, row, corner, packed, bias, sums);
  } else {
    if (row->pool == 2) sum_tiles(1, 2, row, corner, packed, bias, sums);
    else sum_tiles(1, 1, row, corner, packed, bias, sums);
  }
}

// Four rows of 16 channels, one row in each quarter, as the four bytes that each lane multiplies.
QAT_VNNI_INLINE __m512i load_column(const uint8_t *pixel, long row_bytes) {
  const __m512i quarters = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i bytes = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  __m512i rows = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)pixel));
  rows = _mm512_inserti32x4(rows, _mm_loadu_si128((const __m128i *)(pixel + row_bytes)), 1);
  rows = _mm512_inserti32x4(rows, _mm_loadu_si128((const __m128i *)(pixel + 2 * row_bytes)), 2);
  rows = _mm512_inserti32x4(rows, _mm_loadu_si128((const __m128i *)(pixel + 3 * row_bytes)), 3);
  return _mm512_shuffle_epi8(_mm512_permutexvar_epi32(quarters, rows), bytes);
}

// Windows of `taps` columns, all their groups of rows together; `taps` is a literal at some of the calls.
QAT_VNNI_INLINE void sum_windows(
    long taps, const qat_integer_columns *columns, const uint8_t *memory, const int8_t *packed,
    const int32_t *bias, int32_t *sums) {
  const __m512i begin = _mm512_loadu_si512(bias);
  const long step = columns->stride * columns->groups * 64;
  for (long p = 0; p < columns->pixels; ++p, memory += step) {
    __m512i total = begin;
    for (long t = 0; t < taps; ++t) {
      total = _mm512_dpbusd_epi32(
          total, _mm512_loadu_si512(memory + t * 64), _mm512_loadu_si512(packed + t * 64));
    }
    _mm512_storeu_si512(sums + p * lanes_in_vector, total);
  }
}

QAT_VNNI static void sum_columns(
    const qat_integer_columns *columns, const uint8_t *corner, const int8_t *packed, const int32_t *bias,
    uint8_t *memory, int32_t *sums) {
  for (long x = 0; x < columns->width; ++x, corner += columns->pixel_bytes) {
    for (long g = 0; g < columns->groups; ++g) {
      const __m512i column = load_column(corner + 4 * g * columns->row_bytes, columns->row_bytes);
      _mm512_storeu_si512(memory + (x * columns->groups + g) * 64, column);
    }
  }
  const long taps = columns->window_width * columns->groups;
  if (taps == 3) sum_windows(3, columns, memory, packed, bias, sums);
  else sum_windows(taps, columns, memory, packed, bias, sums);
}

QAT_INTEGER_LOOPS(QAT_VNNI, 1)

QAT_VNNI static void requantize_vectors(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  if (qat_integer_is_below_one(block)) qat_integer_requantize_below_one(sums, pixels, block, result);
  else requantize(sums, pixels, block, result);
}

const qat_integer_kernels qat_integer_kernels_avx512_vnni = {
    .worth_thread = 1 << 18,
    .weight_bytes = 1,
    .most_requantized = lanes_in_block,
    .element_bytes = 1,
    .pad = pad,
    .sum_row = sum_row,
    .sum_columns = sum_columns,
    .requantize = requantize_vectors,
    .max_pool = max_pool,
    .mean = mean,
    .combine = combine,
};

#endif
