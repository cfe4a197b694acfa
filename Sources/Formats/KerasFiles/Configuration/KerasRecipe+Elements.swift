import Layers
import Support
import Tensors

/// Layers that compute each element by itself, normalizations, and layers that do nothing in inference.
extension KerasRecipe {
  static let elements = functions.merging(withoutEffect) { $1 }

  private static let withoutEffect: [String: Maker] = Dictionary(
    uniqueKeysWithValues: identities.map { ($0.key, identity($0.key, $0.value)) })

  private static let functions: [String: Maker] = [
    "Activation": { (options) throws(KerasRefusal) in try activation("Activation", &options) },
    "ReLU": { (options) throws(KerasRefusal) in try activation("ReLU", &options) },
    "LeakyReLU": { (options) throws(KerasRefusal) in try activation("LeakyReLU", &options) },
    "Softmax": { (options) throws(KerasRefusal) in try softmax(&options) },
    "BatchNormalization": { (options) throws(KerasRefusal) in try batchNormalization(&options) },
    "Rescaling": { (options) throws(KerasRefusal) in try rescaling(&options) },
    "Normalization": { (options) throws(KerasRefusal) in try normalization(&options) },
    "Dropout": { (options) throws(KerasRefusal) in try dropout(&options) },
  ]

  private static func activation(
    _ name: String, _ options: inout KerasOptions
  ) throws(KerasRefusal) -> KerasRecipe {
    guard let layer = KerasActivation.layers[name] else { return unchanged(nil) }
    return of(try layer(&options))
  }

  /// The recipe of a layer that computes this function and nothing else.
  static func of(_ activation: KerasActivation) -> KerasRecipe {
    switch activation {
    case .function(.softmax): unchanged { Softmax(name: $0) }
    case .function(let function): unchanged { Activation(function, name: $0) }
    case .relu(let maximum): unchanged { ReLU(maxValue: maximum, name: $0) }
    case .leakyReLU(let slope): unchanged { LeakyReLU(negativeSlope: slope, name: $0) }
    case .hardSigmoid, .silu:
      KerasRecipe(
        activation: activation,
        measure: { (shapes) throws(KerasRefusal) in KerasMeasure(shape: try one(shapes)) })
    }
  }

