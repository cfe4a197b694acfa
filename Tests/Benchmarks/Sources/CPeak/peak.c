#include "peak.h"

enum { chains = 16, rounds = 100000, operations_an_instruction = 2 * 64 };

long peak_operations(void) { return (long)chains * rounds * operations_an_instruction; }

#if defined(__x86_64__)

#include <immintrin.h>

__attribute__((target("avx512f,avx512vnni"), noinline)) static int run(void) {
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

int peak_vnni(void) {
  if (!__builtin_cpu_supports("avx512vnni")) return 0;
  volatile int result = run();
  (void)result;
  return 1;
}

__attribute__((target("avx512f"), noinline)) static long read_lines(const char *memory, long bytes) {
  __m512i even = _mm512_setzero_si512(), odd = even;
  for (long place = 0; place + 128 <= bytes; place += 128) {
    even = _mm512_xor_si512(even, _mm512_loadu_si512(memory + place));
    odd = _mm512_xor_si512(odd, _mm512_loadu_si512(memory + place + 64));
  }
  return _mm512_reduce_add_epi64(_mm512_xor_si512(even, odd));
}

long peak_read(const void *memory, long bytes) {
  if (__builtin_cpu_supports("avx512f")) return read_lines(memory, bytes);
  long sum = 0;
  for (long place = 0; place < bytes / (long)sizeof(long); ++place) sum ^= ((const long *)memory)[place];
  return sum;
}

#else

long peak_read(const void *memory, long bytes) {
  long sum = 0;
  for (long place = 0; place < bytes / (long)sizeof(long); ++place) sum ^= ((const long *)memory)[place];
  return sum;
}

int peak_vnni(void) { return 0; }

#endif
