#include "integer_kernels.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>

// Depthwise convolutions of 16 channels by vpdpbusd, which adds four products of bytes to each lane: four neighbouring
// pixels of a row are laid side by side once, for all windows that read them.

#define QAT_VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define QAT_VNNI_INLINE static inline __attribute__((always_inline)) QAT_VNNI

enum { windows_at_once = 12, neighbours = 4, bytes_in_group = neighbours * lanes_in_vector };

QAT_VNNI_INLINE __m512i load_pixel(const int8_t *codes, __mmask16 channels) {
  const __m128i bytes = _mm_maskz_loadu_epi8(channels, codes);
  return _mm512_cvtepu8_epi32(_mm_xor_si128(bytes, _mm_set1_epi8(-128)));
}

// A group one pixel further to the right.
QAT_VNNI_INLINE __m512i moved(__m512i group, __m512i pixel) {
  return _mm512_or_si512(_mm512_srli_epi32(group, 8), _mm512_slli_epi32(pixel, 24));
}

QAT_VNNI void qat_integer_group_row_avx512(const qat_integer_groups *p, const int8_t *codes, void *groups) {
  enum { before = neighbours - 1 };  // the pixels of a group before its last
  const uint8_t filling = (uint8_t)(p->input_zero_point + 128);
  const __m512i outside = _mm512_set1_epi32(filling);
  const __mmask16 channels = (__mmask16)((1u << p->channels) - 1);
  const long begin = p->left, end = p->left + p->inside;
  __m512i group = _mm512_set1_epi8((char)filling);
  uint8_t *place = (uint8_t *)groups - before * bytes_in_group;  // where the group that ends with pixel 0 would be
  long x = 0;
  for (; x < begin; ++x) {
    if (x >= before) _mm512_storeu_si512(place + x * bytes_in_group, group);
  }
  for (; x < end; ++x, codes += p->pixel) {
    group = moved(group, load_pixel(codes, channels));
    if (x >= before) _mm512_storeu_si512(place + x * bytes_in_group, group);
  }
  for (; x < p->width + before; ++x) {
    group = moved(group, outside);
    if (x >= before) _mm512_storeu_si512(place + x * bytes_in_group, group);
  }
}

// `windows` neighbours, a literal at the call.
QAT_VNNI_INLINE void sum_windows(
    long windows, const qat_integer_groups *p, long first_row, const uint8_t *groups, const uint8_t *packed,
    const int32_t *bias, int32_t *sums) {
  __m512i totals[windows_at_once];
  for (long k = 0; k < windows; ++k) totals[k] = _mm512_loadu_si512(bias);
  const long step = p->stride * bytes_in_group, row_bytes = p->width * bytes_in_group;
  long row = first_row;
  for (long i = 0; i < p->window_height; ++i) {
    const uint8_t *place = groups + row * row_bytes;
    for (long g = 0; g < p->groups; ++g, packed += bytes_in_group, place += neighbours * bytes_in_group) {
      const __m512i weights = _mm512_loadu_si512(packed);
      for (long k = 0; k < windows; ++k) {
        totals[k] = _mm512_dpbusd_epi32(totals[k], _mm512_loadu_si512(place + k * step), weights);
      }
    }
    row = row + 1 == p->window_height ? 0 : row + 1;
  }
  for (long k = 0; k < windows; ++k) _mm512_storeu_si512(sums + k * lanes_in_vector, totals[k]);
}

#define QAT_WINDOWS(count)                                                             \
  case count:                                                                          \
    sum_windows(count, p, first_row, place, packed, bias, sums + x * lanes_in_vector); \
    break;

QAT_VNNI void qat_integer_sum_groups_avx512(
    const qat_integer_groups *p, long first_row, const void *groups, const void *packed, const int32_t *bias,
    int32_t *sums) {
  const long tiles = (p->windows + windows_at_once - 1) / windows_at_once;
  const long tile = (p->windows + tiles - 1) / tiles;
  for (long x = 0; x < p->windows; x += tile) {
    const uint8_t *place = (const uint8_t *)groups + x * p->stride * bytes_in_group;
    const long here = p->windows - x < tile ? p->windows - x : tile;
    switch (here) {
      QAT_WINDOWS(1) QAT_WINDOWS(2) QAT_WINDOWS(3) QAT_WINDOWS(4) QAT_WINDOWS(5) QAT_WINDOWS(6)
      QAT_WINDOWS(7) QAT_WINDOWS(8) QAT_WINDOWS(9) QAT_WINDOWS(10) QAT_WINDOWS(11) QAT_WINDOWS(12)
    }
  }
}

#endif
