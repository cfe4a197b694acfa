#ifndef QAT_PLATFORM_H
#define QAT_PLATFORM_H

// One build of a hot loop for each generation of vector units, picked when the program is loaded.
// -ffp-contract=off (Package.swift) keeps multiply-adds unfused, so every clone gives the same bits.
// The picking is done by glibc's loader; elsewhere there is the one build.
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

// A helper that becomes part of each clone that calls it.
#define QAT_INLINE static inline __attribute__((always_inline))

#endif
