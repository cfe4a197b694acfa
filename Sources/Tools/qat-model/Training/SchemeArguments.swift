import ArgumentParser
import FixedPoint
import Quantization
import Quantizers
import Support

/// How many bits, and how they are laid over the numbers.
enum SchemeName: Hashable, ExpressibleByArgument {
  /// "WxAy": x bits for weights, y for hidden activations.
  case bits(weights: Int, activations: Int)
  /// 8 bits with scales that are powers of two.
  case powerOfTwo

  init?(argument: String) {
    if argument == "power-of-two" {
      self = .powerOfTwo
      return
    }
    guard let match = argument.wholeMatch(of: #/[wW](\d)[aA](\d)/#), let weights = Int(match.1),
      let activations = Int(match.2), (1...8).contains(weights), (2...8).contains(activations)
    else { return nil }
    self = .bits(weights: weights, activations: activations)
  }

  var defaultValueDescription: String {
    switch self {
    case .bits(let weights, let activations): "w\(weights)a\(activations)"
    case .powerOfTwo: "power-of-two"
    }
  }
}

/// How ranges are found from examples.
enum MethodName: String, CaseIterable, ExpressibleByArgument {
  case minmax
  case percentile
  case mse
  case entropy
}

/// The scheme in which a model is quantized.
struct SchemeArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "w8a8, w4a8, w2a4, …: bits of weights and of hidden activations; or power-of-two.", valueName: "scheme")
  )
  var scheme = SchemeName.bits(weights: 8, activations: 8)

  @Flag(help: "Learn the step sizes by training, which few bits need.")
  var learnedSteps = false

  @Option(
    help: """
      Whose rounding is simulated: tflite (LiteRT's reference), xnnpack (LiteRT as it comes) or onnxRuntime; by \
      default onnxRuntime for .onnx, else tflite.
      """)
  var runtime: IntegerArithmetic?

  @Option(
    help: ArgumentHelp(
      "How ranges are found: minmax, percentile, mse or entropy; by default each quantizer's own rule.",
      valueName: "method"))
  var method: MethodName?

  @Option(
    help: ArgumentHelp(
      "Leave out values beyond this percentile; by default 99.99 of --method percentile.",
      valueName: "percent"))
  var percentile: Double?

  func validate() throws {
    guard percentile ?? 100 > 50, percentile ?? 100 <= 100 else {
      throw ValidationError("--percentile is above 50 and at most 100; got \(percentile ?? 0)")
    }
    guard percentile == nil || method == nil || method == .percentile else {
      throw ValidationError("--percentile is a method of its own: leave --method out")
    }
    guard !learnedSteps || scheme != .powerOfTwo else {
      throw ValidationError("--learned-steps is for schemes such as w4a4; powers of two are not learned")
    }
  }

  /// The scheme for a model that is written to a file.
  func scheme(for output: ModelOutput) throws -> QuantizeScheme {
    let arithmetic = runtime ?? output.format.arithmetic ?? .tflite
    guard output.format.takes(arithmetic) else {
      throw ValidationError(
        "\(output.path.fileName) cannot hold a model in the arithmetic of \(arithmetic.rawValue): leave --runtime out"
      )
    }
    if case .bits(_, let activations) = scheme, activations < 8, output.format == .tflite {
      throw ValidationError(
        "a .tflite file holds activations of 8 bits, and --scheme asks for \(activations): write .onnx or .safetensors,"
          + " or take a8")
    }
    let base: QuantizeScheme =
      switch scheme {
      case .bits(let weights, let activations):
        .nBit(weights: weights, activations: activations, learnedSteps: learnedSteps)
      case .powerOfTwo: .powerOfTwo
      }
    return base.following(arithmetic)
  }

  /// What an engineer should know of a scheme in a format; nil if nothing is odd.
  func remark(for output: ModelOutput) -> String? {
    guard case .bits(let weights, _) = scheme, weights <= 4, output.format == .tflite, runtime == nil else {
      return nil
    }
    return
      "weights of 4 bits have the codes of LiteRT's reference kernels; for LiteRT as it comes, with XNNPACK, give"
      + " --runtime xnnpack"
  }

  /// How the ranges of activations are found; nil for each quantizer's own rule.
  var calibrationMethod: CalibrationMethod? {
    switch method ?? (percentile == nil ? nil : .percentile) {
    case nil: nil
    case .minmax: .minMax
    case .percentile: .percentile(percentile ?? 99.99)
    case .mse: .meanSquaredError
    case .entropy: .entropy
    }
  }
}
