import Support

/// The buckets that integer codes cut a real axis into, shaded behind a histogram.
///
/// A bucket is all the real numbers that round to one code; codes that no value uses are greyed.
public struct Buckets: Hashable, Codable, Sendable {
  /// The real numbers where one bucket ends and the next begins, rising; one more than there are codes.
  public var edges: [Double]
  /// Whether any value falls into each bucket; empty, and a histogram finds it from its values.
  public var used: [Bool]
  /// The first and last code, such as −127 and 127, as many as buckets, written at the ends; `nil` for none.
  public var codes: ClosedRange<Int>?

  /// Creates buckets from their edges.
  public init(edges: some Sequence<some Plottable>, used: [Bool] = [], codes: ClosedRange<Int>? = nil) {
    (self.edges, self.used, self.codes) = (edges.plottedValues, used, codes)
  }

  /// Creates the buckets of `real = scale × (code − zeroPoint)` for all of `codes`.
  public init(scale: some Plottable, zeroPoint: Int = 0, codes: ClosedRange<Int>, used: [Bool] = []) {
    let scale = scale.plotted
    require(scale > 0 && scale.isFinite, "buckets need a scale above zero and finite; got \(scale)")
    let (last, isHuge) = codes.upperBound.subtractingReportingOverflow(codes.lowerBound)
    require(!isHuge && last < 1 << 16, "buckets have 65,536 codes at most; got codes \(codes)")
    edges = (0...last + 1).map { scale * (Double(codes.lowerBound) + Double($0) - Double(zeroPoint) - 0.5) }
    (self.used, self.codes) = (used, codes)
  }

  /// Whether there are as many codes as buckets, or none are given.
  var hasCodeForEach: Bool {
    guard let codes else { return true }
    let (last, isHuge) = codes.upperBound.subtractingReportingOverflow(codes.lowerBound)
    return !isHuge && last == count - 1
  }

  /// How many codes there are.
  public var count: Int { max(edges.count - 1, 0) }
}
