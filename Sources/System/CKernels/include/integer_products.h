#ifndef QAT_INTEGER_PRODUCTS_H
#define QAT_INTEGER_PRODUCTS_H

#include <stdbool.h>
#include <stdint.h>

#include "sliding_windows.h"

// Convolutions and dense layers of 8-bit codes: sums of products in 32 bits, then codes of the output.
//
// A dense layer is a convolution, too: its examples are the pixels of an image one pixel high, its inputs the
// channels, and the window is one pixel. So the comments below speak of convolutions only.
//
// The codes of the image are shifted by 128 to 0 … 255, since the processor's instruction requires one
// unsigned factor (or by 0, where the loops need none); the bias corrects for the zero point and the shift, exactly:
//
//     Σ w·(x − z) + b  =  Σ w·(x + 128) + (b − (z + 128)·Σ w)

// The instruction sets that have kernels of their own, each one newer than the one before. All of them give the
// same codes.
typedef enum {
  qat_isa_portable,     // plain C
  qat_isa_sse41,        // SSE4.1: multiplies 8 pairs of 16-bit numbers at once
  qat_isa_avx2,         // AVX2 with FMA: 16 pairs
  qat_isa_avx512_vnni,  // AVX-512 VNNI: 64 pairs of bytes
  qat_isa_amx,          // AMX beside it: tiles of 16 × 64 bytes by 64 × 16, on Linux
} qat_isa;

// The kernels of one instruction set. Whoever packs a kernel chooses the table and keeps it beside the packed
// weights, in the product: their layout is the table's.
typedef struct qat_integer_kernels qat_integer_kernels;

// The table of an instruction set, or NULL if the processor lacks it. There is always a portable one.
const qat_integer_kernels *qat_integer_kernels_for(qat_isa isa);

// The table for products of a single pixel with these weights, which may be another one.
const qat_integer_kernels *qat_integer_kernels_of_pixel(
    const qat_integer_kernels *kernels, const int8_t *weights, long count);

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
  const qat_integer_kernels *kernels;
  qat_windows windows;
  long filters;
  long pool;                 // 1, or 2: only the largest of each 2 × 2 sums becomes a code
  int32_t input_zero_point;  // of the image's codes
  const void *packed;        // the kernel, from qat_integer_pack
  const int32_t *bias;       // for each filter, corrected by qat_integer_pack
  qat_requantization requantization;
} qat_integer_product;

// How many times as fast tiles compute long sums as vectors do; 1 without tiles. For whoever divides work among threads.
long qat_integer_tile_speed(const qat_integer_kernels *kernels);

// The bytes of the packed kernel.
long qat_integer_packed_bytes(const qat_integer_kernels *kernels, qat_windows windows, long filters);

// The bytes of working memory of a product: of an image with its padding (or of the parts of it that `workers` threads
// have at a time), and of the sums of all threads.
long qat_integer_padded_bytes(const qat_integer_product *product, long workers);
long qat_integer_sums_bytes(const qat_integer_product *product, long workers);

// The number of filters for which bias, multipliers, mantissas and shifts must have room: whole vectors.
long qat_integer_padded_filters(long filters);

// Packs kernel[window_height, window_width, channels, filters] for a product, and corrects the bias for the
// zero point of its input: writes what the product's `packed` and `bias` point to.
void qat_integer_pack(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, void *packed,
    int32_t *corrected);

// How many bytes at the beginning of an image must stay as they are while its codes are written. The result may begin
// anywhere behind them; a result that begins before the image must end before it, unless the number is 0. Where pixels
// are computed strip by strip it is the whole image: then only a result of the same shape may stand on it, exactly.
long qat_integer_kept_bytes(const qat_integer_product *product, long workers);

// One image: codes[height, width, channels] → result[out_height / pool, out_width / pool, filters]. `padded`
// and `sums` are working memory. The pixels, rows or filters of a large convolution are divided among up to `workers`
// threads. `qat_integer_release` is due after the last convolution of a thread.
void qat_integer_convolve(
    const qat_integer_product *product, const int8_t *codes, long workers, void *padded, int32_t *sums,
    int8_t *result);

// Gives back what the convolutions of a table keep of the processor, on the thread that calls: after the last of them.
void qat_integer_release(const qat_integer_kernels *kernels);

// The bytes of a packed depthwise kernel with one filter per channel.
long qat_integer_depthwise_packed_bytes(const qat_integer_kernels *kernels, qat_windows windows);

// Packs kernel[window_height, window_width, channels] for a product, and corrects the bias where the loops need it.
void qat_integer_pack_depthwise(
    const qat_integer_product *product, const int8_t *kernel, const int32_t *bias, void *packed,
    int32_t *corrected);

// The bytes of working memory of a depthwise convolution on up to `workers` threads.
long qat_integer_depthwise_bytes(const qat_integer_product *product, long workers);

// Whether the result of a depthwise convolution may be its image itself.
bool qat_integer_depthwise_works_in_place(const qat_integer_product *product);

// Depthwise convolution of one image with one filter per channel, without pooling. Where they are computed by groups of
// pixels, the channels of a large one are divided among up to `workers` threads.
void qat_integer_depthwise(
    const qat_integer_product *product, const int8_t *codes, long workers, void *scratch, int8_t *result);

// Writes each of `count` codes `times` times: the image of a depthwise convolution with several filters per channel.
void qat_repeat_codes(const int8_t *codes, long count, long times, int8_t *result);

// The largest code of each window, separately for each channel.
void qat_integer_max_pool(
    const qat_integer_kernels *kernels, qat_windows windows, const int8_t *codes, int8_t *result);

#endif
