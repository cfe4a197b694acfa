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

// One group of some windows; `windows` and `vectors` are literals at the call.
QAT_VNNI_INLINE void add_group(
    long windows, long vectors, long step, const uint8_t *codes, const int8_t *packed, __m512i totals[3][2]) {
  for (long v = 0; v < vectors; ++v) {
    const __m512i weights = _mm512_loadu_si512(packed + v * 64);
    for (long p = 0; p < windows; ++p) {
      totals[p][v] = _mm512_dpbusd_epi32(totals[p][v], broadcast_group(codes + p * step), weights);
    }
  }
}

// A tile of one to three windows. Each product waits for the sum that it is added to, so the groups take turns with
// `parts` sums of each window and filter. `windows`, `parts` and `vectors` are literals at the call.
QAT_VNNI_INLINE void sum_few(
    long windows, long parts, long vectors, const qat_integer_row *row, const uint8_t *corner, const int8_t *packed,
    const int32_t *bias, int32_t *sums) {
  __m512i totals[4][3][2];
  for (long part = 0; part < parts; ++part) {
    for (long p = 0; p < windows; ++p) {
      for (long v = 0; v < vectors; ++v) {
        totals[part][p][v] = part == 0 ? _mm512_loadu_si512(bias + v * lanes_in_vector) : _mm512_setzero_si512();
      }
    }
  }
  const long step = row->window_stride_bytes, group_bytes = vectors * 64;
  for (long i = 0; i < row->rows; ++i) {
    const uint8_t *codes = corner + i * row->row_bytes;
    long left = row->groups;
    for (; left >= parts; left -= parts, codes += 4 * parts, packed += group_bytes * parts) {
      for (long part = 0; part < parts; ++part) {
        add_group(windows, vectors, step, codes + 4 * part, packed + group_bytes * part, totals[part]);
      }
    }
    for (; left > 0; --left, codes += 4, packed += group_bytes) {
      add_group(windows, vectors, step, codes, packed, totals[0]);
    }
  }
  for (long p = 0; p < windows; ++p) {
    for (long v = 0; v < vectors; ++v) {
      __m512i total = totals[0][p][v];
      for (long part = 1; part < parts; ++part) total = _mm512_add_epi32(total, totals[part][p][v]);
      _mm512_storeu_si512(sums + (p * vectors + v) * lanes_in_vector, total);
    }
  }
}

#define QAT_FEW(count, parts)                                            \
  case count:                                                            \
    sum_few(count, parts, vectors, row, corner, packed, bias, sums);     \
    break;

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
        QAT_FEW(1, 4) QAT_FEW(2, 2) QAT_FEW(3, 2) QAT_TILE(4) QAT_TILE(5) QAT_TILE(6) QAT_TILE(7)
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

QAT_INTEGER_LOOPS(QAT_VNNI, 1)

QAT_VNNI static void requantize_vectors(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result) {
  if (!qat_integer_requantize_avx512(sums, pixels, block, result)) requantize(sums, pixels, block, result);
}

QAT_VNNI static void sum_row_by_tiles(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  if (row->part > 0) qat_integer_sum_row_amx(row, lanes, corner, packed, bias, sums);
  else sum_row(row, lanes, corner, packed, bias, sums);
}

#define QAT_VNNI_KERNELS(SUM_ROW, STRIP, ...)       \
  {                                                 \
      .worth_thread = 1 << 19,                      \
      .weight_bytes = 1,                            \
      .strip_pixels = STRIP,                        \
      .most_requantized = 1 << 20,                  \
      .element_bytes = 1,                           \
      .pad = pad,                                   \
      .sum_row = SUM_ROW,                           \
      .group_row = qat_integer_group_row_avx512,    \
      .sum_groups = qat_integer_sum_groups_avx512,  \
      .requantize = requantize_vectors,             \
      .max_pool = max_pool,                         \
      .mean = mean,                                 \
      .combine = combine,                           \
      __VA_ARGS__                                   \
  }

const qat_integer_kernels qat_integer_kernels_avx512_vnni = QAT_VNNI_KERNELS(sum_row, 3 * most_pixels, .tile_speed = 1);
const qat_integer_kernels qat_integer_kernels_amx = QAT_VNNI_KERNELS(
    sum_row_by_tiles, 64, .tile_speed = 8, .part_of = qat_integer_part_amx, .release = qat_integer_release_amx);

#endif
