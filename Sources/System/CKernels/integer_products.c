#include "integer_kernels.h"
#include "platform.h"
#include "workers.h"

// Fewer multiply-adds take less time than waking threads.
enum { worth_threads = 1 << 18 };

static qat_integer_row pooled(qat_integer_row row, long pool, qat_windows w) {
  row.pool = pool;
  row.pixels = w.out_width / pool * pool;
  row.next_row_bytes = w.stride_height * row.row_bytes;
  // Tiles of nearly equal width.
  const long most = pool == 2 ? most_pooled : most_pixels, tiles = (row.pixels + most - 1) / most;
  row.tile = (row.pixels + tiles - 1) / tiles;
  row.tile += row.tile % pool;
  return row;
}

// The convolution of one image, shared by all blocks of filters.
typedef struct {
  const qat_integer_product *product;
  qat_integer_row row;
  const uint8_t *padded;
  int32_t *sums;  // separate for each shard
  int8_t *result;
  long shards;
} convolution;

static void convolve_block(const convolution *c, long first, int32_t *sums) {
  const qat_integer_product *product = c->product;
  const qat_integer_kernels *kernels = product->kernels;
  const qat_integer_row *row = &c->row;
  const long filters = product->filters, padded_filters = qat_integer_padded_filters(filters);
  const long out_height = product->windows.out_height / row->pool, out_width = row->pixels / row->pool;
  qat_integer_block block = {&product->requantization, first, lanes_in_block, lanes_in_block, filters};
  if (padded_filters - first < block.lanes) block.lanes = padded_filters - first;
  if (filters - first < block.filters) block.filters = filters - first;
  const long in_filter = row->rows * row->groups * qat_group_bytes;
  const uint8_t *packed = (const uint8_t *)product->packed + in_filter * first;
  for (long y = 0; y < out_height; ++y) {
    int8_t *target = c->result + y * out_width * filters + first;
    const uint8_t *corner = c->padded + y * row->pool * row->next_row_bytes;
    kernels->sum_row(row, block.lanes, corner, packed, product->bias + first, sums);
    kernels->requantize(sums, out_width, &block, target);
  }
}

static long block_count(long filters) { return (filters + lanes_in_block - 1) / lanes_in_block; }

// A shard's share of the blocks of filters.
static void convolve_shard(void *context, long shard) {
  const convolution *c = context;
  const long blocks = block_count(c->product->filters);
  int32_t *sums = c->sums + shard * (qat_integer_sums_bytes(c->product->windows, 1) / (long)sizeof(int32_t));
  for (long block = blocks * shard / c->shards; block < blocks * (shard + 1) / c->shards; ++block) {
    convolve_block(c, block * lanes_in_block, sums);
  }
}

void qat_integer_convolve(
    const qat_integer_product *product, const int8_t *codes, long workers, void *padded, int32_t *sums,
    int8_t *result) {
  const qat_windows w = product->windows;
  const qat_integer_kernels *kernels = product->kernels;
  const qat_integer_row row = pooled(qat_integer_row_of(kernels, w), product->pool, w);
  kernels->pad(w, codes, product->input_zero_point, padded);
  const long blocks = block_count(product->filters);
  const long products = w.out_height * w.out_width * qat_integer_packed_bytes(kernels, w, product->filters);
  const long shards = products < worth_threads ? 1 : workers < blocks ? workers : blocks;
  convolution c = {product, row, padded, sums, result, shards};
  qat_run_shards(shards, workers, convolve_shard, &c);
}

void qat_repeat_codes(const int8_t *codes, long count, long times, int8_t *result) {
  for (long i = 0; i < count; ++i) {
    for (long k = 0; k < times; ++k) *result++ = codes[i];
  }
}

void qat_integer_max_pool(
    const qat_integer_kernels *kernels, qat_windows windows, const int8_t *codes, int8_t *result) {
  kernels->max_pool(windows, codes, result);
}
