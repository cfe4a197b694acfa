import Layers
import Support
import Tensors
import Testing

/// A layer with a kernel, normalized or not, with an activation.
struct LayerCombination: Sendable, CustomTestStringConvertible {
  enum Kernel: String, CaseIterable, Sendable { case conv, depthwise, dense, separable }

  /// The activation, as the argument of the layer or as a layer behind it.
  enum Tail: Hashable, Sendable {
    case argument(ActivationFunction)
    case activation(ActivationFunction)
    case relu(Float?)
    case leakyReLU

    static let all: [Tail] =
      ActivationFunction.allCases.flatMap { [.argument($0), .activation($0)] }
      + [.relu(nil), .relu(6), .leakyReLU]
  }

  let kernel: Kernel
  let isNormalized: Bool
  let tail: Tail

  static let all = Kernel.allCases.flatMap { kernel in
    [false, true].flatMap { isNormalized in
      Tail.all.map { LayerCombination(kernel: kernel, isNormalized: isNormalized, tail: $0) }
    }
  }
  /// The combinations that runtimes can compute: a normalization behind a nonlinear activation cannot be folded.
  static let sound = all.filter { combination in
    guard combination.isNormalized, case .argument(let function) = combination.tail else { return true }
    return function == .linear
  }
  static let unsound = all.filter { combination in
    !sound.contains { "\($0)" == "\(combination)" }
  }

  var testDescription: String { "\(kernel), \(isNormalized ? "normalized, " : "")\(tail)" }

  var inputShape: [Int] { kernel == .dense ? [6] : [5, 5, 3] }

  private var argument: ActivationFunction {
    if case .argument(let function) = tail { return function }
    return .linear
  }

  /// The layers, named w, bn and act.
  var layers: [Layer] {
    let body: Layer =
      switch kernel {
      case .conv: Conv2D(filters: 4, kernelSize: 3, activation: argument, name: "w")
      case .depthwise:
        DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2, activation: argument, name: "w")
      case .dense: Dense(units: 4, activation: argument, name: "w")
      case .separable:
        SeparableConv2D(filters: 4, kernelSize: 3, depthMultiplier: 2, activation: argument, name: "w")
      }
    let end: [Layer] =
      switch tail {
      case .argument: []
      case .activation(let function): [Activation(function, name: "act")]
      case .relu(let limit): [ReLU(maxValue: limit, name: "act")]
      case .leakyReLU: [LeakyReLU(name: "act")]
      }
    return [body] + (isNormalized ? [BatchNormalization(name: "bn")] : []) + end
  }

  var model: Model { Models.sequential(layers, inputShape) }

  /// The name of the layer with the last kernel in the quantized model.
  var body: String { isNormalized ? "quant_w_bn" : "quant_w" }

  /// The path of the quantizer of that kernel.
  var kernelPath: String { "\(body)/\(kernel == .depthwise ? "depthwise_kernel" : "kernel")" }

  /// The layer of the activation in the quantized model; nil if there is none.
  var activationLayer: String? {
    switch tail {
    case .argument(.linear): nil
    case .argument(let function): "quant_w_\(function)"
    default: "quant_act"
    }
  }

  /// Whether the activation is a ReLU, which is fused with the layer before it.
  var isReLU: Bool {
    switch tail {
    case .relu, .argument(.relu), .argument(.relu6), .activation(.relu), .activation(.relu6): true
    default: false
    }
  }

  /// The activation, if it has a fixed grid in TensorFlow Lite; nil otherwise.
  var fixed: ActivationFunction? {
    guard case .argument(let function) = tail else {
      guard case .activation(let function) = tail, [.sigmoid, .softmax, .tanh].contains(function) else {
        return nil
      }
      return function
    }
    return [.sigmoid, .softmax, .tanh].contains(function) ? function : nil
  }

  private var isLinear: Bool { tail == .argument(.linear) || tail == .activation(.linear) }

  /// The paths where quantizers belong, derived from the combination alone.
  var quantizerPaths: [String] {
    var paths = ["quantize_input_layer/output"]
    if kernel == .separable { paths += ["quant_w_depthwise/depthwise_kernel", "quant_w_depthwise/output"] }
    paths.append(kernelPath)
    if !isReLU { paths.append("\(body)/output") }
    if let activationLayer, !isLinear { paths.append("\(activationLayer)/output") }
    return paths
  }
}
