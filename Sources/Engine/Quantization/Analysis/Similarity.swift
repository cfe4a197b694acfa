import Support

/// How alike two lists of numbers are; sums are kept in double precision.
struct Similarity {
  /// The power of the first over that of the difference, in decibels; nil if they are equal.
  let sqnr: Double?
  /// The mean of the squared differences.
  let meanSquaredError: Double
  /// The cosine of the angle between them; 1 for two of zeros.
  let cosine: Double

  init(_ reference: [Float], _ values: [Float]) {
    var (signal, noise, product, power) = (0.0, 0.0, 0.0, 0.0)
    for (a, b) in zip(reference, values) {
      let (a, b) = (Double(a), Double(b))
      signal += a * a
      noise += (a - b) * (a - b)
      product += a * b
      power += b * b
    }
    sqnr = noise == 0 ? nil : 10 * decimalLogarithm(signal / noise)
    meanSquaredError = noise / Double(reference.count)
    let lengths = (signal * power).squareRoot()
    cosine = lengths == 0 ? (signal == power ? 1 : 0) : product / lengths
  }
}
