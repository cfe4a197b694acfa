#include "peak.h"

#if defined(__x86_64__)

#include <immintrin.h>

#if defined(__linux__)

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// Whether the processor multiplies tiles of bytes, and the operating system lets this process.
static int has_tiles(void) {
  enum { request_permission = 0x1023, tile_data = 18 };  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return __builtin_cpu_supports("amx-int8") && syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

// Four products a round of tiles of 16 × 64 and 64 × 16 bytes.
__attribute__((target("amx-tile,amx-int8"), noinline)) static void multiply_tiles(long rounds) {
  struct {
    uint8_t palette, start_row, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } shapes = {.palette = 1};
  for (int tile = 0; tile < 8; ++tile) {
    shapes.row_bytes[tile] = 64;
    shapes.rows[tile] = 16;
  }
  _tile_loadconfig(&shapes);
  for (long round = 0; round < rounds; ++round) {
    _tile_dpbusd(0, 4, 6);
    _tile_dpbusd(1, 4, 7);
    _tile_dpbusd(2, 5, 6);
    _tile_dpbusd(3, 5, 7);
  }
  _tile_release();
}

#else

static int has_tiles(void) { return 0; }
static void multiply_tiles(long rounds) {}

#endif

enum { rounds = 20000, chains = 16, short_rounds = 40000, short_chains = 12 };

__attribute__((target("avx512f,avx512vnni"), noinline)) static int multiply_bytes(void) {
  __m512i sums[chains];
  const __m512i codes = _mm512_set1_epi8(3), weights = _mm512_set1_epi8(-5);
  for (int k = 0; k < chains; ++k) sums[k] = _mm512_setzero_si512();
  for (long round = 0; round < rounds; ++round) {
    for (int k = 0; k < chains; ++k) sums[k] = _mm512_dpbusd_epi32(sums[k], codes, weights);
    for (int k = 0; k < chains; ++k) __asm__ volatile("" : "+v"(sums[k]));  // each one is computed
  }
  __m512i total = sums[0];
  for (int k = 1; k < chains; ++k) total = _mm512_xor_si512(total, sums[k]);
  return _mm512_reduce_add_epi32(total);
}

// The product and its addition are two instructions. The first is written as such, so that no product is
// computed once for all rounds.
__attribute__((target("avx2"), noinline)) static int multiply_pairs(void) {
  __m256i sums[short_chains], codes = _mm256_set1_epi16(3);
  const __m256i weights = _mm256_set1_epi16(-5);
  for (int k = 0; k < short_chains; ++k) sums[k] = _mm256_set1_epi32(k);
  for (long round = 0; round < short_rounds; ++round) {
    for (int k = 0; k < short_chains; ++k) {
      __m256i products;
      __asm__ volatile("vpmaddwd %1, %2, %0" : "=x"(products) : "x"(codes), "x"(weights));
      sums[k] = _mm256_add_epi32(sums[k], products);
    }
  }
  int words[8];
  __m256i total = sums[0];
  for (int k = 1; k < short_chains; ++k) total = _mm256_xor_si256(total, sums[k]);
  _mm256_storeu_si256((__m256i *)words, total);
  return words[0];
}

long peak_products(void) {
  volatile int result;
  if (has_tiles()) {
    multiply_tiles(rounds);
    return (long)rounds * 4 * 2 * 16 * 16 * 64;
  }
  if (__builtin_cpu_supports("avx512vnni")) {
    result = multiply_bytes();
    (void)result;
    return (long)chains * rounds * 2 * 64;
  }
  if (!__builtin_cpu_supports("avx2")) return 0;
  result = multiply_pairs();
  (void)result;
  return (long)short_chains * short_rounds * 2 * 16;
}

__attribute__((target("avx512f"), noinline)) static long read_lines(const char *memory, long bytes) {
  __m512i even = _mm512_setzero_si512(), odd = even;
  for (long place = 0; place + 128 <= bytes; place += 128) {
    even = _mm512_xor_si512(even, _mm512_loadu_si512(memory + place));
    odd = _mm512_xor_si512(odd, _mm512_loadu_si512(memory + place + 64));
  }
  return _mm512_reduce_add_epi64(_mm512_xor_si512(even, odd));
}

__attribute__((target("avx2"), noinline)) static long read_half_lines(const char *memory, long bytes) {
  __m256i sums[4];
  for (int k = 0; k < 4; ++k) sums[k] = _mm256_setzero_si256();
  for (long place = 0; place + 128 <= bytes; place += 128) {
    for (int k = 0; k < 4; ++k) {
      const __m256i *half = (const __m256i *)(const void *)(memory + place + 32 * k);
      sums[k] = _mm256_xor_si256(sums[k], _mm256_loadu_si256(half));
    }
  }
  long words[4];
  const __m256i low = _mm256_xor_si256(sums[0], sums[1]), high = _mm256_xor_si256(sums[2], sums[3]);
  _mm256_storeu_si256((__m256i *)words, _mm256_xor_si256(low, high));
  return words[0] ^ words[1] ^ words[2] ^ words[3];
}

static long read_words(const void *memory, long bytes) {
  long sum = 0;
  for (long place = 0; place < bytes / (long)sizeof(long); ++place) sum ^= ((const long *)memory)[place];
  return sum;
}

long peak_read(const void *memory, long bytes) {
  if (__builtin_cpu_supports("avx512f")) return read_lines(memory, bytes);
  if (__builtin_cpu_supports("avx2")) return read_half_lines(memory, bytes);
  return read_words(memory, bytes);
}

#else

long peak_products(void) { return 0; }

long peak_read(const void *memory, long bytes) {
  long sum = 0;
  for (long place = 0; place < bytes / (long)sizeof(long); ++place) sum ^= ((const long *)memory)[place];
  return sum;
}

#endif
