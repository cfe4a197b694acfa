import CountedMemory
import IntegerInference
import Testing

/// Memory is taken when a session is made, not while it runs.
@Suite(.enabled(if: countsAllocations(), "this platform's allocator cannot be counted"))
struct AllocationTests {
  @Test func anArrayIsCounted() async {
    await #expect(processExitsWith: .success) {
      let before = allocationCount()
      var arrays: [[Int]] = []
      for count in 1...10 { arrays.append([Int](repeating: 0, count: count)) }
      precondition(allocationCount() - before >= arrays.count)
    }
  }

  /// In a process of its own, where nothing else runs.
  @Test func aSessionAllocatesNothingAfterItsFirstRun() async {
    await #expect(processExitsWith: .success) {
      for scheme in IntegerArithmetic.allCases {
        for path in IntegerSession.Path.allCases {
          let session = IntegerSession(try Models.network(scheme: scheme), path: path)
          let image = [Int8](repeating: 3, count: 126)
          var result = [Int8](repeating: 0, count: 5)
          image.withUnsafeBufferPointer { image in
            result.withUnsafeMutableBufferPointer { result in
              session.run(image, examples: 1, into: result)
              let before = allocationCount()
              for _ in 0..<20 { session.run(image, examples: 1, into: result) }
              precondition(allocationCount() == before)
            }
          }
        }
      }
    }
  }
}
