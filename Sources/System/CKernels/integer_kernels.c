#include "integer_kernels.h"

#include <stddef.h>

#include "platform.h"

#if defined(__x86_64__)

const qat_integer_kernels *qat_integer_kernels_for(qat_isa isa) {
  switch (isa) {
  case qat_isa_portable: return &qat_integer_kernels_portable;
  case qat_isa_sse41: return __builtin_cpu_supports("sse4.1") ? &qat_integer_kernels_sse41 : NULL;
  case qat_isa_avx2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &qat_integer_kernels_avx2 : NULL;
  case qat_isa_avx512_vnni:
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")
                   && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
               ? &qat_integer_kernels_avx512_vnni
               : NULL;
  case qat_isa_amx:
    return qat_integer_kernels_for(qat_isa_avx512_vnni) && qat_integer_has_amx() ? &qat_integer_kernels_amx : NULL;
  }
  return NULL;
}

#else

const qat_integer_kernels *qat_integer_kernels_for(qat_isa isa) {
  return isa == qat_isa_portable ? &qat_integer_kernels_portable : NULL;
}

#endif
