#include <string.h>

#include "integer_depthwise_groups.h"
#include "platform.h"
#include "workers.h"

// Depthwise convolutions of the instruction sets that have `group_row` and `sum_groups`, 16 channels at a time. The rows
// under a window are kept as groups of neighbouring pixels; the next window below needs only the rows that it adds.

enum {
  lane_bytes = qat_group_bytes * lanes_in_vector,  // of a group of each of 16 channels
  // A group of a channel takes as long as so many multiply-adds of a convolution of all channels, whose sums are longer.
  relative_cost = 8,
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

// The pixels of a group.
static long neighbours(const qat_integer_kernels *kernels) { return qat_group_bytes / kernels->element_bytes; }

// The groups of neighbours in a row of a window; where the last reaches past it stand weights of 0.
static long groups_in(const qat_integer_kernels *kernels, qat_windows w) {
  return (w.window_width + neighbours(kernels) - 1) / neighbours(kernels);
}

static long padded_width(qat_windows w) { return (w.out_width - 1) * w.stride_width + w.window_width; }

static long sum_count(qat_windows w) { return qat_integer_rows_at_once(w.out_width) * w.out_width * lanes_in_vector; }

long qat_integer_groups_packed_bytes(const qat_integer_kernels *kernels, qat_windows windows) {
  const qat_windows w = lying(windows);
  return qat_integer_padded_filters(w.channels) / lanes_in_vector * w.window_height * groups_in(kernels, w) * lane_bytes;
}

// Sums, then the groups of the rows under a window.
long qat_integer_groups_bytes(qat_windows windows) {
  const qat_windows w = lying(windows);
  return sum_count(w) * (long)sizeof(int32_t) + w.window_height * padded_width(w) * lane_bytes;
}

void qat_integer_pack_groups(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, void *packed,
    int32_t *corrected) {
  const qat_windows w = lying(product->windows);
  const long in_group = neighbours(product->kernels), groups = groups_in(product->kernels, w);
  memset(packed, 0, (size_t)qat_integer_groups_packed_bytes(product->kernels, w));
  for (long channel = 0; channel < w.channels; ++channel) {
    const long block = channel / lanes_in_vector, lane = channel % lanes_in_vector;
    int64_t sum = 0;
    for (long i = 0; i < w.window_height; ++i) {
      for (long j = 0; j < w.window_width; ++j) {
        const int8_t weight = kernel[(i * w.window_width + j) * w.channels + channel];
        const long group = (block * w.window_height + i) * groups + j / in_group;
        const long index = (group * lanes_in_vector + lane) * in_group + j % in_group;
        if (in_group == 4) ((int8_t *)packed)[index] = weight;
        else ((int16_t *)packed)[index] = weight;
        sum += weight;
      }
    }
    // Modulo 2^32, like the sums: the result is exact if the true sum fits 32 bits.
    corrected[channel] = (int32_t)(uint32_t)(bias[channel] - (int64_t)(product->input_zero_point + 128) * sum);
  }
}

// The columns of an image that windows reach, `left` columns of padding before them, with 16 channels.
static qat_integer_groups groups_of(const qat_integer_product *product, qat_windows w) {
  const long width = padded_width(w), left = w.pad_left < width ? w.pad_left : width, room = width - left;
  return (qat_integer_groups){
      .channels = lanes_in_vector,
      .pixel = w.channels,
      .width = width,
      .left = left,
      .inside = w.width < room ? w.width : room,
      .input_zero_point = product->input_zero_point,
      .window_height = w.window_height,
      .groups = groups_in(product->kernels, w),
      .stride = w.stride_width,
      .windows = w.out_width,
  };
}

// The channels of one image, shared by all shards.
typedef struct {
  const qat_integer_product *product;
  qat_windows windows;
  qat_integer_groups inside, outside;  // a row of the image, and one above it or below
  const int8_t *codes;
  uint8_t *scratch;  // separate for each shard
  long scratch_bytes;
  int8_t *result;
  long shards;
} convolution;

// The convolution of 16 channels, or of as many as are left.
static void convolve_channels(const convolution *c, long first, void *scratch) {
  const qat_integer_product *product = c->product;
  const qat_integer_kernels *kernels = product->kernels;
  const qat_windows w = c->windows;
  qat_integer_groups inside = c->inside, outside = c->outside;
  if (w.channels - first < lanes_in_vector) inside.channels = outside.channels = w.channels - first;
  const long block_bytes = w.window_height * inside.groups * lane_bytes;
  const uint8_t *packed = (const uint8_t *)product->packed + first / lanes_in_vector * block_bytes;
  const qat_integer_block block = {&product->requantization, first, lanes_in_vector, inside.channels, w.channels};
  int32_t *sums = scratch;
  uint8_t *groups = (uint8_t *)(sums + sum_count(w));
  const long row_bytes = inside.width * lane_bytes, most = qat_integer_rows_at_once(w.out_width);
  long next = 0, waiting = 0;  // the next row of the padded image to group, the rows of sums that are no codes yet
  for (long y = 0; y < w.out_height; ++y) {
    const long top = y * w.stride_height, bottom = top + w.window_height;
    for (next = next < top ? top : next; next < bottom; ++next) {
      const long row = next - w.pad_top;
      uint8_t *place = groups + next % w.window_height * row_bytes;
      if (row < 0 || row >= w.height) kernels->group_row(&outside, c->codes, place);
      else kernels->group_row(&inside, c->codes + row * w.width * w.channels + first, place);
    }
    int32_t *target = sums + waiting * w.out_width * lanes_in_vector;
    kernels->sum_groups(&inside, top % w.window_height, groups, packed, product->bias + first, target);
    if (++waiting < most && y + 1 < w.out_height) continue;
    int8_t *place = c->result + (y + 1 - waiting) * w.out_width * w.channels + first;
    kernels->requantize(sums, waiting * w.out_width, &block, place);
    waiting = 0;
  }
}

// A shard's share of the blocks of 16 channels.
static void convolve_shard(void *context, long shard) {
  const convolution *c = context;
  const long blocks = (c->windows.channels + lanes_in_vector - 1) / lanes_in_vector;
  uint8_t *scratch = c->scratch + shard * c->scratch_bytes;
  for (long block = blocks * shard / c->shards; block < blocks * (shard + 1) / c->shards; ++block) {
    convolve_channels(c, block * lanes_in_vector, scratch);
  }
}

void qat_integer_depthwise_groups(
    const qat_integer_product *product, const int8_t *codes, long workers, void *scratch, long scratch_bytes,
    int8_t *result) {
  const qat_windows w = lying(product->windows);
  const long groups = w.out_height * w.out_width * w.window_height * groups_in(product->kernels, w) * w.channels;
  const long worth = relative_cost * groups / product->kernels->worth_thread;
  const long shards = worth < 2 ? 1 : worth < workers ? worth : workers;
  const qat_integer_groups inside = groups_of(product, w);
  convolution c = {product, w, inside, inside, codes, scratch, scratch_bytes, result, shards};
  c.outside.left = inside.width, c.outside.inside = 0;
  qat_run_shards(shards, workers, convolve_shard, &c);
}
