import Layers
import Support

/// Operations that stand in a model as layers of their own: `x + y`, `x / 127.5`, `relu6(x)`.
extension KerasRecipe {
  /// Makes the recipe of an operation.
  ///
  /// - Parameters:
  ///   - operation: The name of Keras 3's class or of TensorFlow's function, such as `TrueDivide` or `truediv`.
  ///   - arguments: What it is called with, in order.
  ///   - entry: The layer as the configuration has it.
  ///   - version: The first number of the version of Keras.
  /// - Returns: The recipe, whose layer takes the outputs among the arguments.
  /// - Throws: ``KerasRefusal`` if nothing here computes it.
  static func of(
    operation: String, _ arguments: [KerasEntry.Argument], _ entry: KerasEntry, version: Int
  ) throws(KerasRefusal) -> KerasRecipe {
    var options = KerasOptions(entry.config, version: version)
    try options.requireFloat32()
    _ = options.take("function")
    let name = operation.lowercased().filter { $0 != "_" }
    if let activation = activation(name, version: version) {
      try options.require("axis", [.integer(-1)], expected: "−1, the last dimension")
      try options.finish()
      guard arguments.count == 1, case .output = arguments[0] else {
        throw unknown(operation, arguments)
      }
      return of(activation)
    }
    try options.finish()
    return try binary(name, operation, arguments)
  }

  private static func activation(_ name: String, version: Int) -> KerasActivation? {
    let names = ["hardsilu": "hard_silu", "hardswish": "hard_swish", "hardsigmoid": "hard_sigmoid"]
    guard name != "linear", name != "leaky_relu" else { return nil }
    return KerasActivation.named(names[name] ?? name, version: version)
  }

  /// The recipe of a sum, difference, product or quotient of two outputs, or of one and a number.
  private static func binary(
    _ name: String, _ operation: String, _ arguments: [KerasEntry.Argument]
  ) throws(KerasRefusal) -> KerasRecipe {
    guard arguments.count == 2 else { throw unknown(operation, arguments) }
    switch (name, arguments[0], arguments[1]) {
    case ("add", .output, .output): return add
    case ("subtract", .output, .output): return subtract
    case ("multiply", .output, .output): return multiply
    case ("add", .output, .number(let number)), ("add", .number(let number), .output):
      return try rescaling(1, number)
    case ("subtract", .output, .number(let number)): return try rescaling(1, -number)
    case ("subtract", .number(let number), .output): return try rescaling(-1, number)
    case ("multiply", .output, .number(let number)), ("multiply", .number(let number), .output):
      return try rescaling(number, 0)
    case ("truedivide", .output, .number(let number)), ("truediv", .output, .number(let number)),
      ("divide", .output, .number(let number)):
      return try rescaling(1 / number, 0)
    default: throw unknown(operation, arguments)
    }
  }

  private static func rescaling(_ scale: Double, _ offset: Double) throws(KerasRefusal) -> KerasRecipe {
    guard Float(scale).isFinite, Float(offset).isFinite else {
      throw KerasRefusal(
        "its number makes a factor of \(scale) and an offset of \(offset)", "expected finite numbers")
    }
    return rescaling(scale: [Float(scale)], offset: [Float(offset)])
  }

  private static func unknown(_ operation: String, _ arguments: [KerasEntry.Argument]) -> KerasRefusal {
    let inputs = arguments.map { argument in
      if case .number(let number) = argument { "\(number)" } else { "an output" }
    }
    return KerasRefusal(
      "it is the operation \(UntrustedText.shown(operation)) of \(inputs.prefix(4).joined(separator: " and "))",
      "expected a sum, a difference or a product of outputs, one of these and a quotient with a number, or an "
        + "activation: use layers in its place before saving the model")
  }
}
