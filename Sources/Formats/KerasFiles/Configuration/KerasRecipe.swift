import Layers
import Support
import Tensors

/// What a call of a layer gives and takes.
struct KerasMeasure {
  /// The shape of one example of the output.
  var shape: [Int]
  /// The number of elements of the layer's weights.
  var weights = 0
  /// The number of multiplications for one example.
  var products = 0
}

/// How a layer of Keras is made here: its layer, the activation behind it, and what a call gives.
///
/// Everything that the layer would stop at is refused by ``measure`` before the layer sees it.
struct KerasRecipe {
  /// The function applied to the layer's outputs, of a layer that has none as its argument.
  var activation = KerasActivation.function(.linear)
  /// Makes the unbuilt layer of the given name; nil if only the activation is left.
  var make: ((String) -> Layer)?
  /// Finds what a call with inputs of these shapes gives.
  let measure: ([[Int]]) throws(KerasRefusal) -> KerasMeasure
  /// What to tell about the layer, of one whose training differs.
  var note: String?

  /// Makes the recipe of a layer.
  ///
  /// - Throws: ``KerasRefusal`` if the class or one of its options has no counterpart here.
  static func of(_ entry: KerasEntry, version: Int) throws(KerasRefusal) -> KerasRecipe {
    guard let maker = makers[entry.className] else { throw unknown(entry.className) }
    var options = KerasOptions(entry.config, version: version)
    try options.requireFloat32()
    let recipe = try maker(&options)
    try options.finish()
    return recipe
  }

  /// What makes the recipe of a class from its options.
  typealias Maker = @Sendable (inout KerasOptions) throws(KerasRefusal) -> KerasRecipe

  /// The classes that are known, and what makes their recipes.
  static let makers: [String: Maker] = linear.merging(images) { $1 }.merging(elements) { $1 }.merging(joins) {
    $1
  }

  private static func unknown(_ name: String) -> KerasRefusal {
    if name == "Lambda" {
      return KerasRefusal(
        "it holds Python code, which is never run",
        "replace it by layers that compute the same, such as Rescaling, before saving the model")
    }
    return KerasRefusal(
      "there is no layer here for the class \(UntrustedText.shown(name))",
      "Documentation/Keras.md lists the classes that are read: replace the layer, or cut the model before it")
  }

  // MARK: Shapes

  /// The recipe of a layer that keeps the shape of its one input.
  static func unchanged(_ make: ((String) -> Layer)?, note: String? = nil) -> KerasRecipe {
    KerasRecipe(
      make: make,
      measure: { (shapes) throws(KerasRefusal) in KerasMeasure(shape: try one(shapes)) }, note: note)
  }

  /// The shape of the only input.
  static func one(_ shapes: [[Int]]) throws(KerasRefusal) -> [Int] {
    guard shapes.count == 1 else {
      throw KerasRefusal("it is called with \(shapes.count) inputs", "expected one: join them first")
    }
    return shapes[0]
  }

  /// The shape of the only input, which is an image of height, width and channels.
  static func image(_ shapes: [[Int]]) throws(KerasRefusal) -> [Int] {
    let shape = try one(shapes)
    guard shape.count == 3 else {
      throw KerasRefusal(
        "its input has the shape \(shape) without the batch", "expected images of height, width and channels")
    }
    return shape
  }

  /// The height and width of what a window gives that slides over an image.
  static func windows(
    _ image: [Int], _ size: Size2D, _ strides: Size2D, _ padding: Padding
  ) throws(KerasRefusal) -> (height: Int, width: Int) {
    if padding == .same {
      return ((image[0] - 1) / strides.height + 1, (image[1] - 1) / strides.width + 1)
    }
    guard size.height <= image[0], size.width <= image[1] else {
      throw KerasRefusal(
        "its window of \(size) is larger than its input of \(image[0])×\(image[1])",
        "expected a smaller window, or padding same")
    }
    return ((image[0] - size.height) / strides.height + 1, (image[1] - size.width) / strides.width + 1)
  }

  /// The product, or the largest whole number if the product is larger.
  static func product(_ factors: Int...) -> Int { product(factors) }

  /// The product, or the largest whole number if the product is larger.
  static func product(_ factors: [Int]) -> Int {
    factors.reduce(1) { product, factor in
      let (result, overflow) = product.multipliedReportingOverflow(by: factor)
      return overflow ? .max : result
    }
  }
}
