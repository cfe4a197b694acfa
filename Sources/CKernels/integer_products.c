#include "integer_rows.h"

#include <stdlib.h>
#include <string.h>

#include "padded_image.h"

enum { group_bytes = 4, slack = 64 };

// ── Which loops run ─────────────────────────────────────────────────────────────────────────────

// oneDNN's environment variable limits us as well: a test of older processors' paths then tests all of them.
// It names the newest instructions that may be used.
static int is_allowed(const char *const *enough, size_t count) {
  const char *limit = getenv("ONEDNN_MAX_CPU_ISA");
  if (!limit) limit = getenv("DNNL_MAX_CPU_ISA");
  if (!limit || !*limit) return 1;
  for (size_t i = 0; i < count; ++i) {
    if (strncmp(limit, enough[i], strlen(enough[i])) == 0) return 1;
  }
  return 0;
}

static qat_integer_instructions find_instructions(void) {
#if defined(__x86_64__)
  const char *const enough[] = {"DEFAULT", "ALL", "AVX10", "AVX512_CORE_", "AVX512", "AVX2"};
  const int has_vnni = __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")
                       && __builtin_cpu_supports("avx512vl");
  if (has_vnni && is_allowed(enough, 4)) return qat_integer_vnni;
  if (__builtin_cpu_supports("avx2") && is_allowed(enough, 6)) return qat_integer_avx2;
#endif
  return qat_integer_portable;
}

qat_integer_instructions qat_integer_best_instructions(void) {
  static int known;  // 1 + the answer, once it is known; threads that ask at the same time find the same
  const int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (answer > 0) return (qat_integer_instructions)(answer - 1);
  const qat_integer_instructions found = find_instructions();
  __atomic_store_n(&known, 1 + (int)found, __ATOMIC_RELAXED);
  return found;
}

static int has_vnni(void) { return qat_integer_best_instructions() == qat_integer_vnni; }

// The bytes of a code in a padded image and of a weight in a packed kernel.
static long element_bytes(void) { return has_vnni() ? 1 : 2; }

// ── Layout ──────────────────────────────────────────────────────────────────────────────────────

static qat_integer_row row_of(qat_windows w) {
  const qat_padded_strides by = qat_strides_in(w);
  const long bytes = element_bytes();
  return (qat_integer_row){
      .rows = w.window_height,
      .groups = (by.window_row * bytes + group_bytes - 1) / group_bytes,
      .row = by.row * bytes,
      .step = by.step * bytes,
      .pixels = w.out_width,
      .pool = 1,
  };
}

long qat_integer_padded_filters(long filters) {
  return (filters + lanes_in_vector - 1) / lanes_in_vector * lanes_in_vector;
}

long qat_integer_packed_bytes(qat_windows windows, long filters) {
  const qat_integer_row row = row_of(windows);
  return row.rows * row.groups * group_bytes * qat_integer_padded_filters(filters);
}

static long padded_rows(qat_windows w) { return (w.out_height - 1) * w.stride_height + w.window_height; }

long qat_integer_padded_bytes(qat_windows windows) {
  return padded_rows(windows) * row_of(windows).row + slack;
}

long qat_integer_sums_bytes(qat_windows windows) {
  return 2 * windows.out_width * lanes_in_block * (long)sizeof(int32_t);
}

// A weight's place in the packed kernel, in elements: block by block of 32 filters (the last may have 16), in
// each the groups of a window, in each the filters, in each the weights that multiply one group.
static long packed_place(qat_integer_row row, long padded_filters, long bytes, long i, long j, long filter) {
  const long in_group = group_bytes / bytes;
  const long block = filter / lanes_in_block * lanes_in_block;
  const long lanes = padded_filters - block < lanes_in_block ? padded_filters - block : lanes_in_block;
  const long group = i * row.groups + j / in_group;
  return row.rows * row.groups * in_group * block + (group * lanes + filter - block) * in_group + j % in_group;
}

void qat_integer_pack(
    qat_windows windows, long filters, const int8_t *kernel, const int32_t *bias, int32_t zero_point,
    void *packed, int32_t *corrected) {
  const qat_integer_row row = row_of(windows);
  const long across = windows.window_width * windows.channels;
  const long padded_filters = qat_integer_padded_filters(filters), bytes = element_bytes();
  memset(packed, 0, (size_t)qat_integer_packed_bytes(windows, filters));
  memset(corrected, 0, (size_t)padded_filters * sizeof(int32_t));
  for (long filter = 0; filter < filters; ++filter) {
    int64_t sum = 0;
    for (long i = 0; i < row.rows; ++i) {
      for (long j = 0; j < across; ++j) {
        const int8_t weight = kernel[(i * across + j) * filters + filter];
        const long place = packed_place(row, padded_filters, bytes, i, j, filter);
        if (bytes == 1) ((int8_t *)packed)[place] = weight;
        else ((int16_t *)packed)[place] = weight;
        sum += weight;
      }
    }
    // Modulo 2^32, as are the sums: what comes out fits if the true sum does.
    corrected[filter] = (int32_t)(uint32_t)(bias[filter] - (int64_t)(zero_point + 128) * sum);
  }
}

