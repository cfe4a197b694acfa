import FixedPoint
import IntegerInference
import Support

// What a value of a graph is to the operations made so far.

extension ONNXImporter {
  /// What a value is.
  enum Value {
    /// Codes of an operation.
    case codes(Tensor)
    /// The real numbers that the codes of an operation represent.
    case reals(Tensor)
    /// Real numbers of an operation whose grid a QuantizeLinear will say.
    case pending(Pending)
    /// min(max(x / 6 + ½, 0), 1) of a tensor's numbers, which a Mul with the tensor makes a hard swish.
    case gate(Tensor)
    /// A constant as it stands in the file.
    case constant(Constant)
    /// Codes that a QuantizeLinear makes of a constant.
    case constantCodes(QuantizedConstant)
    /// The real numbers of constant codes.
    case constantReals(QuantizedConstant)
    /// Whole numbers that the graph computes from shapes, which are fixed here; ``batchExtent`` stands for the free
    /// number of examples.
    case shape([Int])
  }

  /// Codes of an operation, and how a file's axes lie on those of the operation.
  struct Tensor: Hashable {
    /// The operation.
    var operation: Int
    /// For each axis of the file the axes of the operation, in the file's order.
    ///
    /// ``batchAxis`` stands for that of the examples, which operations do not have. A file's axis without any has the
    /// extent 1.
    var axes: [[Int]]
    /// Whether the file's codes are these plus 128.
    var isUnsigned = false
    /// Whether the file's numbers are an input's, of any value, not only those of codes.
    var isInput = false
  }

  /// An operation that waits for its grid.
  struct Pending {
    /// What is computed.
    enum Kind {
      case convolution(Weights, Window, depthwise: Bool)
      case dense(Weights)
      /// A sum or product of two tensors that have the shape, or are repeated.
      case add, multiply
      case averagePooling(Window)
      case globalAveragePooling
      case concatenation(axis: Int)
      case softmax, sigmoid, tanh, hardSwish
      case leakyReLU(slope: Float)
      /// The numbers of another operation, for an activation.
      case same
    }
    var kind: Kind
    var sources: [Int]
    var shape: [Int]
    var axes: [[Int]]
    /// The name of the value that the last node wrote.
    var name: String
    /// The ends of an activation.
    var limits: (low: Float, high: Float) = (-.infinity, .infinity)
  }

  /// The integers of a kernel that do not depend on the output's grid.
  struct Weights {
    var shape: [Int]
    var codes: [Int8]
    var bitWidth: Int
    var scales: [Float]
    var biases: [Int32]
  }

  /// A key of rearranged tensors.
  struct Arrangement: Hashable {
    let operation: Int
    let order: [[Int]]
  }

  /// A key of quantized values.
  struct Quantization: Hashable {
    let name: String
    let grid: AffineQuantizer
    let isUnsigned: Bool
  }

  /// The most axes of a value; no operator of images needs more than 6.
  static var mostAxes: Int { 16 }
  /// Stands for the axis of the examples in ``Tensor/axes``.
  static var batchAxis: Int { -1 }
  /// Stands for the free number of examples in shapes.
  static var batchExtent: Int { .min }

  // MARK: - Reading

  /// The value that a node reads at a position.
  func value(_ node: ONNXNode, _ position: Int) throws(ONNXError.Cause) -> Value {
    guard let name = node.input(position) else {
      throw .wrongCount(
        of: "inputs", expected: "\(position + 1) or more, with names", found: node.inputs.count)
    }
    guard let value = values[name] else { throw .notComputed(tensor: Self.label(name)) }
    return value
  }

  /// The tensor whose real numbers a node reads at a position.
  func reals(_ node: ONNXNode, _ position: Int) throws(ONNXError.Cause) -> Tensor {
    let name = Self.label(node.input(position) ?? "")
    switch try value(node, position) {
    case .reals(let tensor) where !tensor.isInput: return tensor
    case .reals, .pending, .gate: throw .notQuantized(tensor: name)
    case .codes, .constantCodes:
      throw .typeUnsupported(
        role: "input \(position)", found: "integers", expected: "real numbers, those of a DequantizeLinear")
    case .constant, .constantReals:
      throw .optionUnsupported(
        option: "input \(position)", value: "a constant",
        expected: "a value that is computed: simplify the model before it is quantized")
    case .shape:
      throw .typeUnsupported(role: "input \(position)", found: "a shape", expected: "real numbers")
    }
  }

  /// The tensor whose codes or real numbers a node moves, and what makes a value of the result.
  func moved(
    _ node: ONNXNode, _ position: Int = 0
  ) throws(ONNXError.Cause) -> (tensor: Tensor, wrap: (Tensor) -> Value) {
    switch try value(node, position) {
    case .codes(let tensor): return (tensor, { .codes($0) })
    case .reals(let tensor): return (tensor, { .reals($0) })
    case .pending, .gate: throw .notQuantized(tensor: Self.label(node.input(position) ?? ""))
    case .constant, .constantReals, .constantCodes:
      throw .optionUnsupported(
        option: "input \(position)", value: "a constant",
        expected: "a value that is computed: simplify the model before it is quantized")
    case .shape:
      throw .typeUnsupported(
        role: "input \(position)", found: "a shape", expected: "codes, or numbers of a DequantizeLinear")
    }
  }

  /// The operation whose codes a model gives.
  mutating func outputOperation(_ name: String) throws(ONNXError.Cause) -> Int {
    switch values[name] {
    case .codes(let tensor), .reals(let tensor):
      // An image stays one; other tensors are given in the file's order.
      if tensor.axes.count == 4, tensor.axes.dropFirst() == [[2], [0], [1]] { return tensor.operation }
      return try arranged(tensor, as: Array(tensor.axes.drop { $0 == [Self.batchAxis] }))
    case .pending, .gate: throw .notQuantized(tensor: Self.label(name))
    case .constant, .constantReals, .constantCodes:
      throw .optionUnsupported(option: "value", value: "a constant", expected: "a value that is computed")
    case .shape, nil: throw .notComputed(tensor: Self.label(name))
    }
  }
}
