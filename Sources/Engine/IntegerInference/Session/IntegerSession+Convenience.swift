import FixedPoint
import Support

extension IntegerSession {
  /// The output codes of a model of one input and one output.
  public func codes(_ inputs: [Int8], examples: Int) -> [Int8] {
    requireOneOutput()
    return codes([inputs], examples: examples)[0]
  }

  /// The real numbers of the output, for real inputs of any number of examples.
  ///
  /// Quantizes to the input's grid, runs, and dequantizes.
  public func logits(_ inputs: [Float]) -> [Float] {
    requireOneOutput()
    return model.operations[model.outputs[0]].grid.dequantize(codes(quantizing: inputs))
  }

  /// The number of the largest output code of each example: of several, the first.
  public func classes(_ inputs: [Float]) -> [Int] {
    requireOneOutput()
    let (codes, width) = (codes(quantizing: inputs), model.operations[model.outputs[0]].count)
    return stride(from: 0, to: codes.count, by: width).map { codes[$0..<$0 + width].argmax }
  }

  /// What every operation of the model gives, for the input codes of any number of examples.
  ///
  /// Computed by the reference path, which writes them all; for lessons and comparisons.
  public func intermediateCodes(_ inputs: [Int8]) -> [[Int8]] {
    require(
      model.inputs.count == 1,
      "intermediateCodes is for models of one input; \(model.name) has \(model.inputs.count)")
    let examples = examples(in: inputs.count)
    let session = IntegerSession(model, maximumBatch: max(examples, 1), path: .reference)
    return session.gather(from: Array(model.operations.indices), [inputs], examples: examples)
  }

  /// The output codes for real inputs.
  private func codes(quantizing inputs: [Float]) -> [Int8] {
    let grid = model.operations[model.inputs[0]].grid
    return codes([grid.quantizeToInt8(inputs)], examples: examples(in: inputs.count))[0]
  }

  private func requireOneOutput() {
    require(
      model.inputs.count == 1 && model.outputs.count == 1,
      "\(model.name) has \(model.inputs.count) inputs and \(model.outputs.count) outputs; use codes(_:examples:)"
        + " with an array for each")
  }

  /// How many examples so many numbers are.
  private func examples(in count: Int) -> Int {
    let input = model.operations[model.inputs[0]]
    require(
      count % input.count == 0,
      "\(model.name) reads examples of shape \(input.shape), \(input.count) numbers each; got \(count) numbers,"
        + " which is no whole number of examples")
    return count / input.count
  }
}
