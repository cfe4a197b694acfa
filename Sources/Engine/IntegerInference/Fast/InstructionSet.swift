import CKernels

/// An instruction set that the fast path has kernels for; all sets give the same codes.
///
/// The cases go from the oldest to the newest.
package enum InstructionSet: CaseIterable, Sendable {
  /// Plain C for any processor.
  case portable
  /// SSE4.1, with products of 8 pairs of 16-bit numbers.
  case sse41
  /// AVX2, with products of 16 pairs of 16-bit numbers.
  case avx2
  /// AVX-512 VNNI, with products of 64 pairs of bytes.
  case avx512VNNI
  /// AMX beside AVX-512 VNNI, with products of tiles of 16 × 64 bytes by 64 × 16, on Linux.
  case amx

  /// The newest set of this processor.
  package static var best: Self { allCases.last(where: \.isAvailable) ?? .portable }

  /// Whether this processor has the set.
  package var isAvailable: Bool { table != nil }

  /// The C functions of the set, or nil if this processor lacks the set.
  package var table: KernelTable? {
    switch self {
    case .portable: qat_integer_kernels_for(qat_isa_portable)
    case .sse41: qat_integer_kernels_for(qat_isa_sse41)
    case .avx2: qat_integer_kernels_for(qat_isa_avx2)
    case .avx512VNNI: qat_integer_kernels_for(qat_isa_avx512_vnni)
    case .amx: qat_integer_kernels_for(qat_isa_amx)
    }
  }
}

/// The C functions of one instruction set, `qat_integer_kernels`.
///
/// They pack a kernel and compute with it, and each set packs in its own way: a packed kernel is kept together
/// with its table.
package typealias KernelTable = OpaquePointer
