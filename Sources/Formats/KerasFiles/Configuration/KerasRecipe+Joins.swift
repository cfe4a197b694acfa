import Layers
import Support

/// Layers that change shapes, and layers of several inputs.
extension KerasRecipe {
  static let joins: [String: Maker] = [
    "Flatten": { (options) throws(KerasRefusal) in
      try options.requireChannelsLast()
      return KerasRecipe(
        make: { Flatten(name: $0) },
        measure: { (shapes) throws(KerasRefusal) in KerasMeasure(shape: [product(try one(shapes))]) })
    },
    "Reshape": { (options) throws(KerasRefusal) in try reshape(&options) },
    "Add": { (_) throws(KerasRefusal) in add },
    "Subtract": { (_) throws(KerasRefusal) in subtract },
    "Multiply": { (_) throws(KerasRefusal) in multiply },
    "Concatenate": { (options) throws(KerasRefusal) in try concatenate(&options) },
  ]

  private static func reshape(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    guard let target = try options.integers("target_shape") else {
      throw .option("target_shape", .null, expected: "a shape without the batch")
    }
    let free = target.count { $0 == -1 }
    let known = product(target.filter { $0 != -1 })
    guard free <= 1, target.allSatisfy({ $0 == -1 || $0 > 0 }) else {
      throw .option(
        "target_shape", .array(target.map(JSONValue.integer)),
        expected: "numbers above 0, and −1 at most once")
    }
    return KerasRecipe(
      make: { Reshape(targetShape: target, name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let shape = try one(shapes)
        let count = product(shape)
        guard free == 0 ? known == count : count % known == 0 else {
          throw KerasRefusal(
            "its target_shape is \(target), and its input of shape \(shape) has \(count) elements",
            "expected a shape of as many elements")
        }
        return KerasMeasure(shape: target.map { $0 == -1 ? count / known : $0 })
      })
  }

  static var add: KerasRecipe {
    KerasRecipe(
      make: { Add(name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        guard shapes.count > 1, shapes.allSatisfy({ $0 == shapes[0] }) else {
          throw KerasRefusal(
            "it adds inputs of the shapes \(listed(shapes))",
            "expected two or more of one shape: bring them to it before adding, by UpSampling2D or Conv2D, say"
          )
        }
        return KerasMeasure(shape: shapes[0])
      })
  }

  static var multiply: KerasRecipe {
    KerasRecipe(
      make: { Multiply(name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        KerasMeasure(shape: try repeated(shapes, counts: 2...Int.max))
      })
  }

  static var subtract: KerasRecipe {
    KerasRecipe(
      make: { Subtract(name: $0) },
      measure: { (shapes) throws(KerasRefusal) in KerasMeasure(shape: try repeated(shapes, counts: 2...2)) })
  }

  /// The shape of inputs that repeat along dimensions of extent 1.
  private static func repeated(_ shapes: [[Int]], counts: ClosedRange<Int>) throws(KerasRefusal) -> [Int] {
    guard counts ~= shapes.count, let shape = LayerSemantics.repeatedShape(of: shapes) else {
      throw KerasRefusal(
        "it is called with inputs of the shapes \(listed(shapes))",
        "expected \(counts.upperBound == 2 ? "two" : "two or more") of one shape, or such that repeat along "
          + "dimensions of extent 1")
    }
    return shape
  }

  private static func concatenate(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let axis = try options.integers("axis") ?? [-1]
    guard axis.count == 1, axis[0] != 0 else {
      throw .option(
        "axis", .array(axis.map(JSONValue.integer)), expected: "one axis other than 0, the batch")
    }
    return KerasRecipe(
      make: { Concatenate(axis: axis[0], name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let first = shapes.first ?? []
        let position = axis[0] < 0 ? first.count + axis[0] : axis[0] - 1
        let fits = shapes.allSatisfy { shape in
          shape.count == first.count
            && first.indices.allSatisfy { $0 == position || shape[$0] == first[$0] }
        }
        guard shapes.count > 1, first.indices.contains(position), fits else {
          throw KerasRefusal(
            "it joins inputs of the shapes \(listed(shapes)) along axis \(axis[0])",
            "expected two or more that differ along that axis only")
        }
        var shape = first
        shape[position] = shapes.reduce(0) { $0.addingWithoutOverflow($1[position]) }
        return KerasMeasure(shape: shape)
      })
  }

  /// Shapes for a message, at most eight of them.
  static func listed(_ shapes: [[Int]]) -> String {
    shapes.prefix(8).map { "\($0)" }.joined(separator: " and ") + (shapes.count > 8 ? " and more" : "")
  }
}
