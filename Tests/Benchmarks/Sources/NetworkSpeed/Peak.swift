import CPeak

/// What the machine can do at best, on one core.
enum Peak: String {
  /// Operations of products of codes and weights, two a multiply-add.
  case products
  /// Bytes that are read from the second-level cache.
  case cache
  /// Bytes that are read from memory.
  case memory

  /// The operations or bytes a second, measured for about 20 ms.
  func rate() -> Double {
    switch self {
    case .products: Self.rate { Double(peak_products()) }
    case .cache: Self.readingRate(1 << 18)
    case .memory: Self.readingRate(1 << 27)
    }
  }

  private static func readingRate(_ bytes: Int) -> Double {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 1)
    var sum = 0
    let rate = rate {
      sum &+= peak_read(memory.baseAddress, bytes)
      return Double(bytes)
    }
    return sum == 1 ? -rate : rate  // the sum is even: without its use nothing would be read
  }

  private static func rate(_ work: () -> Double) -> Double {
    let begin = ContinuousClock.now
    var (done, seconds) = (0.0, 0.0)
    while seconds < 0.02 {
      done += work()
      seconds = (ContinuousClock.now - begin) / .seconds(1)
    }
    return done / seconds
  }
}
