#ifndef QAT_INTEGER_PRODUCTS_H
#define QAT_INTEGER_PRODUCTS_H

#include <stdint.h>

#include "sliding_windows.h"

// Convolutions and dense layers of 8-bit codes: sums of products in 32 bits, then codes of the output.
//
// A dense layer is a convolution too: its examples are the pixels of an image one pixel high, its inputs the
// channels, and the window is one pixel. So all that follows speaks of convolutions.
//
// The codes of the image are shifted by 128 to 0 … 255, as the processor's instruction wants one factor
// unsigned; the zero point and the shift are paid back in the bias, exactly:
//
//     Σ w·(x − z) + b  =  Σ w·(x + 128) + (b − (z + 128)·Σ w)

// How sums become codes: sum × multiplier, rounded, plus the zero point, held between lowest and highest.
// There is a multiplier for each filter, in one of three forms.
typedef struct {
  const float *multipliers;  // rounded half to even: the product in float
  const int32_t *mantissas;  // if not NULL: mantissa × 2^(shift − 31), rounded twice as TFLite's kernels do
  const int32_t *shifts;     // −31 … 30
  const double *precise;     // if not NULL: rounded half away from zero, as TFLite's dense layer does
  int32_t zero_point, lowest, highest;
} qat_requantization;

typedef struct {
  qat_windows windows;
  long filters;
  long pool;            // 1, or 2: of each 2 × 2 sums the largest alone becomes a code
  const void *packed;   // the kernel, from qat_integer_pack
  const int32_t *bias;  // for each filter, corrected by qat_integer_pack
  qat_requantization requantization;
} qat_integer_product;

// The bytes of the packed kernel, of an image with its padding, and of the sums that each of `workers`
// threads works on.
long qat_integer_packed_bytes(qat_windows windows, long filters);
long qat_integer_padded_bytes(qat_windows windows);
long qat_integer_sums_bytes(qat_windows windows, long workers);

// The numbers of filters for which bias, multipliers, mantissas and shifts must have room: whole vectors.
long qat_integer_padded_filters(long filters);

// Packs kernel[window_height, window_width, channels, filters], and corrects the bias for the codes' zero
// point.
void qat_integer_pack(
    qat_windows windows, long filters, const int8_t *kernel, const int32_t *bias, int32_t zero_point,
    void *packed, int32_t *corrected);

// One image: codes[height, width, channels] → result[out_height / pool, out_width / pool, filters]. `padded`
// and `sums` are memory to work in. The filters of a large convolution are divided among up to `workers`
// threads.
void qat_integer_convolve(
    const qat_integer_product *product, const int8_t *codes, int32_t zero_point, long workers, void *padded,
    int32_t *sums, int8_t *result);

// Depthwise convolution of one image, one filter a channel: product->packed is the kernel as it is,
// [window_height, window_width, channels], the bias uncorrected but of whole vectors; no pooling. `sums` has
// room for 16 sums of each window in a row.
void qat_integer_depthwise(
    const qat_integer_product *product, const int8_t *codes, int32_t zero_point, int32_t *sums,
    int8_t *result);

// The largest code of each window, a channel at a time.
void qat_integer_max_pool(qat_windows windows, const int8_t *codes, int8_t *result);

// Which loops run: those for AVX-512 VNNI, which multiply 64 pairs of bytes at once, those for AVX2, or plain
// C. All give the same codes. The environment variable ONEDNN_MAX_CPU_ISA makes us forget newer instructions,
// as it does oneDNN; it does so for these loops alone: what surrounds them the compiler made several times, and
// the processor chooses.
typedef enum { qat_integer_portable, qat_integer_avx2, qat_integer_vnni } qat_integer_instructions;
qat_integer_instructions qat_integer_best_instructions(void);

#endif
