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
    guard let prepared = preparedInference(), prepared.hasIntegers else { return nil }
    buildOnce(inputShapes: inputs.map { Array($0.shape.dropFirst()) })
    checkExamples(inputs)
    if let whole = prepared.whole, inputs.allSatisfy({ $0.firstNotFinite == nil }) {
      return whole.outputs(prepared.readInputs.map { inputs[$0] }, examples: inputs.first?.shape.first ?? 0)
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
    let parts = preparedInference()?.parts
    var execution = IntegerExecution(self, examples: inputs.first?.shape.first ?? 0)
    for (index, operation) in plan.operations.enumerated() {
      let part = parts?[index] ?? .floats(output: nil, grid: nil)
      if operation.isInput {
        execution.take(inputs[index], as: part)
      } else {
        execution.run(operation, as: part)
      }
    }
    return execution.outputs
  }
}

/// The run of a quantized model on one batch, operation after operation.
private struct IntegerExecution {
  private let model: QuantizedModel
  private let examples: Int
  /// The codes of each integer operation; those of values that are not finite are missing.
  private var codes: [Int: [Int8]] = [:]
  /// The real output of each operation of the plan so far.
  private(set) var outputs: [Tensor] = []

  init(_ model: QuantizedModel, examples: Int) { (self.model, self.examples) = (model, examples) }

  /// Takes real values as the output of the next operation, with codes if they have a grid.
  mutating func take(_ values: Tensor, as part: PreparedInference.Part) {
    outputs.append(values)
    switch part {
    case .integers(_, _, let output, let grid), .floats(let output?, let grid?):
      if values.firstNotFinite == nil { codes[output] = grid.quantizeToInt8(values.values) }
    case .floats: break
    }
  }

  /// Runs the next operation, with integers if that is possible.
  mutating func run(_ operation: InferencePlan.Operation, as part: PreparedInference.Part) {
    guard case .integers(let session, let inputs, let output, let grid) = part,
      inputs.allSatisfy({ codes[$0] != nil })
    else { return take(floats(operation), as: part) }
    let result = session.codes(inputs.compactMap { codes[$0] }, examples: examples)[0]
    codes[output] = result
    let shape = model.nodes[operation.nodes[operation.nodes.count - 1]].outputShape
    outputs.append(Tensor(grid.dequantize(result), shape: [examples] + shape))
  }

  /// The output in floats: the layers one after the other.
  private func floats(_ operation: InferencePlan.Operation) -> Tensor {
    var given = operation.inputs.map { outputs[$0] }
    for node in operation.nodes { given = [model.nodes[node].layer(given)] }
    return given[0]
  }
}

extension InferencePlan.Operation {
  /// Whether the operation is an input of the model.
  var isInput: Bool { if case .layer(.input) = semantics { true } else { false } }

  /// Whether everything that the operation quantizes now has codes that fit a byte.
  var quantizesToBytes: Bool {
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
    learnedIsFinite && hasRange && (phase == .learning || phase == .frozen) && format.bitWidth <= 8
  }

  /// The one grid of codes that fit a byte; nil if there is none, or one for each channel.
  var byteGrid: AffineQuantizer? {
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
