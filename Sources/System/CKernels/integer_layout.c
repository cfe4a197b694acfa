#include <string.h>

#include "integer_rows.h"
#include "padded_image.h"

enum { slack = 64 };  // the last group reads past the image

// The bytes of a code in a padded image and of a weight in a packed kernel.
static long element_bytes(void) { return qat_integer_best_instructions() == qat_integer_vnni ? 1 : 2; }

qat_integer_row qat_integer_row_of(qat_windows w) {
  const qat_padded_strides by = qat_strides_in(w);
  const long bytes = element_bytes();
  return (qat_integer_row){
      .rows = w.window_height,
      .groups = (by.window_row * bytes + qat_group_bytes - 1) / qat_group_bytes,
      .row_bytes = by.row * bytes,
      .window_stride_bytes = by.step * bytes,
      .pixels = w.out_width,
      .pool = 1,
  };
}

long qat_integer_padded_filters(long filters) {
  return (filters + lanes_in_vector - 1) / lanes_in_vector * lanes_in_vector;
}

long qat_integer_packed_bytes(qat_windows windows, long filters) {
  const qat_integer_row row = qat_integer_row_of(windows);
  return row.rows * row.groups * qat_group_bytes * qat_integer_padded_filters(filters);
}

static long padded_rows(qat_windows w) { return (w.out_height - 1) * w.stride_height + w.window_height; }

long qat_integer_padded_bytes(qat_windows windows) {
  return padded_rows(windows) * qat_integer_row_of(windows).row_bytes + slack;
}

long qat_integer_sums_bytes(qat_windows windows, long workers) {
  return workers * 2 * windows.out_width * lanes_in_block * (long)sizeof(int32_t);
}

// The index of a weight in the packed kernel, in elements: blocks of 32 filters (the last may have 16), in
// each block the groups of a window, in each group the filters, in each filter the weights that multiply the
// group.
static long packed_index(qat_integer_row row, long padded_filters, long bytes, long i, long j, long filter) {
  const long in_group = qat_group_bytes / bytes, in_filter = row.rows * row.groups * in_group;
  const long block = filter / lanes_in_block * lanes_in_block;
  const long lanes = padded_filters - block < lanes_in_block ? padded_filters - block : lanes_in_block;
  const long group = i * row.groups + j / in_group;
  return in_filter * block + (group * lanes + filter - block) * in_group + j % in_group;
}

void qat_integer_pack(
    qat_windows windows, long filters, const int8_t *kernel, const int32_t *bias, int32_t zero_point,
    void *packed, int32_t *corrected) {
  const qat_integer_row row = qat_integer_row_of(windows);
  const long across = windows.window_width * windows.channels;
  const long padded_filters = qat_integer_padded_filters(filters), bytes = element_bytes();
  memset(packed, 0, (size_t)qat_integer_packed_bytes(windows, filters));
  memset(corrected, 0, (size_t)padded_filters * sizeof(int32_t));
  for (long filter = 0; filter < filters; ++filter) {
    int64_t sum = 0;
    for (long i = 0; i < row.rows; ++i) {
      for (long j = 0; j < across; ++j) {
        const int8_t weight = kernel[(i * across + j) * filters + filter];
        const long index = packed_index(row, padded_filters, bytes, i, j, filter);
        if (bytes == 1) ((int8_t *)packed)[index] = weight;
        else ((int16_t *)packed)[index] = weight;
        sum += weight;
      }
    }
    // Modulo 2^32, like the sums: the result is exact if the true sum fits 32 bits.
    corrected[filter] = (int32_t)(uint32_t)(bias[filter] - (int64_t)(zero_point + 128) * sum);
  }
}

// Shifts codes by 128 into elements of a padded image, `lanes` at a time; a last step that would reach past
// the end starts earlier instead.
#define QAT_SHIFT_ALL(element)                                                                  \
  do {                                                                                          \
    enum { lanes = 16 };                                                                        \
    long first = 0;                                                                             \
    if (count < lanes) {                                                                        \
      for (; first < count; ++first) target[first] = (element)(codes[first] + 128);             \
      return;                                                                                   \
    }                                                                                           \
    for (;;) {                                                                                  \
      for (long k = 0; k < lanes; ++k) target[first + k] = (element)(codes[first + k] + 128);   \
      if (first + lanes >= count) return;                                                       \
      first = first + 2 * lanes <= count ? first + lanes : count - lanes;                       \
    }                                                                                           \
  } while (0)

QAT_INLINE void shift_to_bytes(const int8_t *codes, long count, uint8_t *restrict target) {
  QAT_SHIFT_ALL(uint8_t);
}

QAT_INLINE void shift_to_words(const int8_t *codes, long count, int16_t *restrict target) {
  QAT_SHIFT_ALL(int16_t);
}

QAT_CLONES void qat_integer_pad(qat_windows w, const int8_t *codes, int32_t zero_point, void *padded) {
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
    if (bytes == 1) shift_to_bytes(codes, inside, (uint8_t *)padded + y * row + left);
    else shift_to_words(codes, inside, (int16_t *)padded + y * row + left);
  }
}
