#ifndef QAT_INTEGER_KERNELS_H
#define QAT_INTEGER_KERNELS_H

#include "integer_means.h"
#include "integer_pairs.h"
#include "integer_products.h"
#include "platform.h"

enum {
  lanes_in_vector = 16,  // filters of one vector of 32-bit sums
  lanes_in_block = 32,   // filters that share what is loaded of an image
  most_pixels = 14,      // neighbours that share what is loaded of the kernel: 28 vectors of sums, of 32
  most_pooled = 6,       // the same where two rows are pooled: 24 vectors
  qat_group_bytes = 4,   // the part of an image that each step of the sums reads: 4 bytes, or 2 words
  sums_at_once = 64,     // the pixels whose sums become codes together, where rows are shorter
};

// The geometry of a row of windows.
typedef struct {
  long rows;                 // the rows of a window
  long groups;               // the groups in a row of a window; the last may reach past it, with weights of 0
  long row_bytes;            // from one row of the padded image to the next
  long window_stride_bytes;  // from a window to its right neighbour
  long pixels;               // the windows in a row
  long pool;                 // 2: of 2 × 2 neighbouring sums the largest is kept
  long next_row_bytes;       // from a window to its lower neighbour
  long filters;              // the filters of the product: if they are few, of the last lanes no sums are needed
  long tile;                 // the windows whose sums are computed together
  long part;                 // the groups that a product of tiles takes; 0 where vectors compute the sums
} qat_integer_row;

// The bytes of the weights that multiply a group, for one filter.
long qat_integer_group_weight_bytes(const qat_integer_kernels *kernels);

// The rows of windows, as if without pooling.
qat_integer_row qat_integer_row_of(const qat_integer_kernels *kernels, qat_windows windows);

// The rows of so many pixels whose sums become codes together.
QAT_INLINE long qat_integer_rows_at_once(long pixels) { return pixels < sums_at_once ? sums_at_once / pixels : 1; }

// Whether each window is a pixel, and nothing is pooled: the rows of such an image need not be kept apart.
int qat_integer_is_pointwise(const qat_integer_product *product);

// The rows of codes of an image that are computed at a time, the image's last rows first: codes may be written over it.
long qat_integer_rows_in_band(const qat_integer_product *product, long workers);

// The windows of `rows` rows from the row `first` on, and the first row of the image that they read.
typedef struct {
  qat_windows windows;
  long skipped;
} qat_integer_band;

qat_integer_band qat_integer_band_of(qat_windows windows, long first, long rows);

// The same windows on so many pixels in a row.
qat_windows qat_integer_strip(qat_windows windows, long pixels);

// The geometry of a row of windows of a depthwise convolution, where neighbouring pixels are grouped.
typedef struct {
  long channels;   // of the image that are read: 1 … 16
  long pixel;      // the codes from one pixel to the next
  long width;      // the columns that the windows reach, with padding
  long left;       // the columns of padding before the image
  long inside;     // the columns of the image
  int32_t input_zero_point;
  long window_height;
  long groups;     // the groups in a row of a window
  long stride;     // the columns from a window to its right neighbour
  long windows;    // the windows in the row
} qat_integer_groups;

// A block of filters, whose sums[pixels, lanes], in whole vectors, become `filters` codes per pixel.
typedef struct {
  const qat_requantization *requantization;
  long first;    // the block's first filter
  long lanes;    // whole vectors of 16; of several pixels at most 32
  long filters;  // the codes to write per pixel; the remaining lanes are padding
  long step;     // the codes from one pixel to the next
} qat_integer_block;

struct qat_integer_kernels {
  // The bytes of a code in a padded image, and of a weight in a packed kernel: 1, or 2 where the loops multiply
  // 16 bits. In the packed kernel there are blocks of 32 filters (the last may have 16), in each block the
  // groups of a window, in each group the filters, in each filter the weights that multiply the group.
  long element_bytes, weight_bytes;

  // 1 if `pad` writes codes as they are, 0 if it shifts them by 128; `qat_integer_pack` corrects the bias for it.
  int takes_signed_codes;

  // The table for products of a single pixel and weights above −128. NULL where this one serves them, too.
  const qat_integer_kernels *single_pixel;

  // The multiply-adds that take so much longer than handing them to a thread that they are worth one.
  long worth_thread;

  // How many times as fast the sums of a row are by tiles; 1 without tiles.
  long tile_speed;

