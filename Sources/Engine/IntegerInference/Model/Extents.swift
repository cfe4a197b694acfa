extension [Int] {
  /// The product of a shape's extents, such as the number of its codes; nil if it cannot be counted.
  var product: Int? {
    var count = 1
    for extent in self {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return count
  }
}
