#include "integer_kernels.h"
#include "platform.h"
#include "workers.h"

static qat_integer_row pooled(qat_integer_row row, long pool, qat_windows w) {
  row.pool = pool;
  if (pool == 1 && w.out_width == 1) {
    row.tile = 1;
    row.next_row_bytes = w.stride_height * row.row_bytes;
    return row;
  }
  row.pixels = w.out_width / pool * pool;
  row.next_row_bytes = w.stride_height * row.row_bytes;
  // Tiles of nearly equal width.
  const long most = pool == 2 ? most_pooled : most_pixels, tiles = (row.pixels + most - 1) / most;
  row.tile = (row.pixels + tiles - 1) / tiles;
  row.tile += row.tile % pool;
  return row;
}

// The convolution of one image or of a strip of it, shared by all shards.
typedef struct {
  const qat_integer_product *product;
  qat_integer_row row;
  const uint8_t *padded;
  int32_t *sums;  // separate for each shard
  int8_t *result;
  long shards;
} convolution;

static long block_count(long filters) { return (filters + lanes_in_block - 1) / lanes_in_block; }

static long row_count(const convolution *c) { return c->product->windows.out_height / c->row.pool; }

static int32_t *sums_of(const qat_integer_product *product, int32_t *sums, long shard) {
  return sums + shard * (qat_integer_sums_bytes(product, 1) / (long)sizeof(int32_t));
}

static const uint8_t *packed_from(const convolution *c, long first) {
  const qat_integer_row *row = &c->row;
  const long in_filter = row->rows * row->groups * qat_integer_group_weight_bytes(c->product->kernels);
  return (const uint8_t *)c->product->packed + in_filter * first;
}

static long lanes_from(const qat_integer_product *product, long first) {
  const long left = qat_integer_padded_filters(product->filters) - first;
  return left < lanes_in_block ? left : lanes_in_block;
}

// Some blocks of filters of the only pixel: as many sums become codes together as the kernels take and there is room
// for.
static void convolve_pixel(const convolution *c, long begin, long end, int32_t *sums) {
  const qat_integer_product *product = c->product;
  const qat_integer_kernels *kernels = product->kernels;
  const long room = qat_integer_sums_bytes(product, 1) / (long)sizeof(int32_t);
  const long most = room < kernels->most_requantized ? room : kernels->most_requantized;
  const long last = end * lanes_in_block < product->filters ? end * lanes_in_block : product->filters;
  const long packed_bytes = packed_from(c, lanes_in_block) - packed_from(c, 0);
  const uint8_t *packed = packed_from(c, begin * lanes_in_block);
  for (long first = begin * lanes_in_block; first < last; first += most) {
    const long count = last - first < most ? last - first : most;
    for (long k = 0; k < count; k += lanes_in_block, packed += packed_bytes) {
      const long filter = first + k;
      kernels->sum_row(
          &c->row, lanes_from(product, filter), c->padded, packed, product->bias + filter, sums + k);
    }
    const qat_integer_block block = {
        &product->requantization, first, qat_integer_padded_filters(count), count, product->filters};
    kernels->requantize(sums, 1, &block, c->result + first);
  }
}

// Some rows of the block of filters that begins with `first`.
static void convolve_block(const convolution *c, long first, long begin, long end, int32_t *sums) {
  const qat_integer_product *product = c->product;
  const qat_integer_kernels *kernels = product->kernels;
  const qat_integer_row *row = &c->row;
  const long filters = product->filters, out_width = row->pixels / row->pool;
  qat_integer_block block = {
      &product->requantization, first, lanes_from(product, first), lanes_in_block, filters};
  if (filters - first < block.filters) block.filters = filters - first;
  const uint8_t *packed = packed_from(c, first);
  const long most = qat_integer_rows_at_once(out_width);
  for (long y = begin; y < end; y += most) {
    const long rows = end - y < most ? end - y : most;
    for (long r = 0; r < rows; ++r) {
      const uint8_t *corner = c->padded + (y + r) * row->pool * row->next_row_bytes;
      int32_t *target = sums + r * out_width * block.lanes;
      kernels->sum_row(row, block.lanes, corner, packed, product->bias + first, target);
    }
    kernels->requantize(sums, rows * out_width, &block, c->result + y * out_width * filters + first);
  }
}

