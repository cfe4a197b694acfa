#include "winograd.h"

#include <math.h>
#include <string.h>

#include "padded_image.h"
#include "platform.h"
#include "pooling_windows.h"
#include "winograd_products.h"

enum {
  positions = 16,        // of a transformed tile
  most_tiles = 28,       // that are transformed together, with 16 lanes twice what one load of a weight multiplies
  fewest_channels = 32,  // and filters: below, what surrounds the products takes as long as they
};

// The tiles of a row or a column of windows; only those that are pooled have to be computed.
static long tiles_of(const qat_packed_convolution *c, long windows) { return (windows / c->pool * c->pool + 1) / 2; }

static long tiles_in_row(const qat_packed_convolution *c) { return tiles_of(c, c->windows.out_width); }

// The rows of tiles that are transformed together.
static long rows_together(const qat_packed_convolution *c) {
  const long tiles = tiles_in_row(c);
  return tiles < most_tiles ? most_tiles / tiles : 1;
}

int qat_winograd_fits(const qat_packed_convolution *c) {
  const qat_windows w = c->windows;
  return w.window_height == 3 && w.window_width == 3 && w.stride_height == 1 && w.stride_width == 1
         && w.channels >= fewest_channels && c->filters >= fewest_channels && w.out_height > 1 && w.out_width > 1;
}

long qat_winograd_size(const qat_packed_convolution *c) {
  const qat_packed_convolution one = qat_winograd_products(c, 1);
  return c->filters + positions * qat_packed_size(&one);
}

qat_windows qat_winograd_windows(const qat_packed_convolution *c) {
  qat_windows w = c->windows;
  w.out_height = 2 * tiles_of(c, w.out_height);
  w.out_width = 2 * tiles_in_row(c);
  return w;
}

long qat_winograd_scratch(const qat_packed_convolution *c) {
  const long tiles = rows_together(c) * tiles_in_row(c);
  return positions * tiles * (c->windows.channels + c->filters) + c->filters;
}

// G g Gᵀ for some filters of a channel, of kernels whose elements lie `element` floats apart, in double precision. The
// element of each position goes to a place of its own.
QAT_CLONES static void transform_kernels(
    const float *kernel, long element, long count, float *packed, long position) {
  for (long f = 0; f < count; ++f) {
    double g[3][3], rows[4][3];
    for (int k = 0; k < 9; ++k) g[k / 3][k % 3] = (double)kernel[k * element + f];
    for (int j = 0; j < 3; ++j) {
      const double sum = g[0][j] + g[2][j];
      rows[0][j] = g[0][j];
      rows[1][j] = (sum + g[1][j]) * 0.5;
      rows[2][j] = (sum - g[1][j]) * 0.5;
      rows[3][j] = g[2][j];
    }
    for (int i = 0; i < 4; ++i) {
      const double sum = rows[i][0] + rows[i][2];
      packed[(4 * i + 0) * position + f] = (float)rows[i][0];
      packed[(4 * i + 1) * position + f] = (float)((sum + rows[i][1]) * 0.5);
      packed[(4 * i + 2) * position + f] = (float)((sum - rows[i][1]) * 0.5);
      packed[(4 * i + 3) * position + f] = (float)rows[i][2];
    }
  }
}

void qat_pack_winograd(const qat_packed_convolution *c, const float *kernel, const float *bias, float *packed) {
  const qat_packed_convolution one = qat_winograd_products(c, 1);
  memcpy(packed, bias, (size_t)c->filters * sizeof *packed);
  packed += c->filters;
  memset(packed, 0, (size_t)(positions * qat_packed_size(&one)) * sizeof *packed);
  qat_each_winograd_kernel(c, 0, c->windows.channels, kernel, packed, transform_kernels);
}

// Bᵀ d B of a row of tiles: pixels[4, 2 · tiles + 2, channels] → transformed[16][tiles, channels], `position` floats apart.
QAT_CLONES static void transform_pixels(
    const float *pixels, long row, long tiles, long channels, float *restrict transformed, long position) {
  for (long tile = 0; tile < tiles; ++tile, pixels += 2 * channels, transformed += channels) {
    QAT_VECTORS for (long k = 0; k < channels; ++k) {
      float rows[4][4];
      for (int j = 0; j < 4; ++j) {
        const float *column = pixels + j * channels + k;
        const float d0 = column[0], d1 = column[row], d2 = column[2 * row], d3 = column[3 * row];
        rows[0][j] = d0 - d2;
        rows[1][j] = d1 + d2;
        rows[2][j] = d2 - d1;
        rows[3][j] = d1 - d3;
      }
      for (int i = 0; i < 4; ++i) {
        float *target = transformed + 4 * i * position + k;
        target[0] = rows[i][0] - rows[i][2];
        target[position] = rows[i][1] + rows[i][2];
        target[2 * position] = rows[i][2] - rows[i][1];
        target[3 * position] = rows[i][1] - rows[i][3];
      }
    }
  }
}

