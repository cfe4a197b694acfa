#include "winograd_training.h"

#include <string.h>

#include "padded_image.h"
#include "platform.h"
#include "winograd_products.h"

enum {
  side = 4,         // of a tile's results
  positions = 36,   // of a transformed tile
  most_tiles = 24,  // that are transformed together: four times what one load of a weight multiplies with 8 lanes
};

// The filters, rounded up to whole vectors.
static long width_of(const qat_packed_convolution *c) { return (c->filters + c->lanes - 1) / c->lanes * c->lanes; }

static long tiles_of(long windows) { return (windows + side - 1) / side; }

// The rows of tiles that are transformed together.
static long rows_together(const qat_packed_convolution *c) {
  const long tiles = tiles_of(c->windows.out_width);
  return tiles < most_tiles ? most_tiles / tiles : 1;
}

long qat_winograd_training_size(const qat_packed_convolution *c) {
  const qat_packed_convolution one = qat_winograd_products(c, 1);
  return positions * qat_packed_size(&one);
}

// The pixels of a row of tiles, with zeros around the image, and how many floats these are.
static qat_windows row_windows(const qat_packed_convolution *c, long row) {
  qat_windows w = c->windows;
  w.out_height = side;
  w.out_width = side * tiles_of(w.out_width);
  w.pad_top -= side * row;
  return w;
}

long qat_winograd_training_scratch(const qat_packed_convolution *c) {
  const long tiles = rows_together(c) * tiles_of(c->windows.out_width);
  return qat_padded_size(row_windows(c, 0)) + positions * tiles * (c->windows.channels + width_of(c)) + 2 * c->filters;
}

long qat_winograd_sums(const qat_packed_convolution *c) { return positions * c->windows.channels * width_of(c); }

// G g of three numbers, `step` apart.
QAT_INLINE void weights_to_six(const double *g, int step, double six[6]) {
  const double g0 = g[0], g1 = g[step], g2 = g[2 * step];
  six[0] = g0 / 4;
  six[1] = -(g0 + g2 + g1) / 6;
  six[2] = -(g0 + g2 - g1) / 6;
  six[3] = g0 / 24 + g2 / 6 + g1 / 12;
  six[4] = g0 / 24 + g2 / 6 - g1 / 12;
  six[5] = g2;
}

// Gᵀ m of six numbers, `step` apart.
QAT_INLINE void six_to_weights(const double *m, int step, double three[3]) {
  const double near = (m[step] + m[2 * step]) / 6, far = m[3 * step] + m[4 * step];
  three[0] = m[0] / 4 - near + far / 24;
  three[1] = (m[2 * step] - m[step]) / 6 + (m[3 * step] - m[4 * step]) / 12;
  three[2] = far / 6 - near + m[5 * step];
}

// G g Gᵀ for some filters of a channel, of kernels whose elements lie `element` floats apart. The element of each position
// goes to a place of its own.
QAT_CLONES static void transform_kernels(const float *kernel, long element, long count, float *packed, long position) {
  for (long f = 0; f < count; ++f) {
    double g[9], columns[18], six[6];
    for (int k = 0; k < 9; ++k) g[k] = (double)kernel[k * element + f];
    for (int j = 0; j < 3; ++j) {
      weights_to_six(g + j, 3, six);
      for (int i = 0; i < 6; ++i) columns[3 * i + j] = six[i];
    }
    for (int i = 0; i < 6; ++i) {
      weights_to_six(columns + 3 * i, 1, six);
      for (int j = 0; j < 6; ++j) packed[(6 * i + j) * position + f] = (float)six[j];
    }
  }
}

void qat_pack_winograd_training(
    const qat_packed_convolution *c, long first, long end, const float *kernel, float *packed) {
  qat_each_winograd_kernel(c, first, end, kernel, packed, transform_kernels);
}

QAT_CLONES void qat_winograd_kernel_gradient(
    const qat_packed_convolution *c, long first, long end, const float *sums, float *gradient) {
  const long channels = c->windows.channels, filters = c->filters, width = width_of(c);
  const long position = channels * width, element = channels * filters;
  for (long k = first; k < end; ++k) {
    for (long f = 0; f < filters; ++f) {
      double m[positions], columns[18], three[3];
      for (int p = 0; p < positions; ++p) m[p] = (double)sums[p * position + k * width + f];
      for (int j = 0; j < 6; ++j) {
        six_to_weights(m + j, 6, three);
        for (int i = 0; i < 3; ++i) columns[6 * i + j] = three[i];
      }
      for (int i = 0; i < 3; ++i) {
        six_to_weights(columns + 6 * i, 1, three);
        for (int j = 0; j < 3; ++j) gradient[(3 * i + j) * element + k * filters + f] = (float)three[j];
      }
    }
  }
}

#if defined(__x86_64__)

#include <immintrin.h>

// The products of one position: pixels[tiles, channels] and upstream[tiles, width].
typedef struct {
  long tiles, channels, width;
} outer_shape;

#define QAT_FORM(name) name##_avx2
#define QAT_TARGET __attribute__((target("avx2,fma")))
#define QAT_VECTOR __m256
#define QAT_V(name) _mm256_##name
#define QAT_LANES 8
#define QAT_MOST_CHANNELS 4
#include "outer_products.h"
#include "winograd_transforms.h"
#undef QAT_FORM
#undef QAT_TARGET
#undef QAT_VECTOR
#undef QAT_V
#undef QAT_LANES
#undef QAT_MOST_CHANNELS

#define QAT_FORM(name) name##_avx512
#define QAT_TARGET __attribute__((target("avx512f")))
#define QAT_VECTOR __m512
#define QAT_V(name) _mm512_##name
#define QAT_LANES 16
#define QAT_MOST_CHANNELS 8
#include "outer_products.h"
#include "winograd_transforms.h"

