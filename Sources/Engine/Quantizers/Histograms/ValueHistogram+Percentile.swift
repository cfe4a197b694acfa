extension ValueHistogram {
  /// The value at or below which `percent` of 100 of the values lie, those of a bin spread evenly over it.
  public func percentile(_ percent: Double) -> Float {
    let wanted = percent / 100 * Double(total)
    let (below, above) = (counts[..<binsBelow], counts[binsBelow...])
    let negatives = below.reduce(0) { $0 + Double($1) }
    if wanted < negatives {
      return max(
        Float(Double(-binsBelow) * Double(width) + Self.distance(to: wanted, in: below) * Double(width)),
        lowest)
    }
    let positives = wanted - negatives - Double(zeros)
    return positives <= 0 ? 0 : min(Float(Self.distance(to: positives, in: above) * Double(width)), highest)
  }

  /// The magnitude at or below which `percent` of 100 of the values lie.
  func magnitudePercentile(_ percent: Double) -> Float {
    let positives = percent / 100 * Double(total) - Double(zeros)
    guard positives > 0 else { return 0 }
    return min(Float(Self.distance(to: positives, in: folded[...]) * Double(width)), max(-lowest, highest))
  }

  /// How many bins hold the first `wanted` values, with a fraction.
  private static func distance(to wanted: Double, in counts: ArraySlice<Float>) -> Double {
    var seen = 0.0
    for (place, count) in counts.enumerated() where count > 0 {
      let next = seen + Double(count)
      if next >= wanted { return Double(place) + (wanted - seen) / Double(count) }
      seen = next
    }
    return Double(counts.count)
  }
}
