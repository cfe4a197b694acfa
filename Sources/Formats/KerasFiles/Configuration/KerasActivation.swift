import Layers
import Support

/// A function that Keras applies to the outputs of a layer, by the layers here that compute it.
enum KerasActivation: Hashable, Sendable {
  /// A function that layers have as an argument.
  case function(ActivationFunction)
  /// max(x, 0), and not above a maximum if there is one.
  case relu(maximum: Float?)
  /// x, and below 0 slope · x.
  case leakyReLU(slope: Float)
  /// min(max(slope · x + ½, 0), 1); the slope is ⅕ in Keras 2 and ⅙ in Keras 3.
  case hardSigmoid(slope: Float)
  /// x · sigmoid(x), also named swish.
  case silu

  /// The name of the layers that compute it, for the names of layers.
  var name: String {
    switch self {
    case .function(let function): function.rawValue
    case .relu: "relu"
    case .leakyReLU: "leaky_relu"
    case .hardSigmoid: "hard_sigmoid"
    case .silu: "silu"
    }
  }

  /// Reads an activation: a name, or in Keras 3 a layer.
  ///
  /// - Throws: ``KerasRefusal`` if nothing here computes it.
  init(_ value: JSONValue, version: Int) throws(KerasRefusal) {
    if let name = value.string {
      guard let known = Self.named(name, version: version) else { throw Self.unknown(value) }
      self = known
      return
    }
    guard let name = value["class_name"]?.string, let config = value["config"]?.object,
      KerasEntry.isOfKeras(value), let layer = Self.layers[name]
    else { throw Self.unknown(value) }
    var options = KerasOptions(config, version: version)
    try options.requireFloat32()
    self = try layer(&options)
    try options.finish()
  }

  private static func unknown(_ value: JSONValue) -> KerasRefusal {
    let isCode = value["value"]?.array != nil
    return KerasRefusal(
      isCode
        ? "its activation is Python code, which is never run"
        : "its activation is \(UntrustedText.shown(value.brief)), which is not known here",
      "expected one of \(names.joined(separator: ", ")): use one of these, or layers, before saving the model"
    )
  }

  /// The names that are known.
  static let names = [
    "linear", "relu", "relu6", "leaky_relu", "sigmoid", "hard_sigmoid", "tanh", "softmax", "silu", "swish",
    "hard_silu", "hard_swish",
  ]

  /// The activation of this name.
  static func named(_ name: String, version: Int) -> KerasActivation? {
    switch name {
    case "linear": .function(.linear)
    case "relu": .function(.relu)
    case "relu6": .function(.relu6)
    case "leaky_relu": .leakyReLU(slope: 0.2)
    case "sigmoid": .function(.sigmoid)
    case "hard_sigmoid": .hardSigmoid(slope: version < 3 ? 0.2 : 1 / 6)
    case "tanh": .function(.tanh)
    case "softmax": .function(.softmax)
    case "silu", "swish": .silu
    case "hard_silu", "hard_swish": .function(.hardSwish)
    default: nil
    }
  }

  /// The layers that are activations, by the names of their classes.
  static let layers: [String: @Sendable (inout KerasOptions) throws(KerasRefusal) -> KerasActivation] = [
    "Activation": { (options) throws(KerasRefusal) in
      try KerasActivation(options.take("activation") ?? .null, version: options.version)
    },
    "ReLU": { (options) throws(KerasRefusal) in try relu(&options) },
    "LeakyReLU": { (options) throws(KerasRefusal) in
      // Keras 2 says alpha, Keras 3 negative_slope.
      let slopes = [try options.float("negative_slope"), try options.float("alpha")].compactMap(\.self)
      return .leakyReLU(slope: try slope(slopes.first ?? 0.3))
    },
    "Softmax": { (options) throws(KerasRefusal) in
      try options.require(
        "axis", [.integer(-1), .array([.integer(-1)])],
        expected: "−1, the last dimension: put the channels there, and write axis=-1")
      return .function(.softmax)
    },
  ]

  private static func slope(_ slope: Float) throws(KerasRefusal) -> Float {
    guard slope >= 0 else {
      throw .option("slope", .number(Double(slope)), expected: "a slope of 0 or more")
    }
    return slope
  }

  /// A ReLU whose limit and slope are not both there: no layer here has both.
  private static func relu(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasActivation {
    try options.require(
      "threshold", [.integer(0), .number(0)], expected: "0: take the threshold off before, and add it after")
    let below = try slope(try options.float("negative_slope") ?? 0)
    guard let maximum = try options.float("max_value") else {
      return below == 0 ? .relu(maximum: nil) : .leakyReLU(slope: below)
    }
    guard below == 0 else {
      throw .option(
        "negative_slope", .number(Double(below)),
        expected: "0 beside a max_value: use one of the two, or two layers")
    }
    guard maximum > 0 else {
      throw .option("max_value", .number(Double(maximum)), expected: "a number above 0")
    }
    return .relu(maximum: maximum)
  }
}
