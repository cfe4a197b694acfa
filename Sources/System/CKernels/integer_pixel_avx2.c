#include <string.h>

#include "integer_kernels.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Sums of the only pixel by pmaddubsw, which multiplies 32 bytes, one factor unsigned, and adds the products in pairs:
//
//     Σ w·x  =  Σ |x| · (w, with x's sign),   at most 128 · 127 + 128 · 127 = 32,512 a pair
//
// fits its 16 bits as long as no weight is −128. Each weight takes part in one product only, so widening weights to 16
// bits, as the loops of more pixels do, would cost more than it saves: 4 instructions for 32 weights in place of 6.

#define QAT_AVX2 __attribute__((target("avx2,fma")))
#define QAT_AVX2_INLINE static inline __attribute__((always_inline)) QAT_AVX2

enum {
  lanes_in_half = 8,
  most_vectors = 4,
  weights_in_half = qat_group_bytes * lanes_in_half,  // of a group of 8 filters
};

QAT_AVX2_INLINE __m256i load(const void *from) { return _mm256_loadu_si256((const __m256i *)from); }

// 8 filters for each of `vectors`, a literal at the call, of the `lanes` filters.
QAT_AVX2_INLINE void sum_vectors(
    long vectors, long lanes, long groups, const int8_t *codes, const int8_t *packed, const int32_t *bias,
    int32_t *sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i totals[most_vectors];
  for (long v = 0; v < vectors; ++v) totals[v] = load(bias + v * lanes_in_half);
  for (long g = 0; g < groups; ++g, codes += qat_group_bytes, packed += qat_group_bytes * lanes) {
    int32_t four;
    memcpy(&four, codes, sizeof four);
    const __m256i signs = _mm256_set1_epi32(four), sizes = _mm256_abs_epi8(signs);
    for (long v = 0; v < vectors; ++v) {
      const __m256i weights = _mm256_sign_epi8(load(packed + v * weights_in_half), signs);
      const __m256i pairs = _mm256_maddubs_epi16(sizes, weights);
      totals[v] = _mm256_add_epi32(totals[v], _mm256_madd_epi16(pairs, ones));
    }
  }
  for (long v = 0; v < vectors; ++v) {
    _mm256_storeu_si256((__m256i *)(void *)(sums + v * lanes_in_half), totals[v]);
  }
}

QAT_AVX2 void qat_integer_sum_pixel_avx2(
    const qat_integer_row *row, long lanes, const void *corner, const void *packed, const int32_t *bias,
    int32_t *sums) {
  if (row->filters <= lanes_in_half) {
    sum_vectors(1, lanes, row->groups, corner, packed, bias, sums);
  } else if (lanes < lanes_in_block) {
    sum_vectors(2, lanes, row->groups, corner, packed, bias, sums);
  } else {
    sum_vectors(most_vectors, lanes, row->groups, corner, packed, bias, sums);
  }
}

void qat_integer_copy_pixel(qat_windows windows, const int8_t *codes, int32_t zero_point, void *padded) {
  (void)zero_point;
  memcpy(padded, codes, (size_t)windows.channels);
}

#endif
