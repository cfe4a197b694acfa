import FixedPoint
import IntegerInference
import Layers
import Quantizers
import Tensors

// Inference as integers compute it.
//
// In training a layer's outputs are floats, rounded to the nearest code. In inference each operation of the plan runs
// as the integer operation that conversion makes of it: its inputs become codes, a runtime's kernel computes the codes
// of its output, and these become real numbers again. So what is evaluated is what runs, to the last code.

extension QuantizedModel {
  /// The outputs, if any operation can be computed with integers.
  func outputsOfIntegers(_ inputs: [Tensor]) -> [Tensor]? {
    guard scheme.arithmetic != nil, quantizers.contains(where: { $0.quantizer.quantizesToBytes }) else {
      return nil
    }
    let values = operationOutputs(inputs)
    return outputIndices.map { values[plan.operationOfNode[$0]] }
  }

  /// Computes the output of each of the ``operations`` in inference, in their order; nothing changes.
  ///
  /// An operation whose input, kernel or output is not quantized to bytes, or has a value that is not finite, runs in
  /// floats. (A model that is made of layers of this one, by `output(of:)`, rounds real numbers.)
  ///
  /// - Parameter inputs: One tensor for each input of the model, with the batch first.
  /// - Returns: The outputs; an operation that covers a ReLU has its output.
  public func operationOutputs(_ inputs: [Tensor]) -> [Tensor] {
    buildOnce(inputShapes: inputs.map { Array($0.shape.dropFirst()) })
    checkExamples(inputs)
    var execution = IntegerExecution(self, examples: inputs.first?.shape.first ?? 0)
    for (index, operation) in plan.operations.enumerated() {
      if case .layer(.input) = operation.semantics {
        execution.take(inputs[index], as: operation)
      } else {
        execution.run(operation)
      }
    }
    return execution.outputs
  }
}

/// The run of a quantized model on one batch.
private struct IntegerExecution {
  private let model: QuantizedModel
  private let examples: Int
  /// Nil if the scheme has no arithmetic: then all runs in floats.
  private var converter: Converter?
  /// The codes of each operation of the converter.
  private var codes: [Int: [Int8]] = [:]
  /// The real output of each operation of the plan so far.
  private(set) var outputs: [Tensor] = []

  init(_ model: QuantizedModel, examples: Int) {
    (self.model, self.examples) = (model, examples)
    converter = model.scheme.arithmetic.map { Converter(model, $0) }
  }

  /// Takes real values as the output of the plan's next operation, with codes if they have a grid.
  mutating func take(_ values: Tensor, as operation: InferencePlan.Operation) {
    outputs.append(values)
    let grid = operation.codes.flatMap { $0.byteGrid }
    guard let grid, values.firstNotFinite == nil else {
      _ = converter?.skipNext(on: nil)
      return
    }
    if let index = converter?.skipNext(on: grid) { codes[index] = grid.quantizeToInt8(values.values) }
  }

  /// Runs the plan's next operation, with integers if that is possible.
  mutating func run(_ operation: InferencePlan.Operation) {
    guard operation.quantizesToBytes, let part = converter?.convertNext() else {
      return take(floats(operation), as: operation)
    }
    let given = part.inputs.map { codes[$0] ?? [] }
    let session = IntegerSession(part.model, maximumBatch: max(examples, 1))
    let result = session.codes(given, examples: examples)[0]
    codes[part.output] = result
    let output = part.model.operations[part.model.outputs[0]]
    outputs.append(Tensor(output.grid.dequantize(result), shape: [examples] + output.shape))
  }

  /// The output in floats: the layers one after the other.
  private func floats(_ operation: InferencePlan.Operation) -> Tensor {
    var given = operation.inputs.map { outputs[$0] }
    for node in operation.nodes { given = [model.nodes[node].layer(given)] }
    return given[0]
  }
}

extension InferencePlan.Operation {
  /// Whether everything that the operation quantizes now has codes that fit a byte.
  fileprivate var quantizesToBytes: Bool {
    let kernel = effectiveKernel.map { kernel in
      (kernel.quantizer?.quantizesToBytes ?? false) && kernel.quantizedSource.firstNotFinite == nil
        && kernel.bias?.firstNotFinite == nil
    }
    return kernel ?? true && codes?.quantizesToBytes ?? false
  }
}

extension Quantizer {
  /// Whether the quantizer quantizes now, to codes that fit a byte.
  fileprivate var quantizesToBytes: Bool {
    learnedIsFinite && range != nil && (phase == .learning || phase == .frozen) && format.bitWidth <= 8
  }

  /// The one grid of codes that fit a byte; nil if there is none, or one for each channel.
  fileprivate var byteGrid: AffineQuantizer? {
    guard quantizesToBytes, let grids = try? QuantizedOperation.grids(self, of: "output", "output") else {
      return nil
    }
    return grids.count == 1 ? grids[0] : nil
  }
}

extension Tensor {
  /// The first element that is NaN or infinite; nil if there is none.
  var firstNotFinite: Float? { withUnsafeBufferPointer { values in values.first { !$0.isFinite } } }
}