  // The `part` of a row whose first block of filters has `lanes` lanes. NULL without tiles.
  long (*part_of)(const qat_integer_row *row, long lanes);

  // The pixels of an image whose windows are pixels that are computed together: whole tiles.
  long strip_pixels;

  // The sums of a pixel that `requantize` best converts at a time.
  long most_requantized;

  // Writes the image, padded with the zero point, and shifted where that is due.
  void (*pad)(qat_windows windows, const int8_t *codes, int32_t zero_point, void *padded);

  // Computes the sums of a row of windows for one block of `lanes` filters, 16 or 32, each starting from its
  // filter's bias: sums[pixels, lanes], or with pooling, of this row and the row below, sums[pixels / 2,
  // lanes]. There is room for two rows of sums.
  void (*sum_row)(
      const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
      int32_t *sums);

  // Gives back what `sum_row` keeps of the processor from call to call on a thread. NULL if it keeps nothing.
  void (*release)(void);

  // Computes the sums of a row of windows of a depthwise convolution, for 16 channels: sums[out_width, 16]. NULL
  // where `sum_groups` does it.
  void (*sum_depthwise_row)(
      const qat_integer_product *product, long y, long first, const int8_t *codes, int32_t *sums);

  // Lays each pixel of a row beside its right neighbours: groups[width, 16, 2] of 16 bits or [width, 16, 4] of 8,
  // shifted by 128; beyond the channels, and past the last pixel, stand any numbers. NULL where `sum_depthwise_row` does it.
  void (*group_row)(const qat_integer_groups *shape, const int8_t *codes, void *groups);

  // Computes the sums of a row of windows from the groups of the rows under it, groups[window_height, width], the
  // topmost of which is `first_row`, and those below follow in a ring: sums[windows, 16].
  void (*sum_groups)(
      const qat_integer_groups *shape, long first_row, const void *groups, const void *packed,
      const int32_t *bias, int32_t *sums);

  // Converts sums[pixels, lanes] into codes.
  void (*requantize)(const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result);

  // Takes the largest code of each window, separately for each channel.
  void (*max_pool)(qat_windows windows, const int8_t *codes, int8_t *result);

  // Takes the mean of each window, separately for each channel.
  void (*mean)(const qat_means *means, const int8_t *codes, int8_t *result);

  // Combines two tensors of `count` codes.
  void (*combine)(const qat_pairs *pairs, const int8_t *x, const int8_t *y, long count, int8_t *result);
};

extern const qat_integer_kernels qat_integer_kernels_portable;

#if defined(__x86_64__)
extern const qat_integer_kernels qat_integer_kernels_sse41;
extern const qat_integer_kernels qat_integer_kernels_avx2;
extern const qat_integer_kernels qat_integer_kernels_avx512_vnni;
extern const qat_integer_kernels qat_integer_kernels_amx;

// Whether the processor has AMX's tiles of bytes, and the operating system lets this process use them: asks it to.
int qat_integer_has_amx(void);

// The `part` of a row; 0 where vectors are faster than tiles.
long qat_integer_part_amx(const qat_integer_row *row, long lanes);

// `sum_row` by AMX, of weights packed for VNNI, for a row that has a part.
void qat_integer_sum_row_amx(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums);
void qat_integer_release_amx(void);

// Converts the sums of a block in whole vectors of AVX-512, and returns 1; 0 if a multiplier is not below 1.
int qat_integer_requantize_avx512(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result);

void qat_integer_group_row_avx512(const qat_integer_groups *shape, const int8_t *codes, void *groups);
void qat_integer_sum_groups_avx512(
    const qat_integer_groups *shape, long first_row, const void *groups, const void *packed,
    const int32_t *bias, int32_t *sums);

void qat_integer_group_row_avx2(const qat_integer_groups *shape, const int8_t *codes, void *groups);
void qat_integer_sum_groups_avx2(
    const qat_integer_groups *shape, long first_row, const void *groups, const void *packed,
    const int32_t *bias, int32_t *sums);

// `pad` and `sum_row` of a single pixel, the latter by AVX2.
void qat_integer_copy_pixel(qat_windows windows, const int8_t *codes, int32_t zero_point, void *padded);
void qat_integer_sum_pixel_avx2(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums);

// Converts the sums of a block in vectors of AVX2, and returns 1; 0 if multipliers are doubles or shift left.
int qat_integer_requantize_avx2(
    const int32_t *sums, long pixels, const qat_integer_block *block, int8_t *result);
#endif

#endif
