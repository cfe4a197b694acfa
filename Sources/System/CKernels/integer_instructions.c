#include <stdlib.h>
#include <string.h>

#include "integer_products.h"

#if defined(__x86_64__)

// oneDNN's environment variable applies here as well, so that a test of older processors covers both. It
// names the newest instructions that may be used.
static int is_allowed(const char *const *enough, size_t count) {
  const char *limit = getenv("ONEDNN_MAX_CPU_ISA");
  if (!limit) limit = getenv("DNNL_MAX_CPU_ISA");
  if (!limit || !*limit) return 1;
  for (size_t i = 0; i < count; ++i) {
    if (strncmp(limit, enough[i], strlen(enough[i])) == 0) return 1;
  }
  return 0;
}

static qat_integer_instructions find_instructions(void) {
  const char *const enough[] = {"DEFAULT", "ALL", "AVX10", "AVX512_CORE_", "AVX512", "AVX2"};
  const int has_vnni = __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")
                       && __builtin_cpu_supports("avx512vl");
  if (has_vnni && is_allowed(enough, 4)) return qat_integer_vnni;
  if (__builtin_cpu_supports("avx2") && is_allowed(enough, 6)) return qat_integer_avx2;
  return qat_integer_portable;
}

#else

static qat_integer_instructions find_instructions(void) { return qat_integer_portable; }

#endif

qat_integer_instructions qat_integer_best_instructions(void) {
  static int known;  // 1 + the answer once it is known; concurrent threads find the same answer
  const int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (answer > 0) return (qat_integer_instructions)(answer - 1);
  const qat_integer_instructions found = find_instructions();
  __atomic_store_n(&known, 1 + (int)found, __ATOMIC_RELAXED);
  return found;
}
