import CPeak

/// What the machine can do at best, on one core.
enum Peak: String {
  /// Operations of products of codes and weights, two a multiply-add.
  case products
  /// Bytes that are read from the second-level cache.
  case cache
  /// Bytes that are read from memory.
  case memory

  /// The operations or bytes a second: of 50 short windows the fastest, which other work disturbed least.
  func rate() -> Double {
    switch self {
    case .products: Self.rate { Double(peak_products()) }
    case .cache: Self.readingRate(of: 1 << 18, times: 16)
    case .memory: Self.readingRate(of: 1 << 26, times: 1)
    }
  }

  private static func readingRate(of bytes: Int, times: Int) -> Double {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1)
    var sum = 0
    let rate = rate {
      for _ in 0..<times { sum &+= peak_read(memory.baseAddress, bytes) }
      return Double(times * bytes)
    }
    return sum == 1 ? 0 : rate  // each word is read an even number of times; unused, none would be read
  }

  private static func rate(_ work: () -> Double) -> Double {
    (0..<50).map { _ in
      let begin = ContinuousClock.now
      let done = work()
      return done / ((ContinuousClock.now - begin) / .seconds(1))
    }.max() ?? 0
  }
}
