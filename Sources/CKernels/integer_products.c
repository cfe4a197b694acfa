#include "integer_rows.h"

static int has_vnni(void) { return qat_integer_best_instructions() == qat_integer_vnni; }

// Of 2 × 2 neighbours the largest: sums[pixels, lanes] and those below → sums[pixels / 2, lanes].
QAT_CLONES static void keep_largest(long pixels, long lanes, const int32_t *below, int32_t *sums) {
  for (long p = 0; p < pixels / 2; ++p) {
    const long left = 2 * p * lanes, right = left + lanes;
    for (long k = 0; k < lanes; ++k) {
      const int32_t upper = sums[left + k] > sums[right + k] ? sums[left + k] : sums[right + k];
      const int32_t lower = below[left + k] > below[right + k] ? below[left + k] : below[right + k];
      sums[p * lanes + k] = upper > lower ? upper : lower;
    }
  }
}

static void sum_row(
    const qat_integer_row *row, long lanes, const uint8_t *corner, const uint8_t *packed, const int32_t *bias,
    int32_t *sums) {
  if (has_vnni()) {
    qat_integer_row_vnni(row, lanes, corner, (const int8_t *)packed, bias, sums);
    return;
  }
  const int16_t *weights = (const int16_t *)(const void *)packed;
  int32_t *below = sums + row->pixels * lanes;
  for (long r = 0; r < row->pool; ++r) {
    const int16_t *pairs = (const int16_t *)(const void *)(corner + r * row->below);
    if (qat_integer_best_instructions() == qat_integer_avx2) {
      qat_integer_row_avx2(row, lanes, pairs, weights, bias, r == 0 ? sums : below);
    } else {
      qat_integer_row_portable(row, lanes, pairs, weights, bias, r == 0 ? sums : below);
    }
  }
  if (row->pool == 2) keep_largest(row->pixels, lanes, below, sums);
}

static qat_integer_row pooled(qat_integer_row row, long pool, qat_windows w) {
  row.pool = pool;
  row.pixels = w.out_width / pool * pool;
  row.below = w.stride_height * row.row;
  // Tiles of equal width, as far as it goes.
  const long most = pool == 2 ? most_pooled : most_pixels, tiles = (row.pixels + most - 1) / most;
  row.tile = (row.pixels + tiles - 1) / tiles;
  row.tile += row.tile % pool;
  return row;
}

void qat_integer_convolve(
    const qat_integer_product *product, const int8_t *codes, int32_t zero_point, void *padded, int32_t *sums,
    int8_t *result) {
  const qat_windows w = product->windows;
  const long pool = product->pool, filters = product->filters;
  const long padded_filters = qat_integer_padded_filters(filters);
  const long out_height = w.out_height / pool, out_width = w.out_width / pool;
  const qat_integer_row row = pooled(qat_integer_row_of(w), pool, w);
  qat_integer_pad(w, codes, zero_point, padded);
  for (long first = 0; first < padded_filters; first += lanes_in_block) {
    qat_integer_block block = {&product->requantization, first, lanes_in_block, lanes_in_block, filters};
    if (padded_filters - first < block.lanes) block.lanes = padded_filters - first;
    if (filters - first < block.filters) block.filters = filters - first;
    const long in_filter = row.rows * row.groups * qat_group_bytes;
    const uint8_t *packed = (const uint8_t *)product->packed + in_filter * first;
    for (long y = 0; y < out_height; ++y) {
      const uint8_t *corner = (const uint8_t *)padded + y * pool * row.below;
      int8_t *target = result + y * out_width * filters + first;
      sum_row(&row, block.lanes, corner, packed, product->bias + first, sums);
      if (has_vnni() && qat_integer_requantize_avx512(sums, out_width, &block, target)) continue;
      qat_integer_requantize(sums, out_width, &block, target);
    }
  }
}
