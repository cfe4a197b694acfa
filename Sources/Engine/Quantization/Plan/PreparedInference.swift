import FixedPoint
import IntegerInference
import Layers
import Quantizers
import Tensors

/// The integer operations of a quantized model for the weights, ranges and phases that it has now.
///
/// Making them takes far longer than running them, so a model keeps them until one of these has changed.
final class PreparedInference {
  /// How one operation of the plan runs.
  enum Part {
    /// With integers; the input codes are those of the integer operations at the indices `inputs`.
    case integers(PreparedSession, inputs: [Int], output: Int, grid: AffineQuantizer)
    /// In floats; with a grid, its output has codes, those of the integer operation at the index `output`.
    case floats(output: Int?, grid: AffineQuantizer?)
  }

  /// One part for each operation of the plan.
  let parts: [Part]
  /// All operations in one session, whose outputs are the model's; nil if one of them runs in floats.
  let whole: PreparedSession?
  /// The inputs of the model that the session reads; an input that no operation reads has no codes.
  let readInputs: [Int]
  /// Whether any operation runs with integers.
  let hasIntegers: Bool

  private let values: [Tensor]
  private let phases: [Quantizer.Phase]

  /// Prepares a model whose scheme has an arithmetic.
  init(_ model: QuantizedModel, _ arithmetic: IntegerArithmetic) {
    (values, phases) = (model.state.map(\.value), model.ownQuantizers.map(\.phase))
    var converter = Converter(model, arithmetic)
    var parts: [Part] = []
    for operation in model.plan.operations {
      if !operation.isInput, operation.quantizesToBytes, let part = converter.convertNext() {
        let grid = part.model.operations[part.model.outputs[0]].grid
        parts.append(
          .integers(PreparedSession(part.model), inputs: part.inputs, output: part.output, grid: grid))
      } else {
        let grid = operation.codes.flatMap { $0.byteGrid }
        parts.append(.floats(output: converter.skipNext(on: grid), grid: grid))
      }
    }
    self.parts = parts
    readInputs = parts.indices.filter { index in
      if model.plan.operations[index].isInput, case .floats(_?, _?) = parts[index] { true } else { false }
    }
    let isInteger = parts.map { if case .integers = $0 { true } else { false } }
    hasIntegers = isInteger.contains(true)
    let isWhole = zip(isInteger, model.plan.operations).allSatisfy { $0 || $1.isInput }
    whole = isWhole ? (try? converter.integerModel()).map(PreparedSession.init) : nil
  }

  /// Whether the model's weights, ranges and phases are those that these operations were made from.
  func isCurrent(for model: QuantizedModel) -> Bool {
    zip(values, model.state).allSatisfy { $0.sharesElements(with: $1.value) }
      && zip(phases, model.ownQuantizers).allSatisfy { $0 == $1.phase }
  }
}

/// An integer model with the session that ran it last.
final class PreparedSession {
  private let model: IntegerModel
  private var session: IntegerSession?

  init(_ model: IntegerModel) { self.model = model }

  /// The grids of the inputs, in their order.
  var inputGrids: [AffineQuantizer] { model.inputs.map { model.operations[$0].grid } }

  /// The output codes for the codes of every input.
  func codes(_ inputs: [[Int8]], examples: Int) -> [[Int8]] {
    let session =
      session.flatMap { $0.maximumBatch >= examples ? $0 : nil }
      ?? IntegerSession(model, maximumBatch: max(examples, 1))
    self.session = session
    return session.codes(inputs, examples: examples)
  }

  /// The real outputs for the real inputs, which are finite.
  func outputs(_ inputs: [Tensor], examples: Int) -> [Tensor] {
    let given = zip(inputGrids, inputs).map { grid, input in
      input.withUnsafeBufferPointer { grid.quantizeToInt8($0) }
    }
    return zip(model.outputs, codes(given, examples: examples)).map { index, codes in
      let output = model.operations[index]
      return Tensor(output.grid.dequantize(codes), shape: [examples] + output.shape)
    }
  }
}
