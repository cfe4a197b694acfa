#include "packed_convolution.h"

#include <math.h>
#include <string.h>

#include "padded_image.h"
#include "platform.h"

enum {
  vectors_in_block = 2,
  filters_of_threes = 16,  // with so few, there are more loads than products, unless each load is used three times
  channels_of_threes = 16,
};

// A packed kernel has blocks of two vectors of filters; the last may have one. A block has the bias of its filters, and
// then for each element of a window the weights of its filters, with 0 for filters that do not exist.

// The vectors of the block that begins with a filter.
static long vectors_from(const qat_packed_convolution *c, long first) {
  return c->filters - first > c->lanes ? vectors_in_block : 1;
}

static long taps(qat_windows w) { return w.window_height * w.window_width * w.channels; }

long qat_packed_size(const qat_packed_convolution *c) {
  return (1 + taps(c->windows)) * ((c->filters + c->lanes - 1) / c->lanes * c->lanes);
}

long qat_packed_blocks(const qat_packed_convolution *c) {
  return (c->filters + vectors_in_block * c->lanes - 1) / (vectors_in_block * c->lanes);
}

qat_packed_block qat_packed_block_of(const qat_packed_convolution *c, long block) {
  const long first = block * vectors_in_block * c->lanes, wide = vectors_from(c, first) * c->lanes;
  return (qat_packed_block){
      .first = first, .filters = c->filters - first < wide ? c->filters - first : wide, .width = wide,
      .offset = (1 + taps(c->windows)) * first};
}

void qat_pack_convolution(
    const qat_packed_convolution *c, const float *kernel, const float *bias, float *packed) {
  for (long block = 0; block < qat_packed_blocks(c); ++block) {
    const qat_packed_block b = qat_packed_block_of(c, block);
    float *target = packed + b.offset;
    for (long tap = -1; tap < taps(c->windows); ++tap, target += b.width) {
      memset(target, 0, (size_t)b.width * sizeof *target);
      memcpy(target, (tap < 0 ? bias : kernel + tap * c->filters) + b.first, (size_t)b.filters * sizeof *target);
    }
  }
}

long qat_packed_scratch(const qat_packed_convolution *c) {
  return c->pool == 1 ? 0 : c->pool * c->windows.out_width * vectors_in_block * c->lanes;
}

#if defined(__x86_64__)

#include <immintrin.h>

// What all tiles of a block have in common.
typedef struct {
  qat_padded_strides by;
  long rows;     // the rows of a window
  long width;    // the windows in a row
  long vectors;  // of the block's filters
  long here;     // the filters that exist, or are written
  long step;     // from a pixel of the sums to the next
  long filters;  // from a pixel of the result to the next
  int in_threes; // whether what is loaded of an image is multiplied by three weights of each filter
  float lowest, highest;
} row_shape;

#define QAT_ROW(name) name##_avx2
#define QAT_TARGET __attribute__((target("avx2,fma")))
#define QAT_VECTOR __m256
#define QAT_V(name) _mm256_##name
#define QAT_UNLESS_NAN(a, other) _mm256_blendv_ps(other, a, _mm256_cmp_ps(a, a, _CMP_UNORD_Q))
#define QAT_LANES 8
#define QAT_MOST_PIXELS 6
#define QAT_THREES 2
#include "packed_convolution_row.h"
#undef QAT_ROW
#undef QAT_TARGET
#undef QAT_VECTOR
#undef QAT_V
#undef QAT_UNLESS_NAN
#undef QAT_LANES
#undef QAT_MOST_PIXELS
#undef QAT_THREES

#define QAT_ROW(name) name##_avx512
#define QAT_TARGET __attribute__((target("avx512f")))
#define QAT_VECTOR __m512
#define QAT_V(name) _mm512_##name
#define QAT_UNLESS_NAN(a, other) _mm512_mask_mov_ps(other, _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q), a)
#define QAT_LANES 16
#define QAT_MOST_PIXELS 14
#define QAT_THREES 1
#include "packed_convolution_row.h"

long qat_packed_lanes(void) {
  if (__builtin_cpu_supports("avx512f")) return 16;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 8 : 0;
}

// Whether products are added channel by channel, three neighbours at a time: a question of the shape alone, for the bits
// depend on it. One vector of 16 lanes holds so many filters, or two of 8; few filters have one vector of 8.
static int is_in_threes(const qat_packed_convolution *c) {
  const qat_windows w = c->windows;
  return w.window_width == 3 && w.stride_width == 1 && c->filters == filters_of_threes && w.channels >= channels_of_threes;
}

// The first rows of a block of filters.
static void convolve_block(
    const qat_packed_convolution *c, qat_packed_block block, const float *padded, const float *packed, long rows,
    float *scratch, float *result) {
  const qat_windows w = c->windows;
  row_shape shape = {
      .by = qat_strides_in(w), .rows = w.window_height, .width = w.out_width, .vectors = block.width / c->lanes,
      .here = block.filters, .step = c->filters, .filters = c->filters, .lowest = c->lowest, .highest = c->highest,
      .in_threes = is_in_threes(c)};
  const row_shape pooled = shape;
  if (c->pool > 1) {
    shape.here = shape.step = block.width;
    shape.lowest = -INFINITY, shape.highest = INFINITY;
  }
  const long row = w.stride_height * shape.by.row, out_row = w.out_width / c->pool * c->filters;
  for (long y = 0; y < rows; ++y) {
    const float *corner = padded + y * c->pool * row;
    float *target = result + y * out_row + block.first;
    for (long r = 0; r < c->pool; ++r) {
      float *sums = c->pool == 1 ? target : scratch + r * w.out_width * block.width;
      (c->lanes == 16 ? sum_row_avx512 : sum_row_avx2)(&shape, corner + r * row, packed + block.offset, sums);
    }
    if (c->pool > 1) (c->lanes == 16 ? pool_rows_avx512 : pool_rows_avx2)(&pooled, scratch, target);
  }
}

void qat_convolve_packed(
    const qat_packed_convolution *c, const float *padded, const float *packed, long rows, long first, long end,
    float *scratch, float *result) {
  for (long block = first; block < end; ++block) {
    convolve_block(c, qat_packed_block_of(c, block), padded, packed, rows, scratch, result);
  }
}

#else

long qat_packed_lanes(void) { return 0; }

void qat_convolve_packed(
    const qat_packed_convolution *c, const float *padded, const float *packed, long rows, long first, long end,
    float *scratch, float *result) {
  (void)c, (void)padded, (void)packed, (void)rows, (void)first, (void)end, (void)scratch, (void)result;
}

#endif
