#include "integer_loops.h"
#include "platform.h"

#if defined(__x86_64__) && defined(__linux__)

#include <immintrin.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Sums by tdpbusd: a tile of up to 16 windows × 64 bytes of the image times one of 64 bytes × 16 filters of the kernel,
// added to a tile of 16 × 16 sums. Both lie in memory as VNNI has them: a row of the first tile is a window's part of a
// row of the image, and a row of the second a group of the packed kernel. So the layouts are VNNI's, and so is all
// else; only long sums are left to the tiles.
//
// Tiles are shaped when a row needs another shape than the one before. The windows are divided into tiles of equal height,
// of which the last may overlap the one before, whose sums it computes again; the groups into equal parts, too.

#define QAT_AMX __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,amx-tile,amx-int8")))
#define QAT_AMX_INLINE static inline __attribute__((always_inline)) QAT_AMX

enum {
  most_in_tile = 16,   // rows of a tile
  fewest_windows = 8,  // of a row: with fewer, vectors are as fast
  fewest_groups = 8,   // of a part: with fewer, too
  fewest_steps = 512,  // products of vectors, below which shaping tiles takes longer
};

// What ldtilecfg loads: the bytes in a row, and the rows, of each tile.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} tile_shapes;

// Tiles 0 … 3 are sums of two tiles of windows and two vectors of filters, 4 and 5 the image, 6 and 7 the kernel.
QAT_AMX_INLINE void shape_tiles(long height, long part) {
  tile_shapes shapes = {.palette = 1};
  for (int tile = 0; tile < 8; ++tile) {
    shapes.row_bytes[tile] = (uint16_t)(tile == 4 || tile == 5 ? part * qat_group_bytes : 64);
    shapes.rows[tile] = (uint8_t)(tile < 6 ? height : part);
  }
  _tile_loadconfig(&shapes);
}

// The shape that this thread's tiles have, from the first row of sums to `qat_integer_release_amx`.
static _Thread_local long shaped_height, shaped_part;

// The sums of one or two tiles of windows; `tiles` and `vectors` are literals at the call.
QAT_AMX_INLINE void sum_tiles(
    long tiles, long vectors, const qat_integer_row *row, const uint8_t *first, const uint8_t *second,
    const int8_t *packed, const int32_t *bias, int32_t *first_sums, int32_t *second_sums) {
  // A stride of 0 loads the same biases into each row of a tile.
  _tile_loadd(0, bias, 0);
  if (vectors == 2) _tile_loadd(1, bias + lanes_in_vector, 0);
  if (tiles == 2) _tile_loadd(2, bias, 0);
  if (tiles == 2 && vectors == 2) _tile_loadd(3, bias + lanes_in_vector, 0);
  const long part = row->part, step = row->window_stride_bytes, group_bytes = vectors * 64;
  for (long i = 0; i < row->rows; ++i) {
    for (long g = 0; g < row->groups; g += part) {
      const long offset = i * row->row_bytes + g * qat_group_bytes;
      _tile_loadd(6, packed, group_bytes);
      if (vectors == 2) _tile_loadd(7, packed + 64, group_bytes);
      packed += part * group_bytes;
      _tile_loadd(4, first + offset, step);
      _tile_dpbusd(0, 4, 6);
      if (vectors == 2) _tile_dpbusd(1, 4, 7);
      if (tiles == 2) {
        _tile_loadd(5, second + offset, step);
        _tile_dpbusd(2, 5, 6);
        if (vectors == 2) _tile_dpbusd(3, 5, 7);
      }
    }
  }
  _tile_stored(0, first_sums, group_bytes);
  if (vectors == 2) _tile_stored(1, first_sums + lanes_in_vector, group_bytes);
  if (tiles == 2) _tile_stored(2, second_sums, group_bytes);
  if (tiles == 2 && vectors == 2) _tile_stored(3, second_sums + lanes_in_vector, group_bytes);
}

// The sums of all windows of a row: sums[pixels, 16 · vectors].
QAT_AMX_INLINE void sum_windows(
    long vectors, const qat_integer_row *row, long height, const uint8_t *corner, const int8_t *packed,
    const int32_t *bias, int32_t *sums) {
  const long last = row->pixels - height, step = row->window_stride_bytes;
  for (long at = 0; at < row->pixels; at += 2 * height) {
    const long first = at < last ? at : last, second = at + height < last ? at + height : last;
    const uint8_t *from = corner + first * step, *next = corner + second * step;
    int32_t *to = sums + first * vectors * lanes_in_vector, *then = sums + second * vectors * lanes_in_vector;
    if (at + height < row->pixels) sum_tiles(2, vectors, row, from, next, packed, bias, to, then);
    else sum_tiles(1, vectors, row, from, from, packed, bias, to, to);
  }
}

long qat_integer_part_amx(const qat_integer_row *row, long lanes) {
  const long steps = row->pool * row->pixels * row->rows * row->groups * (lanes / lanes_in_vector);
  if (row->pixels < fewest_windows || steps < fewest_steps) return 0;
  // The largest divisor that a tile has rows for.
  for (long part = most_in_tile; part >= fewest_groups; --part) {
    if (row->groups % part == 0) return part;
  }
  return 0;
}

QAT_AMX void qat_integer_sum_row_amx(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  const long vectors = lanes / lanes_in_vector;
  const long tiles = (row->pixels + most_in_tile - 1) / most_in_tile, height = (row->pixels + tiles - 1) / tiles;
  if (height != shaped_height || row->part != shaped_part) {
    shape_tiles(height, row->part);
    shaped_height = height;
    shaped_part = row->part;
  }
  for (long r = 0; r < row->pool; ++r) {
    const uint8_t *from = (const uint8_t *)corner + r * row->next_row_bytes;
    int32_t *to = sums + r * row->pixels * lanes;
    if (vectors == 2) sum_windows(2, row, height, from, packed, bias, to);
    else sum_windows(1, row, height, from, packed, bias, to);
  }
  if (row->pool == 2) qat_max_2x2(row->pixels, lanes, sums + row->pixels * lanes, sums);
}

QAT_AMX void qat_integer_release_amx(void) {
  if (shaped_height == 0) return;
  _tile_release();
  shaped_height = shaped_part = 0;
}

int qat_integer_has_amx(void) {
  enum { request_permission = 0x1023, tile_data = 18 };  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return __builtin_cpu_supports("amx-int8") && syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

#elif defined(__x86_64__)

long qat_integer_part_amx(const qat_integer_row *row, long lanes) {
  (void)row, (void)lanes;
  return 0;
}

void qat_integer_sum_row_amx(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  (void)row, (void)lanes, (void)corner, (void)packed, (void)bias, (void)sums;
}

void qat_integer_release_amx(void) {}

int qat_integer_has_amx(void) { return 0; }

#endif