void qat_integer_release(const qat_integer_kernels *kernels) {
  if (kernels->release) kernels->release();
}

// Releases what one of some shards kept, if its thread may be another than the caller's.
static void release_shard(const qat_integer_product *product, long shards) {
  if (shards > 1) qat_integer_release(product->kernels);
}

// A shard's share of the rows, with all filters.
static void convolve_rows(void *context, long shard) {
  const convolution *c = context;
  const long rows = row_count(c), begin = rows * shard / c->shards, end = rows * (shard + 1) / c->shards;
  int32_t *sums = sums_of(c->product, c->sums, shard);
  for (long block = 0; block < block_count(c->product->filters); ++block) {
    convolve_block(c, block * lanes_in_block, begin, end, sums);
  }
  release_shard(c->product, c->shards);
}

// A shard's share of the blocks of filters, with all rows.
static void convolve_filters(void *context, long shard) {
  const convolution *c = context;
  const long blocks = block_count(c->product->filters);
  int32_t *sums = sums_of(c->product, c->sums, shard);
  const long begin = blocks * shard / c->shards, end = blocks * (shard + 1) / c->shards;
  if (c->row.pixels == 1 && row_count(c) == 1) {
    convolve_pixel(c, begin, end, sums);
  } else {
    for (long block = begin; block < end; ++block) {
      convolve_block(c, block * lanes_in_block, 0, row_count(c), sums);
    }
  }
  release_shard(c->product, c->shards);
}

long qat_integer_tile_speed(const qat_integer_kernels *kernels) { return kernels->tile_speed; }

// The rows of windows of a product, of a whole image or of a strip.
static qat_integer_row row_of(const qat_integer_product *product) {
  const qat_integer_kernels *kernels = product->kernels;
  qat_integer_row row = pooled(qat_integer_row_of(kernels, product->windows), product->pool, product->windows);
  row.filters = product->filters;
  row.part = kernels->part_of ? kernels->part_of(&row, lanes_from(product, 0)) : 0;
  return row;
}

// How many times as fast the sums of a product are as by vectors.
static long speed_of(const qat_integer_product *product) {
  qat_integer_product strip = *product;
  if (qat_integer_is_pointwise(product)) {
    const long pixels = product->windows.height * product->windows.width, most = product->kernels->strip_pixels;
    strip.windows = qat_integer_strip(product->windows, pixels < most ? pixels : most);
  }
  return row_of(&strip).part > 0 ? product->kernels->tile_speed : 1;
}

// The threads that a product is worth.
static long workers_for(const qat_integer_product *product, long most) {
  const qat_windows w = product->windows;
  const long taps = w.window_height * w.window_width * w.channels;
  const long products = w.out_height * w.out_width * taps * qat_integer_padded_filters(product->filters);
  const long worth = products / speed_of(product) / product->kernels->worth_thread;
  return worth < 2 ? 1 : worth < most ? worth : most;
}

// The convolution by windows, of a whole image or of a strip.
static void convolve(
    const qat_integer_product *product, const int8_t *codes, long workers, void *padded, int32_t *sums,
    int8_t *result) {
  product->kernels->pad(product->windows, codes, product->input_zero_point, padded);
  convolution c = {product, row_of(product), padded, sums, result, workers};
  if (row_count(&c) >= 2 * workers) {
    qat_run_shards(workers, workers, convolve_rows, &c);
  } else {
    const long blocks = block_count(product->filters);
    c.shards = workers < blocks ? workers : blocks;
    qat_run_shards(c.shards, workers, convolve_filters, &c);
  }
}

// The pixels of an image by windows of a pixel, shared by all shards.
typedef struct {
  const qat_integer_product *product;
  const int8_t *codes;
  uint8_t *padded;  // separate for each shard, as sums are
  int32_t *sums;
  int8_t *result;
  long shards;
} pixels;

static void convolve_strips(
    const pixels *p, long begin, long end, long workers, uint8_t *padded, int32_t *sums) {
  qat_integer_product strip = *p->product;
  const long most = strip.kernels->strip_pixels;
  for (long first = begin; first < end; first += most) {
    const long left = end - first;
    strip.windows = qat_integer_strip(strip.windows, left < most ? left : most);
    convolve(
        &strip, p->codes + first * strip.windows.channels, workers, padded, sums,
        p->result + first * strip.filters);
  }
}