// ── An image ────────────────────────────────────────────────────────────────────────────────────

// Codes shifted by 128 to elements of a padded image, `lanes` at a time: a last step that would reach past the end
// starts earlier instead.
#define QAT_SHIFT_ALL(element)                                                              \
  do {                                                                                      \
    enum { lanes = 16 };                                                                    \
    long first = 0;                                                                         \
    if (count < lanes) {                                                                    \
      for (; first < count; ++first) target[first] = (element)(codes[first] + 128);         \
      return;                                                                               \
    }                                                                                       \
    for (;;) {                                                                              \
      for (long k = 0; k < lanes; ++k) target[first + k] = (element)(codes[first + k] + 128); \
      if (first + lanes >= count) return;                                                   \
      first = first + 2 * lanes <= count ? first + lanes : count - lanes;                   \
    }                                                                                       \
  } while (0)

QAT_INLINE void shift_bytes(const int8_t *codes, long count, uint8_t *restrict target) { QAT_SHIFT_ALL(uint8_t); }
QAT_INLINE void shift_wide(const int8_t *codes, long count, int16_t *restrict target) { QAT_SHIFT_ALL(int16_t); }

// The image with codes of the zero point around it, shifted by 128.
QAT_CLONES static void pad(qat_windows w, const int8_t *codes, int32_t zero_point, void *padded) {
  const long row = qat_strides_in(w).row, rows = padded_rows(w), bytes = element_bytes();
  const long left = w.pad_left * w.channels, room = row - left, line = w.width * w.channels;
  const long inside = line < room ? line : room;
  const int16_t filling = (int16_t)(zero_point + 128);
  if (inside < row || w.pad_top > 0 || w.height + w.pad_top < rows) {
    if (bytes == 1) memset(padded, filling, (size_t)(rows * row));
    else for (long i = 0; i < rows * row; ++i) ((int16_t *)padded)[i] = filling;
  }
  const long last = w.height + w.pad_top < rows ? w.height + w.pad_top : rows;
  for (long y = w.pad_top; y < last; ++y, codes += line) {
    if (bytes == 1) shift_bytes(codes, inside, (uint8_t *)padded + y * row + left);
    else shift_wide(codes, inside, (int16_t *)padded + y * row + left);
  }
}

// ── Sums ────────────────────────────────────────────────────────────────────────────────────────

// Of neighbours the larger: sums[pixels, lanes] → sums[pixels / 2, lanes].
QAT_CLONES static void keep_larger(long pixels, long lanes, int32_t *sums) {
  for (long p = 0; p < pixels / 2; ++p) {
    for (long k = 0; k < lanes; ++k) {
      const int32_t left = sums[2 * p * lanes + k], right = sums[(2 * p + 1) * lanes + k];
      sums[p * lanes + k] = left > right ? left : right;
    }
  }
}

static void sum_row(
    const qat_integer_product *product, qat_integer_row row, long first, long lanes, const uint8_t *corner,
    int32_t *sums) {
  const uint8_t *packed = (const uint8_t *)product->packed + row.rows * row.groups * group_bytes * first;
  const int32_t *bias = product->bias + first;
  if (has_vnni()) {
    qat_integer_row_vnni(row, lanes, corner, (const int8_t *)packed, bias, sums);
    return;
  }
  const int16_t *pairs = (const int16_t *)(const void *)corner;
  const int16_t *weights = (const int16_t *)(const void *)packed;
  if (qat_integer_best_instructions() == qat_integer_avx2) {
    qat_integer_row_avx2(row, lanes, pairs, weights, bias, sums);
  } else {
    qat_integer_row_portable(row, lanes, pairs, weights, bias, sums);
  }
  if (row.pool == 2) keep_larger(row.pixels, lanes, sums);
}

void qat_integer_convolve(
    const qat_integer_product *product, const int8_t *codes, int32_t zero_point, void *padded, int32_t *sums,
    int8_t *result) {
  const qat_windows w = product->windows;
  const long pool = product->pool, filters = product->filters;
  const long padded_filters = qat_integer_padded_filters(filters);
  const long out_height = w.out_height / pool, out_width = w.out_width / pool;
  qat_integer_row row = row_of(w);
  row.pool = pool;
  row.pixels = out_width * pool;
  pad(w, codes, zero_point, padded);
  for (long first = 0; first < padded_filters; first += lanes_in_block) {
    const long lanes = padded_filters - first < lanes_in_block ? padded_filters - first : lanes_in_block;
    const long here = filters - first < lanes ? filters - first : lanes;
    int32_t *below = sums + w.out_width * lanes;
    for (long y = 0; y < out_height; ++y) {
      const uint8_t *corner = (const uint8_t *)padded + y * pool * w.stride_height * row.row;
      sum_row(product, row, first, lanes, corner, sums);
      if (pool == 2) sum_row(product, row, first, lanes, corner + w.stride_height * row.row, below);
      qat_integer_requantize(
          pool == 2 ? below : sums, pool == 2 ? sums : NULL, out_width, lanes, &product->requantization,
          first, here, filters, result + (y * out_width) * filters + first);
    }
  }
}
