import ArgumentParser
import Datasets
import Support
import Tensors
import Training

/// The real numbers that stand for the bytes 0 and 255 of a pixel.
struct PixelRange: Hashable, ExpressibleByArgument {
  let low: Float
  let high: Float

  /// Bytes divided by 255.
  static let unit = PixelRange(low: 0, high: 1)

  init(low: Float, high: Float) { (self.low, self.high) = (low, high) }

  /// Reads two numbers with a colon between them, the first below the second: "0:255".
  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Float($0) }
    guard parts.count == 2, let low = parts[0], let high = parts[1], low.isFinite, high.isFinite, low < high
    else { return nil }
    self.init(low: low, high: high)
  }

  /// The number of every byte, rounded once.
  var numbers: [Float] {
    (0...255).map { Float(Double(low) + (Double(high) - Double(low)) * Double($0) / 255) }
  }

  var defaultValueDescription: String {
    let short = NumberFormat.significant(6)
    return "\(short.string(Double(low))):\(short.string(Double(high)))"
  }
}

/// Images as a model takes them: each byte as the real number that a range gives it.
struct PixelExamples: Examples {
  private let images: LabeledImages
  private let shape: [Int]
  private let numbers: [Float]

  /// Creates examples of a shape with as many elements as an image has values.
  init(_ images: LabeledImages, shape: [Int], pixels: PixelRange) {
    (self.images, self.shape, numbers) = (images, shape, pixels.numbers)
  }

  var count: Int { images.count }

  func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    var values: [Float] = []
    values.reserveCapacity(indices.count * images.valuesPerImage)
    for index in indices {
      for byte in images.bytes(of: index) { values.append(numbers[Int(byte)]) }
    }
    return (Tensor(values, shape: [indices.count] + shape), .classes(images.labels(of: indices)))
  }
}

/// Some of other examples, in an order.
struct ChosenExamples: Examples {
  private let base: any Examples
  private let chosen: [Int]

  init(_ base: any Examples, _ chosen: [Int]) { (self.base, self.chosen) = (base, chosen) }

  var count: Int { chosen.count }

  func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    base.batch(of: indices.map { chosen[$0] }, using: &generator)
  }
}
