import Quantizers

extension Quantizer {
  /// The rule and the grid in a few words: "last value, 8 bits, symmetric, narrow, a range for each channel".
  public var summary: String {
    var words = [method, "\(format.bitWidth) bit\(format.bitWidth == 1 ? "" : "s")"]
    words.append(format.symmetric ? "symmetric" : "affine")
    if format.narrowRange { words.append("narrow") }
    if format.isPerChannel { words.append("a range for each channel") }
    return words.joined(separator: ", ")
  }
}

extension QuantizerFormat {
  /// Whether a tensor of this shape has the axes that have ranges of their own.
  func fits(_ shape: [Int]) -> Bool {
    axes.allSatisfy { (-shape.count..<shape.count).contains($0) } && (axes.isEmpty || shape.count > 1)
  }
}
