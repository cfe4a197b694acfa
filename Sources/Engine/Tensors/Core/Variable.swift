import Support

/// A named tensor that can be assigned: a weight or a statistic of a model.
///
/// The value of a trainable variable is a leaf, where gradients end; the value of any other variable is a constant.
public final class Variable {
  /// The name, for messages, tables and checkpoints.
  public let name: String
  /// Whether gradients of this variable can be asked for.
  public let trainable: Bool
  /// The variable's own value, even while another tensor stands in for it.
  private(set) var leaf: Tensor
  private var substitute: Tensor?

  /// Creates a variable with the elements of `value`, whose history is not kept.
  public init(_ name: String, _ value: Tensor, trainable: Bool = true) {
    self.name = name
    self.trainable = trainable
    leaf = trainable ? value.detached().tracked() : value.detached()
  }

  /// The shape of the value, which never changes.
  public var shape: [Int] { leaf.shape }

  /// The current value; inside ``substituting(_:_:)``, the tensor that stands in for it.
  ///
  /// A new value must have the variable's shape; its history is not kept.
  public var value: Tensor {
    get { substitute ?? leaf }
    set {
      require(
        newValue.shape == shape,
        "variable \(name) has shape \(shape), the value \(newValue.shape): reshape the value"
      )
      require(
        substitute == nil,
        "variable \(name) is assigned while another tensor stands in for it: assign outside `substituting`")
      leaf = trainable ? newValue.detached().tracked() : newValue.detached()
    }
  }

  /// Runs `body` with `tensor` in place of the value, and restores the value even if `body` throws.
  ///
  /// The tensor must have the variable's shape. Quantization-aware training runs a layer in this way with the
  /// fake-quantized weight. The gradient of this variable is that of its own value, through the history of `tensor`.
  public func substituting<Result>(_ tensor: Tensor, _ body: () throws -> Result) rethrows -> Result {
    require(
      tensor.shape == shape,
      "variable \(name) has shape \(shape), the tensor to stand in for it \(tensor.shape): reshape the tensor"
    )
    let outer = substitute
    substitute = tensor
    defer { substitute = outer }
    return try body()
  }
}