  private static func softmax(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let axes = try options.integers("axis") ?? [-1]
    return KerasRecipe(
      make: { Softmax(name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let shape = try one(shapes)
        try requireLastAxis(axes, of: shape)
        return KerasMeasure(shape: shape)
      })
  }

  /// Refuses axes other than the last one; counted from the front, the batch is axis 0.
  private static func requireLastAxis(_ axes: [Int], of shape: [Int]) throws(KerasRefusal) {
    guard !shape.isEmpty, axes == [-1] || axes == [shape.count] else {
      throw .option(
        "axis", .array(axes.map(JSONValue.integer)),
        expected: "the last one, which is −1 or \(shape.count): put the channels there")
    }
  }

  private static func batchNormalization(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let axes = try options.integers("axis") ?? [-1]
    let momentum = try options.float("momentum") ?? 0.99
    let epsilon = try options.float("epsilon") ?? 1e-3
    let center = try options.flag("center", default: true)
    let scale = try options.flag("scale", default: true)
    guard 0...1 ~= momentum, epsilon > 0 else {
      throw KerasRefusal(
        "its momentum is \(momentum) and its epsilon \(epsilon)",
        "expected a momentum of 0 to 1 and an epsilon above 0")
    }
    // Renormalization is another layer; its momentum stands in the file also where it is off.
    try options.require("renorm", [.bool(false)], expected: "false")
    _ = options.take("renorm_momentum")
    return KerasRecipe(
      make: {
        BatchNormalization(momentum: momentum, epsilon: epsilon, center: center, scale: scale, name: $0)
      },
      measure: { (shapes) throws(KerasRefusal) in
        let shape = try one(shapes)
        try requireLastAxis(axes, of: shape)
        let arrays = 2 + (center ? 1 : 0) + (scale ? 1 : 0)
        return KerasMeasure(shape: shape, weights: product(shape[shape.count - 1], arrays))
      })
  }

  /// Refuses numbers that are neither one for all channels nor one each.
  private static func requireForChannels(_ counts: [Int], of shape: [Int]) throws(KerasRefusal) {
    let channels = shape.last ?? 1
    guard counts.allSatisfy({ $0 == 1 || $0 == channels }) else {
      throw KerasRefusal(
        "it has \(counts.map(String.init).joined(separator: " and ")) numbers for \(channels) channels",
        "expected one for all channels, or one each")
    }
  }

  private static func rescaling(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    guard let scale = try options.floats("scale") else {
      throw .option("scale", .null, expected: "a number, or one for each channel")
    }
    return rescaling(scale: scale, offset: try options.floats("offset") ?? [0])
  }

  /// The recipe of a layer that multiplies by a factor and adds an offset, one for all channels or one each.
  static func rescaling(scale: [Float], offset: [Float]) -> KerasRecipe {
    KerasRecipe(
      make: { Rescaling(scale: scale, offset: offset, name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let shape = try one(shapes)
        try requireForChannels([scale.count, offset.count], of: shape)
        return KerasMeasure(shape: shape)
      })
  }

  private static func normalization(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    // No axis, one mean for all values, is written as null or as an empty list.
    let axes = try options.integers("axis") ?? []
    let (mean, variance) = (try options.floats("mean"), try options.floats("variance"))
    let invert = try options.flag("invert", default: false)
    guard mean?.count == variance?.count, variance?.allSatisfy({ $0 >= 0 }) ?? true else {
      throw KerasRefusal(
        "its mean and its variance are not both given for equally many channels, or a variance is negative",
        "expected both or neither, and variances of 0 or more")
    }
    return KerasRecipe(
      make: {
        Normalization(axis: axes.isEmpty ? nil : -1, mean: mean, variance: variance, invert: invert, name: $0)
      },
      measure: { (shapes) throws(KerasRefusal) in
        let shape = try one(shapes)
        if !axes.isEmpty { try requireLastAxis(axes, of: shape) }
        let channels = axes.isEmpty ? 1 : shape.last ?? 1
        if let mean { try requireForChannels([mean.count], of: axes.isEmpty ? [1] : shape) }
        return KerasMeasure(shape: shape, weights: mean == nil ? product(2, channels) : 0)
      })
  }

  // MARK: What does nothing in inference

  private static func dropout(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let rate = try options.float("rate") ?? 0
    guard rate >= 0, rate < 1 else {
      throw .option("rate", .number(Double(rate)), expected: "a rate of 0 or more and below 1")
    }
    guard options.take("noise_shape") == nil else {
      return unchanged({ Activation(.linear, name: $0) }, note: Self.note("Dropout with a noise_shape"))
    }
    return unchanged { Dropout(rate: rate, name: $0) }
  }

  private static func note(_ what: String) -> String {
    "\(what) does nothing in inference, and here neither in training: put a Dropout in its place to train with one"
  }

  /// Classes that do nothing in inference and have no counterpart here, with their options.
  static let identities: [String: [String]] = [
    "SpatialDropout2D": ["rate", "data_format", "noise_shape"],
    "AlphaDropout": ["rate", "noise_shape"],
    "GaussianDropout": ["rate"],
    "GaussianNoise": ["stddev"],
    "ActivityRegularization": ["l1", "l2"],
    "RandomFlip": ["mode"] + ofAugmentations,
    "RandomRotation": ["factor"] + ofAugmentations,
    "RandomZoom": ["height_factor", "width_factor"] + ofAugmentations,
    "RandomTranslation": ["height_factor", "width_factor"] + ofAugmentations,
    "RandomContrast": ["factor", "value_range"] + ofAugmentations,
  ]

  private static let ofAugmentations = [
    "data_format", "fill_mode", "fill_value", "interpolation", "rng_type",
  ]

  private static func identity(_ name: String, _ known: [String]) -> Maker {
    { (options) throws(KerasRefusal) in
      for option in known { _ = options.take(option) }
      return unchanged({ Activation(.linear, name: $0) }, note: note(name))
    }
  }
}