// A shard's share of the pixels.
static void convolve_pixels(void *context, long shard) {
  const pixels *p = context;
  const qat_integer_product *product = p->product;
  const qat_windows w = product->windows;
  const long count = w.height * w.width;
  uint8_t *padded = p->padded + shard * qat_integer_padded_bytes(product, 1);
  convolve_strips(
      p, count * shard / p->shards, count * (shard + 1) / p->shards, 1, padded,
      sums_of(product, p->sums, shard));
  release_shard(product, p->shards);
}

// Whether the pixels of an image are computed strip by strip.
static int takes_strips(const qat_integer_product *product) {
  const qat_windows w = product->windows;
  return qat_integer_is_pointwise(product) && (w.height > 1 || w.width > product->kernels->strip_pixels);
}

enum {
  band_bytes = 1 << 13,  // of a padded image that are computed at a time, at least: a quarter of a small first cache
  least_rows = 4,        // of windows in a band, whose first and last rows of the image are padded twice
};

// The rows of a band of an image that as many threads share.
static long rows_in_band(const qat_integer_product *product, long workers) {
  const qat_windows w = product->windows;
  const long all = w.out_height / product->pool;
  if (workers > 1 || all == 1) return all;  // threads share the whole image
  const long row_bytes = qat_integer_row_of(product->kernels, w).row_bytes;
  // Each band reads the weights anew: where they are large, so are bands.
  const long weights = qat_integer_packed_bytes(product->kernels, w, product->filters);
  const long bytes = weights / 8 > band_bytes ? weights / 8 : band_bytes;
  const long fitting = (bytes / row_bytes - w.window_height) / w.stride_height + 1;
  const long most = (fitting < least_rows ? least_rows : fitting) / product->pool;
  if (all <= most) return all;
  const long bands = (all + most - 1) / most;
  return (all + bands - 1) / bands;
}

long qat_integer_rows_in_band(const qat_integer_product *product, long workers) {
  return rows_in_band(product, workers_for(product, workers));
}

// The bands of an image, the last one first.
static void convolve_bands(
    const qat_integer_product *product, const int8_t *codes, long workers, void *padded, int32_t *sums,
    int8_t *result) {
  const qat_windows w = product->windows;
  const long pool = product->pool, rows = rows_in_band(product, workers);
  qat_integer_product own = *product;
  for (long end = w.out_height / pool, begin; end > 0; end = begin) {
    begin = end > rows ? end - rows : 0;
    const qat_integer_band band = qat_integer_band_of(w, begin * pool, (end - begin) * pool);
    own.windows = band.windows;
    convolve(
        &own, codes + band.skipped * w.width * w.channels, workers, padded, sums,
        result + begin * (w.out_width / pool) * product->filters);
  }
}

long qat_integer_kept_bytes(const qat_integer_product *product, long workers) {
  const qat_windows w = product->windows;
  const long line = w.width * w.channels, out_line = w.out_width / product->pool * product->filters;
  if (takes_strips(product)) return w.height * line;
  const long all = w.out_height / product->pool, rows = qat_integer_rows_in_band(product, workers);
  long kept = rows < all ? 1 : 0;  // of several bands the result begins behind the image's beginning
  for (long begin = all - rows; begin > 0; begin -= rows) {
    // The bands above read the rows up to `below`, when the codes from the row `begin` on are written.
    const long below = (begin * product->pool - 1) * w.stride_height - w.pad_top + w.window_height;
    const long bytes = (below < w.height ? below : w.height) * line - begin * out_line;
    if (bytes > kept) kept = bytes;
  }
  return kept;
}

void qat_integer_convolve(
    const qat_integer_product *product, const int8_t *codes, long workers, void *padded, int32_t *sums,
    int8_t *result) {
  const qat_windows w = product->windows;
  const long in_strip = product->kernels->strip_pixels;
  workers = workers_for(product, workers);
  if (!takes_strips(product)) {
    convolve_bands(product, codes, workers, padded, sums, result);
    return;
  }
  pixels p = {product, codes, padded, sums, result, workers};
  if (w.height * w.width < workers * in_strip / 2) {
    convolve_strips(&p, 0, w.height * w.width, workers, padded, sums);
  } else {
    qat_run_shards(workers, workers, convolve_pixels, &p);
  }
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
