#ifndef QAT_PLATFORM_H
#define QAT_PLATFORM_H

// What every C file of the kernels takes for granted, so each one includes this.

// A product and a sum are rounded one after the other, not fused into one instruction that rounds once, unless a loop says
// so itself (packed_convolution.c and winograd_training.c with their headers): every build of a loop gives the same bits, on
// every processor. Clang fuses by default where the processor can.
// Of its options only -ffp-contract=fast overrules the pragma; Package.swift says -ffp-contract=off as well.
#pragma STDC FP_CONTRACT OFF
#ifdef __FAST_MATH__
#error "the kernels' bits are part of their contract: compile without -ffast-math"
#endif

// Sizes, strides and indices are `long`, Swift's Int.
_Static_assert(sizeof(long) == 8, "long has 64 bits on all supported platforms; on Windows it has 32");

// Compiles a function once for each generation of vector units; glibc's loader picks one when the program starts.
// Elsewhere the function is compiled once.
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

// A loop whose number of steps is a literal: an array is registers only if no index is left.
#if defined(__clang__)
#define QAT_UNROLLED _Pragma("clang loop unroll(full)")
#else
#define QAT_UNROLLED
#endif

// A helper that is inlined into each function that calls it, and so is compiled for that function's processor.
#define QAT_INLINE static inline __attribute__((always_inline))

#endif
