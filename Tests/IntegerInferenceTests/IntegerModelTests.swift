import FixedPoint
import IntegerInference
import Testing

/// What a model checks when it is made.
@Suite struct IntegerModelTests {
  @Test func aModelWithoutInputIsRefused() {
    #expect(throws: IntegerModelError(cause: .noInput)) {
      try IntegerModel(name: "empty", operations: [], outputs: [])
    }
  }
}