// A function for vectors of the convolution's lanes.
#define QAT_BY_LANES(c, name) ((c)->lanes == 16 ? name##_avx512 : name##_avx2)

// Some rows of tiles, counted through all images.
typedef struct {
  long first, count, tiles;
} tile_rows;

static tile_rows strip_from(const qat_packed_convolution *c, long images, long first) {
  const long left = images * tiles_of(c->windows.out_height) - first, most = rows_together(c);
  return (tile_rows){first, left < most ? left : most, tiles_of(c->windows.out_width)};
}

// The image of the row of tiles `r` of a strip, and its number in the image.
QAT_INLINE long image_of(const qat_packed_convolution *c, tile_rows strip, long r) {
  return (strip.first + r) / tiles_of(c->windows.out_height);
}

QAT_INLINE long row_of(const qat_packed_convolution *c, tile_rows strip, long r) {
  return (strip.first + r) % tiles_of(c->windows.out_height);
}

// The pixels of a strip, transformed. Each row of tiles is copied with the zeros around it, so that it lies in the cache.
static void transform_strip(
    const qat_packed_convolution *c, tile_rows strip, const float *images, float *pixels, float *transformed) {
  const long channels = c->windows.channels, image = c->windows.height * c->windows.width * channels;
  for (long r = 0; r < strip.count; ++r) {
    const qat_windows row = row_windows(c, row_of(c, strip, r));
    qat_pad_image(row, images + image_of(c, strip, r) * image, pixels);
    QAT_BY_LANES(c, transform_pixels)(
        pixels, qat_strides_in(row).row, strip.tiles, channels, transformed + r * strip.tiles * channels,
        strip.count * strip.tiles * channels);
  }
}

// The offsets of a tile's results; −1 for those that do not exist.
static void offsets_of(const qat_packed_convolution *c, tile_rows strip, long tile, long offsets[16]) {
  const long high = c->windows.out_height, wide = c->windows.out_width, r = tile / strip.tiles;
  const long y = side * row_of(c, strip, r), x = side * (tile % strip.tiles);
  const long corner = (image_of(c, strip, r) * high + y) * wide + x;
  for (long i = 0; i < side; ++i) {
    for (long j = 0; j < side; ++j) {
      offsets[side * i + j] = y + i < high && x + j < wide ? (corner + i * wide + j) * c->filters : -1;
    }
  }
}

void qat_convolve_winograd_training(
    const qat_packed_convolution *c, long images, const float *image, const float *packed, const float *bias,
    float *scratch, float *result) {
  const long channels = c->windows.channels, filters = c->filters;
  float *nowhere = scratch, *zeros = nowhere + filters, *pixels = zeros + filters;
  float *transformed = pixels + qat_padded_size(row_windows(c, 0));
  memset(zeros, 0, (size_t)filters * sizeof *zeros);
  for (long first = 0; first < images * tiles_of(c->windows.out_height); first += rows_together(c)) {
    const tile_rows strip = strip_from(c, images, first);
    const long count = strip.count * strip.tiles;
    float *sums = transformed + positions * count * channels;
    transform_strip(c, strip, image, pixels, transformed);
    qat_sum_winograd_products(c, positions, count, transformed, packed, sums);
    for (long t = 0; t < count; ++t) {
      long offsets[16];
      float *places[16];
      offsets_of(c, strip, t, offsets);
      for (int i = 0; i < 16; ++i) places[i] = offsets[i] < 0 ? nowhere : result + offsets[i];
      QAT_BY_LANES(c, finish_tile)(sums + t * filters, count * filters, bias ? bias : zeros, filters, places);
    }
  }
}

void qat_add_winograd_products(
    const qat_packed_convolution *c, long images, const float *image, const float *upstream, float *scratch,
    float *sums) {
  const long channels = c->windows.channels, filters = c->filters, width = width_of(c);
  const long most = rows_together(c) * tiles_of(c->windows.out_width);
  float *zeros = scratch, *pixels = zeros + filters, *transformed = pixels + qat_padded_size(row_windows(c, 0));
  float *given = transformed + positions * most * channels;
  memset(zeros, 0, (size_t)filters * sizeof *zeros);
  if (width > filters) memset(given, 0, (size_t)(positions * most * width) * sizeof *given);
  for (long first = 0; first < images * tiles_of(c->windows.out_height); first += rows_together(c)) {
    const tile_rows strip = strip_from(c, images, first);
    const long count = strip.count * strip.tiles;
    transform_strip(c, strip, image, pixels, transformed);
    for (long t = 0; t < count; ++t) {
      long offsets[16];
      const float *places[16];
      offsets_of(c, strip, t, offsets);
      for (int i = 0; i < 16; ++i) places[i] = offsets[i] < 0 ? zeros : upstream + offsets[i];
      QAT_BY_LANES(c, transform_gradients)(places, filters, given + t * width, count * width);
    }
    const outer_shape shape = {.tiles = count, .channels = channels, .width = width};
    for (long k = 0; k < positions; ++k) {
      QAT_BY_LANES(c, add_outer_products)(
          &shape, transformed + k * count * channels, given + k * count * width, sums + k * channels * width);
    }
  }
}

#else

void qat_convolve_winograd_training(
    const qat_packed_convolution *c, long images, const float *image, const float *packed, const float *bias,
    float *scratch, float *result) {
  (void)c, (void)images, (void)image, (void)packed, (void)bias, (void)scratch, (void)result;
}

void qat_add_winograd_products(
    const qat_packed_convolution *c, long images, const float *image, const float *upstream, float *scratch,
    float *sums) {
  (void)c, (void)images, (void)image, (void)upstream, (void)scratch, (void)sums;
}

#endif
