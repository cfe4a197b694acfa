import CountedMemory
import FixedPoint
import IntegerInference
import Testing

/// A session allocates its memory when it is created, not while it runs.
@Suite(.enabled(if: countsAllocations(), "this platform's allocator cannot be counted"))
struct AllocationTests {
  @Test func `the allocation of an array is counted`() async {
    await #expect(processExitsWith: .success) {
      let before = allocationCount()
      var arrays: [[Int]] = []
      for count in 1...10 { arrays.append([Int](repeating: 0, count: count)) }
      precondition(allocationCount() - before >= arrays.count)
    }
  }

  /// In a process of its own, where nothing else runs.
  @Test func `a session allocates nothing after its first run`() async {
    await #expect(processExitsWith: .success) {
      for arithmetic in IntegerArithmetic.allCases {
        for path in IntegerSession.Path.allCases {
          var models = [try Models.network(arithmetic: arithmetic)]
          if arithmetic != .onnxRuntime { models.append(try Models.imageNetwork(arithmetic: arithmetic)) }
          for model in models {
            let session = IntegerSession(model, path: path)
            let image = [Int8](repeating: 3, count: model.operations[0].count)
            var result = [Int8](repeating: 0, count: model.operations[model.outputs[0]].count)
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
}
