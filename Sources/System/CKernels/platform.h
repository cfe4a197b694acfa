#ifndef QAT_PLATFORM_H
#define QAT_PLATFORM_H

// Compiles a function once for each generation of vector units; glibc's loader picks one when the program starts.
// Elsewhere the function is compiled once. -ffp-contract=off (Package.swift) keeps multiply-adds unfused, so every
// clone gives the same bits.
#if defined(__linux__)
#include <features.h>
#endif
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define QAT_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#endif
#ifndef QAT_CLONES
#define QAT_CLONES
#endif

// A helper that is inlined into each clone that calls it.
#define QAT_INLINE static inline __attribute__((always_inline))

#endif
