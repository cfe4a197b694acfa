#ifndef QAT_INTEGER_PRODUCTS_H
#define QAT_INTEGER_PRODUCTS_H

#include <stdint.h>

#include "sliding_windows.h"

// Convolutions and dense layers of 8-bit codes: sums of products in 32 bits, then codes of the output.
//
// A dense layer is a convolution, too: its examples are the pixels of an image one pixel high, its inputs the
// channels, and the window is one pixel. So the comments below speak of convolutions only.
//
// The codes of the image are shifted by 128 to 0 … 255, since the processor's instruction requires one
// unsigned factor; the bias corrects for the zero point and the shift, exactly:
//
//     Σ w·(x − z) + b  =  Σ w·(x + 128) + (b − (z + 128)·Σ w)

// The conversion of sums into codes: sum × multiplier, rounded, plus the zero point, clamped to lowest …
// highest. There is one multiplier per filter, in one of three forms.
typedef struct {
  const float *multipliers;          // the product in float, rounded half to even
  const int32_t *mantissas;          // if not NULL: mantissa × 2^(shift − 31), rounded twice as in TFLite
  const int32_t *shifts;             // −31 … 30
  const double *double_multipliers;  // if not NULL: rounded half away from zero, as in TFLite's dense layer
  int32_t zero_point, lowest, highest;
} qat_requantization;

typedef struct {
  qat_windows windows;
  long filters;
  long pool;            // 1, or 2: only the largest of each 2 × 2 sums becomes a code
  const void *packed;   // the kernel, from qat_integer_pack
  const int32_t *bias;  // for each filter, corrected by qat_integer_pack
  qat_requantization requantization;
} qat_integer_product;

// The bytes of the packed kernel, of an image with its padding, and of the sums of all `workers` threads.
long qat_integer_packed_bytes(qat_windows windows, long filters);
long qat_integer_padded_bytes(qat_windows windows);
long qat_integer_sums_bytes(qat_windows windows, long workers);

// The number of filters for which bias, multipliers, mantissas and shifts must have room: whole vectors.
long qat_integer_padded_filters(long filters);

// Packs kernel[window_height, window_width, channels, filters], and corrects the bias for the zero point.
void qat_integer_pack(
    qat_windows windows, long filters, const int8_t *kernel, const int32_t *bias, int32_t zero_point,
    void *packed, int32_t *corrected);

// One image: codes[height, width, channels] → result[out_height / pool, out_width / pool, filters]. `padded`
// and `sums` are working memory. The filters of a large convolution are divided among up to `workers`
// threads.
void qat_integer_convolve(
    const qat_integer_product *product, const int8_t *codes, int32_t zero_point, long workers, void *padded,
    int32_t *sums, int8_t *result);

// Depthwise convolution of one image with one filter per channel, without pooling: product->packed is the
// unpacked kernel[window_height, window_width, channels], and the bias is uncorrected but padded to whole
// vectors. `sums` has room for 16 sums of each window in a row.
void qat_integer_depthwise(
    const qat_integer_product *product, const int8_t *codes, int32_t zero_point, int32_t *sums,
    int8_t *result);

// The largest code of each window, separately for each channel.
void qat_integer_max_pool(qat_windows windows, const int8_t *codes, int8_t *result);

// The instructions of the loops: AVX-512 VNNI, which multiplies 64 pairs of bytes at once, AVX2, or plain C.
// All give the same codes. The environment variable ONEDNN_MAX_CPU_ISA excludes newer instructions, as in
// oneDNN, but only for these loops: the functions around them are compiled for several processors and
// selected when the program is loaded.
typedef enum { qat_integer_portable, qat_integer_avx2, qat_integer_vnni } qat_integer_instructions;
qat_integer_instructions qat_integer_best_instructions(void);

#endif