// A number within bounds; what is no number stays so.
QAT_INLINE float clamped(float x, float lowest, float highest) {
  x = x < lowest ? lowest : x;
  return x > highest ? highest : x;
}

// Aᵀ M A of a tile for one filter, with its bias: sums[16] are `position` floats apart.
QAT_INLINE void sum_of_tile(const float *sums, long position, float bias, float y[2][2]) {
  float rows[2][4];
  for (int j = 0; j < 4; ++j) {
    const float *column = sums + j * position;
    const float m0 = column[0], m1 = column[4 * position], m2 = column[8 * position], m3 = column[12 * position];
    rows[0][j] = m0 + m1 + m2;
    rows[1][j] = m1 - m2 - m3;
  }
  for (int i = 0; i < 2; ++i) {
    y[i][0] = rows[i][0] + rows[i][1] + rows[i][2] + bias;
    y[i][1] = rows[i][1] - rows[i][2] - rows[i][3] + bias;
  }
}

// The sums of a tile, clamped, each to a place of its own.
QAT_CLONES static void finish_tile(
    const qat_packed_convolution *c, const float *sums, long position, const float *bias, float *const places[4]) {
  const float lowest = c->lowest, highest = c->highest;
  float *p00 = places[0], *p01 = places[1], *p10 = places[2], *p11 = places[3];
  QAT_VECTORS for (long f = 0; f < c->filters; ++f) {
    float y[2][2];
    sum_of_tile(sums + f, position, bias[f], y);
    p00[f] = clamped(y[0][0], lowest, highest);
    p01[f] = clamped(y[0][1], lowest, highest);
    p10[f] = clamped(y[1][0], lowest, highest);
    p11[f] = clamped(y[1][1], lowest, highest);
  }
}

// The largest sum of a tile, clamped.
QAT_CLONES static void pool_tile(
    const qat_packed_convolution *c, const float *sums, long position, const float *bias, float *result) {
  const float lowest = c->lowest, highest = c->highest;
  QAT_VECTORS for (long f = 0; f < c->filters; ++f) {
    float y[2][2];
    sum_of_tile(sums + f, position, bias[f], y);
    result[f] = clamped(
        qat_larger(qat_larger(y[0][0], y[0][1]), qat_larger(y[1][0], y[1][1])), lowest, highest);
  }
}

void qat_convolve_winograd(
    const qat_packed_convolution *c, const float *padded, const float *packed, long rows, float *scratch,
    float *result) {
  const long channels = c->windows.channels, filters = c->filters, tiles = tiles_in_row(c);
  const long most = rows_together(c), row = (2 * tiles + 2) * channels;
  const long width = c->windows.out_width / c->pool, tile_rows = tiles_of(c, rows);
  const float *bias = packed, *weights = packed + filters;
  float *nowhere = scratch, *transformed = nowhere + filters;
  for (long first = 0; first < tile_rows; first += most) {
    const long here = tile_rows - first < most ? tile_rows - first : most, count = here * tiles;
    float *sums = transformed + positions * count * channels;
    for (long r = 0; r < here; ++r) {
      transform_pixels(
          padded + 2 * (first + r) * row, row, tiles, channels, transformed + r * tiles * channels, count * channels);
    }
    qat_sum_winograd_products(c, positions, count, transformed, weights, sums);
    for (long t = 0; t < count; ++t) {
      const float *from = sums + t * filters;
      const long y = first + t / tiles, x = t % tiles;
      if (c->pool == 2) {
        pool_tile(c, from, count * filters, bias, result + (y * width + x) * filters);
        continue;
      }
      float *corner = result + (2 * y * width + 2 * x) * filters, *under = corner + width * filters;
      const int right = 2 * x + 1 < width, below = 2 * y + 1 < rows;
      float *const places[4] = {
          corner, right ? corner + filters : nowhere, below ? under : nowhere, right && below ? under + filters : nowhere};
      finish_tile(c, from, count * filters, bias, places);
    }
  }
}
