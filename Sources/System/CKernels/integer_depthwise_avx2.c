#include "integer_kernels.h"
#include "platform.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

// Depthwise convolutions of 16 channels by pmaddwd, which multiplies two numbers of 16 bits each and adds the
// products: neighbouring pixels of a row are laid side by side once, for all windows that read them.

#define QAT_AVX2 __attribute__((target("avx2,fma")))
#define QAT_AVX2_INLINE static inline __attribute__((always_inline)) QAT_AVX2

enum { windows_at_once = 6, words_in_pair = 2 * lanes_in_vector };

QAT_AVX2_INLINE __m128i load_pixel(const int8_t *codes, long channels) {
  const __m128i shift = _mm_set1_epi8(-128);
  if (channels == lanes_in_vector) return _mm_xor_si128(_mm_loadu_si128((const __m128i *)(const void *)codes), shift);
  int8_t some[lanes_in_vector] = {0};
  if (channels == 8) memcpy(some, codes, 8);
  else memcpy(some, codes, (size_t)channels);
  return _mm_xor_si128(_mm_loadu_si128((const __m128i *)(const void *)some), shift);
}

// The codes of two neighbours, shifted by 128, alternately.
QAT_AVX2_INLINE void store_pair(__m128i left, __m128i right, int16_t *pairs) {
  const __m256i low = _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(left, right));
  const __m256i high = _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(left, right));
  _mm256_storeu_si256((__m256i *)(void *)pairs, low);
  _mm256_storeu_si256((__m256i *)(void *)(pairs + lanes_in_vector), high);
}

// `channels` is a literal at some of the calls.
QAT_AVX2_INLINE void pair_pixels(
    const qat_integer_groups *p, long channels, const int8_t *codes, int16_t *pairs) {
  const __m128i filling = _mm_set1_epi8((char)(p->input_zero_point + 128));
  const long begin = p->left, end = p->left + p->inside;
  __m128i left = filling;
  for (long x = 0; x < begin - 1; ++x) store_pair(filling, filling, pairs + x * words_in_pair);
  for (long x = begin; x < end; ++x, codes += p->pixel) {
    const __m128i right = load_pixel(codes, channels);
    if (x > 0) store_pair(left, right, pairs + (x - 1) * words_in_pair);
    left = right;
  }
  for (long x = end > 0 ? end : 1; x <= p->width; ++x) {
    store_pair(left, filling, pairs + (x - 1) * words_in_pair);
    left = filling;
  }
}

QAT_AVX2 void qat_integer_group_row_avx2(const qat_integer_groups *p, const int8_t *codes, void *pairs) {
  switch (p->channels) {
  case 16: pair_pixels(p, 16, codes, pairs); break;
  case 8: pair_pixels(p, 8, codes, pairs); break;
  default: pair_pixels(p, p->channels, codes, pairs); break;
  }
}

QAT_AVX2_INLINE __m256i load_words(const void *words) { return _mm256_loadu_si256((const __m256i *)words); }

// `windows` neighbours, a literal at the call.
QAT_AVX2_INLINE void sum_windows(
    long windows, const qat_integer_groups *p, long first_row, const int16_t *pairs, const int16_t *packed,
    const int32_t *bias, int32_t *sums) {
  __m256i totals[windows_at_once][2];
  for (long k = 0; k < windows; ++k) {
    totals[k][0] = load_words(bias);
    totals[k][1] = load_words(bias + 8);
  }
  const long step = p->stride * words_in_pair, row_words = p->width * words_in_pair;
  long row = first_row;
  for (long i = 0; i < p->window_height; ++i) {
    const int16_t *place = pairs + row * row_words;
    for (long t = 0; t < p->groups; ++t, packed += words_in_pair, place += 2 * words_in_pair) {
      const __m256i low = load_words(packed), high = load_words(packed + lanes_in_vector);
      for (long k = 0; k < windows; ++k) {
        const int16_t *pair = place + k * step;
        totals[k][0] = _mm256_add_epi32(totals[k][0], _mm256_madd_epi16(low, load_words(pair)));
        totals[k][1] = _mm256_add_epi32(totals[k][1], _mm256_madd_epi16(high, load_words(pair + lanes_in_vector)));
      }
    }
    row = row + 1 == p->window_height ? 0 : row + 1;
  }
  for (long k = 0; k < windows; ++k) {
    _mm256_storeu_si256((__m256i *)(void *)(sums + k * lanes_in_vector), totals[k][0]);
    _mm256_storeu_si256((__m256i *)(void *)(sums + k * lanes_in_vector + 8), totals[k][1]);
  }
}

#define QAT_WINDOWS(count)                                              \
  case count:                                                           \
    sum_windows(count, p, first_row, place, packed, bias, sums + x * lanes_in_vector); \
    break;

QAT_AVX2 void qat_integer_sum_groups_avx2(
    const qat_integer_groups *p, long first_row, const void *pairs, const void *packed, const int32_t *bias,
    int32_t *sums) {
  const long tiles = (p->windows + windows_at_once - 1) / windows_at_once;
  const long tile = (p->windows + tiles - 1) / tiles;
  for (long x = 0; x < p->windows; x += tile) {
    const int16_t *place = (const int16_t *)pairs + x * p->stride * words_in_pair;
    const long here = p->windows - x < tile ? p->windows - x : tile;
    switch (here) {
      QAT_WINDOWS(1) QAT_WINDOWS(2) QAT_WINDOWS(3) QAT_WINDOWS(4) QAT_WINDOWS(5) QAT_WINDOWS(6)
    }
  }
}

#endif
