import FixedPoint
import IntegerInference
import Support
import Testing

/// Products so large that threads share them, and shapes that the loops lay out in ways of their own.
@Suite struct SharedProductTests {
  /// A shape of an operation, and how its model is made.
  struct Shape: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let model: @Sendable (inout RandomModels) throws -> IntegerModel?
  }

  private static func convolution(
    _ name: String, of image: [Int], filters: Int, _ window: Window, pooled: Bool = false
  ) -> Shape {
    Shape(testDescription: name) {
      try $0.convolution(of: image, filters: filters, window: window, pooled: pooled)
    }
  }

  private static func depthwise(_ name: String, of image: [Int], _ window: Window) -> Shape {
    Shape(testDescription: name) { try $0.depthwise(of: image, multiplier: 1, window: window) }
  }

  private static let shapes = [
    convolution("pixels shared in strips", of: [17, 20, 64], filters: 70, Window(size: (1, 1))),
    convolution(
      "pixels pooled, which make no strips", of: [14, 10, 9], filters: 20, Window(size: (1, 1)), pooled: true),
    convolution(
      "rows shared", of: [20, 16, 16], filters: 40, Window(size: (3, 3), sameFor: (height: 20, width: 16))),
    convolution(
      "rows shared and pooled", of: [22, 18, 16], filters: 40,
      Window(size: (3, 3), sameFor: (height: 22, width: 18)), pooled: true),
    convolution("filters of few pixels shared", of: [3, 3, 128], filters: 600, Window(size: (2, 2))),
    // So large that threads share even what tiles compute; 33 to 35 windows are three tiles, which overlap.
    convolution(
      "rows of tiles shared", of: [40, 35, 64], filters: 48,
      Window(size: (3, 3), sameFor: (height: 40, width: 35))),
    convolution(
      "rows of tiles shared and pooled", of: [40, 34, 64], filters: 48,
      Window(size: (3, 3), sameFor: (height: 40, width: 34)), pooled: true),
    convolution("strips of tiles shared", of: [45, 47, 96], filters: 70, Window(size: (1, 1))),
    convolution("filters of tiles shared", of: [3, 17, 320], filters: 600, Window(size: (2, 2))),
    convolution("the only pixel of a window", of: [5, 3, 20], filters: 100, Window(size: (5, 3))),
    convolution("eight filters", of: [9, 23, 3], filters: 8, Window(size: (3, 3), strides: (2, 2))),
    Shape(testDescription: "more units than there is room for sums") {
      try $0.dense(inputs: 70, units: 4800)
    },
    Shape(testDescription: "units of one image shared") {
      try $0.dense(inputs: 500, units: 4800, lowestWeight: -127)
    },
    depthwise(
      "channels shared", of: [40, 40, 70], Window(size: (3, 3), sameFor: (height: 40, width: 40))),
    depthwise("an image one pixel wide", of: [40, 1, 20], Window(size: (6, 1), strides: (2, 1))),
    depthwise(
      "an image one pixel wide, padded", of: [15, 1, 40],
      Window(size: (7, 1), sameFor: (height: 15, width: 1))),
    depthwise("windows of a pixel in a wide image", of: [3, 90, 5], Window(size: (1, 1))),
    depthwise(
      "windows wider than the image", of: [4, 2, 17], Window(size: (3, 7), sameFor: (height: 4, width: 2))),
  ]

  @Test(arguments: shapes, InstructionSet.allCases.filter(\.isAvailable))
  func `the codes are those of the reference on any number of threads`(
    _ shape: Shape, _ instructions: InstructionSet
  ) throws {
    for arithmetic in [IntegerArithmetic.tflite, .xnnpack] {
      var random = RandomModels(seed: 8, arithmetic: arithmetic)
      let model = try #require(try shape.model(&random))
      let codes = random.codes(model.operations[0].count)
      let expected = IntegerSession(model, path: .reference).codes([codes], examples: 1)
      for workers in [1, 2, 3] {
        let session = IntegerSession(model, workers: workers, instructions: instructions)
        let found = session.codes([codes], examples: 1)
        let differences = zip(expected.joined(), found.joined()).count { $0 != $1 }
        #expect(differences == 0, "\(arithmetic), workers: \(workers)")
      }
    }
  }
}
