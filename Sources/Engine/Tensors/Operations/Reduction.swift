import Support

/// Which dimensions of a shape a reduction removes, as steps that each reduce one contiguous group.
struct Reduction {
  /// A view as [outer, reduced, inner], of which the middle goes.
  struct Step {
    let outer: Int
    let reduced: Int
    let inner: Int
  }

  private let original: [Int]
  /// The dimensions reduced, counted from the front, rising.
  let axes: [Int]
  /// The groups of neighbouring dimensions, the last group first, each on what the one before left.
  let steps: [Step]

  init(_ shape: [Int], axes chosen: [Int]?, _ operation: String) {
    let rank = shape.count
    let axes = (chosen ?? Array(0..<rank)).map { axis in
      require(
        axis >= -rank && axis < rank,
        "\(operation): axis \(axis) is outside shape \(shape), whose axes are \(-rank) ..< \(rank)")
      return axis < 0 ? axis + rank : axis
    }.sorted()
    require(
      Set(axes).count == axes.count, "\(operation): axes \(chosen ?? []) of shape \(shape) name one twice")
    original = shape
    self.axes = axes
    var steps: [Step] = []
    var remaining = shape
    var last = axes.count - 1
    while last >= 0 {
      var first = last
      while first > 0, axes[first - 1] == axes[first] - 1 { first -= 1 }
      let group = axes[first]...axes[last]
      steps.append(
        Step(
          outer: remaining[..<group.lowerBound].reduce(1, *), reduced: remaining[group].reduce(1, *),
          inner: remaining[(group.upperBound + 1)...].reduce(1, *)))
      for axis in group { remaining[axis] = 1 }
      last = first - 1
    }
    self.steps = steps
  }

  /// The number of elements that become one.
  var reducedCount: Int { axes.reduce(1) { $0 * original[$1] } }

  /// The shape of the result.
  func shape(keepingDimensions: Bool) -> [Int] {
    original.indices.compactMap { axes.contains($0) ? (keepingDimensions ? 1 : nil) : original[$0] }
  }

  /// The one step of a reduction over one axis.
  func onlyStep(of shape: [Int]) -> Step {
    steps.first ?? Step(outer: shape.reduce(1, *), reduced: 1, inner: 1)
  }
}
