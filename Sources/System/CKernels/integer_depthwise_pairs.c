#include <string.h>

#include "integer_depthwise_pairs.h"
#include "padded_image.h"
#include "platform.h"
#include "workers.h"

// Depthwise convolutions of the instruction sets that have `pair_row` and `sum_pairs`, 16 channels at a time. The rows
// under a window are kept as pairs of neighbouring pixels; the next window below needs only the rows that it adds.

enum {
  sums_at_once = 64,  // the pixels that become codes together: a few short rows
  relative_cost = 4,  // a multiply-add takes as long as so many of a convolution of all channels, whose sums are longer
};

// Images one pixel wide are images one pixel high: codes and weights have the same order.
static qat_windows lying(qat_windows w) {
  if (w.width != 1 || w.window_width != 1 || w.pad_left != 0 || w.out_width != 1) return w;
  w.width = w.height, w.out_width = w.out_height, w.window_width = w.window_height;
  w.stride_width = w.stride_height, w.pad_left = w.pad_top;
  w.height = w.out_height = w.window_height = w.stride_height = 1;
  w.pad_top = 0;
  return w;
}

// The pairs of neighbours in a row of a window; beside the last of an odd number stands a weight of 0.
static long taps(qat_windows w) { return (w.window_width + 1) / 2; }

static long padded_width(qat_windows w) { return (w.out_width - 1) * w.stride_width + w.window_width; }

static long rows_at_once(qat_windows w) { return w.out_width < sums_at_once ? sums_at_once / w.out_width : 1; }

static long sum_count(qat_windows w) { return rows_at_once(w) * w.out_width * lanes_in_vector; }

long qat_integer_pairs_packed_bytes(qat_windows windows) {
  const qat_windows w = lying(windows);
  return qat_integer_padded_filters(w.channels) * w.window_height * taps(w) * 2 * (long)sizeof(int16_t);
}

// Sums, then the pairs of the rows under a window, and one more for the last window, whose last pair may reach past it.
long qat_integer_pairs_bytes(qat_windows windows) {
  const qat_windows w = lying(windows);
  const long pairs = (w.window_height * padded_width(w) + 1) * 2 * lanes_in_vector;
  return sum_count(w) * (long)sizeof(int32_t) + pairs * (long)sizeof(int16_t);
}

void qat_integer_pack_pairs(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, int16_t *packed,
    int32_t *corrected) {
  const qat_windows w = lying(product->windows);
  memset(packed, 0, (size_t)qat_integer_pairs_packed_bytes(w));
  for (long channel = 0; channel < w.channels; ++channel) {
    const long block = channel / lanes_in_vector, lane = channel % lanes_in_vector;
    int64_t sum = 0;
    for (long i = 0; i < w.window_height; ++i) {
      for (long j = 0; j < w.window_width; ++j) {
        const int8_t weight = kernel[(i * w.window_width + j) * w.channels + channel];
        const long pair = (block * w.window_height + i) * taps(w) + j / 2;
        packed[(pair * lanes_in_vector + lane) * 2 + j % 2] = weight;
        sum += weight;
      }
    }
    // Modulo 2^32, like the sums: the result is exact if the true sum fits 32 bits.
    corrected[channel] = (int32_t)(uint32_t)(bias[channel] - (int64_t)(product->input_zero_point + 128) * sum);
  }
}

// The columns of an image that windows reach, `left` columns of padding before them.
static qat_integer_pairs pairs_of(const qat_integer_product *product, qat_windows w, long first) {
  const long width = padded_width(w), left = w.pad_left < width ? w.pad_left : width;
  const long room = width - left, channels = w.channels - first;
  return (qat_integer_pairs){
      .channels = channels < lanes_in_vector ? channels : lanes_in_vector,
      .pixel = w.channels,
      .width = width,
      .left = left,
      .inside = w.width < room ? w.width : room,
      .input_zero_point = product->input_zero_point,
      .window_height = w.window_height,
      .taps = taps(w),
      .stride = w.stride_width,
      .windows = w.out_width,
  };
}

// The convolution of 16 channels.
static void convolve_channels(
    const qat_integer_product *product, qat_windows w, long first, const int8_t *codes, void *scratch,
    int8_t *result) {
  const qat_integer_kernels *kernels = product->kernels;
  const qat_integer_pairs shape = pairs_of(product, w, first);
  qat_integer_pairs outside = shape;
  outside.left = shape.width, outside.inside = 0;
  const int16_t *packed = (const int16_t *)product->packed + first * w.window_height * taps(w) * 2;
  const qat_integer_block block = {&product->requantization, first, lanes_in_vector, shape.channels, w.channels};
  int32_t *sums = scratch;
  int16_t *pairs = (int16_t *)(sums + sum_count(w));
  const long row_words = shape.width * 2 * lanes_in_vector, most = rows_at_once(w);
  long next = 0, waiting = 0;  // the next row of the padded image to pair, the rows of sums that are no codes yet
  for (long y = 0; y < w.out_height; ++y) {
    const long top = y * w.stride_height, bottom = top + w.window_height;
    for (next = next < top ? top : next; next < bottom; ++next) {
      const long row = next - w.pad_top;
      int16_t *place = pairs + next % w.window_height * row_words;
      if (row < 0 || row >= w.height) kernels->pair_row(&outside, codes, place);
      else kernels->pair_row(&shape, codes + row * w.width * w.channels + first, place);
    }
    int32_t *target = sums + waiting * w.out_width * lanes_in_vector;
    kernels->sum_pairs(&shape, top % w.window_height, pairs, packed, product->bias + first, target);
    if (++waiting < most && y + 1 < w.out_height) continue;
    int8_t *place = result + (y + 1 - waiting) * w.out_width * w.channels + first;
    kernels->requantize(sums, waiting * w.out_width, &block, place);
    waiting = 0;
  }
}

// The channels of one image, shared by all shards.
typedef struct {
  const qat_integer_product *product;
  qat_windows windows;
  const int8_t *codes;
  uint8_t *scratch;  // separate for each shard
  long scratch_bytes;
  int8_t *result;
  long shards;
} convolution;

// A shard's share of the blocks of 16 channels.
static void convolve_shard(void *context, long shard) {
  const convolution *c = context;
  const long blocks = (c->windows.channels + lanes_in_vector - 1) / lanes_in_vector;
  uint8_t *scratch = c->scratch + shard * c->scratch_bytes;
  for (long block = blocks * shard / c->shards; block < blocks * (shard + 1) / c->shards; ++block) {
    convolve_channels(c->product, c->windows, block * lanes_in_vector, c->codes, scratch, c->result);
  }
}

void qat_integer_depthwise_pairs(
    const qat_integer_product *product, const int8_t *codes, long workers, void *scratch, long scratch_bytes,
    int8_t *result) {
  const qat_windows w = lying(product->windows);
  const long products = w.out_height * w.out_width * w.window_height * taps(w) * 2 * w.channels;
  const long worth = relative_cost * products / product->kernels->worth_thread;
  const long shards = worth < 2 ? 1 : worth < workers ? worth : workers;
  convolution c = {product, w, codes, scratch, scratch_bytes, result, shards};
  qat_run_shards(shards, workers, convolve_shard, &c);
}
