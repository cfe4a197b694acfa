import Layers
import Quantizers
import Support
import Tensors
import Training

/// A run of a quantized model beside the float model that it was made of, operation after operation over all batches.
///
/// What a layer of the quantized model reads is what its changed and quantized predecessors give. So a method that
/// changes layer after layer corrects the errors before a layer together with those of the layer itself.
struct PairedRun {
  /// A layer with a quantized kernel, when the run has come to it.
  struct Stage {
    /// The name of the layer that computes.
    let name: String
    /// The operation of the quantized model.
    let operation: InferencePlan.Operation
    /// The kernel of the float model.
    let float: EffectiveKernel
    /// The kernel of the quantized model, as it is now.
    let quantized: EffectiveKernel
    /// What the layer reads in the float model, a tensor for each batch.
    let floatInputs: [Tensor]
    /// What it reads in the quantized model.
    let quantizedInputs: [Tensor]

    /// The sums of the float model, before the activation.
    var floatSums: [Tensor] { floatInputs.map { float.sums(of: $0, kernel: float.kernel) } }

    /// Applies the activation that belongs to the operation.
    func activated(_ sums: Tensor) -> Tensor {
      guard let range = operation.activationRange else { return sums }
      return range.high == .infinity ? sums.relu() : sums.clipped(min: range.low, max: range.high)
    }
  }

  private let model: QuantizedModel
  private let twin: QuantizedModel
  private let batches: [[Tensor]]
  /// The layers with a quantized kernel that the run does not stop at, and why.
  private(set) var refused: [RefusedLayer] = []
  /// The operations that the run stops at.
  private var stops: Set<Int> = []

  /// Prepares the run.
  ///
  /// - Parameters:
  ///   - model: The quantized model, whose ranges are known.
  ///   - float: The float model that it was made of, or a copy of that.
  ///   - batches: The batches, with one tensor for each input.
  ///   - refusal: Why a layer cannot be stopped at, or nil.
  /// - Throws: ``QuantizationError`` if the batches or the model do not fit, or a tensor has no range yet.
  init(
    _ model: QuantizedModel, matching float: Model, on batches: [[Tensor]],
    refusal: (InferencePlan.Operation) -> String?
  ) throws(QuantizationError) {
    guard !batches.isEmpty else { throw .noCalibrationData }
    for (index, batch) in batches.enumerated() { try model.check(batch, number: index + 1) }
    if let fresh = model.quantizers.first(where: { !$0.quantizer.hasRange }) {
      throw .noRange(tensor: fresh.path)
    }
    (self.model, self.batches) = (model, batches)
    twin = try model.copied(withWeightsOf: float)
    let operations = model.plan.operations
    for (index, operation) in operations.enumerated() {
      guard let kernel = operation.effectiveKernel, kernel.quantizer != nil else { continue }
      let calls = operations.count { $0.layer === operation.layer }
      if calls > 1 {
        refused.append(
          RefusedLayer(
            layer: operation.name,
            reason: "it is called \(calls) times with the same weights: make it several layers"))
      } else if let reason = refusal(operation) {
        refused.append(RefusedLayer(layer: operation.name, reason: reason))
      } else {
        stops.insert(index)
      }
    }
  }

  /// Stops with the reasons if there is no layer to stop at.
  func checkStops(_ method: String) throws(QuantizationError) {
    guard stops.isEmpty else { return }
    let reasons = refused.map { "\($0.layer): \($0.reason)" }
    throw .nothingToAdjust(
      model: model.title, method: method,
      reasons: reasons.isEmpty ? ["it has no layer with a quantized kernel"] : reasons)
  }

  /// Runs both models; `body` may change the weights of the quantized model's layer that the run has come to.
  func run(_ body: (Stage) throws(QuantizationError) -> Void) throws(QuantizationError) {
    let operations = model.plan.operations
    var float: [[Tensor]?] = []
    var quantized: [[Tensor]?] = []
    for (index, operation) in operations.enumerated() {
      let floatInputs = operation.inputs.map { float[$0] ?? [] }
      let quantizedInputs = operation.inputs.map { quantized[$0] ?? [] }
      if stops.contains(index), let own = operation.effectiveKernel,
        let other = twin.plan.operations[index].effectiveKernel
      {
        try body(
          Stage(
            name: operation.name, operation: operation, float: other, quantized: own,
            floatInputs: floatInputs[0],
            quantizedInputs: quantizedInputs[0]))
      }
      float.append(
        twin.withPhase(.off) { outputs(of: twin.plan.operations[index], at: index, in: twin, floatInputs) })
      quantized.append(
        model.withInferencePhases { outputs(of: operation, at: index, in: model, quantizedInputs) })
      for input in operation.inputs where isLastReader(index, of: input) {
        (float[input], quantized[input]) = (nil, nil)
      }
    }
  }

  private func isLastReader(_ index: Int, of input: Int) -> Bool {
    !model.plan.operations[(index + 1)...].contains { $0.inputs.contains(input) }
  }

  /// The outputs of one operation for all batches.
  private func outputs(
    of operation: InferencePlan.Operation, at index: Int, in model: QuantizedModel, _ inputs: [[Tensor]]
  ) -> [Tensor] {
    batches.indices.map { batch in
      var values = operation.isInput ? [batches[batch][index]] : inputs.map { $0[batch] }
      for node in operation.nodes { values = [model.nodes[node].layer(values).detached()] }
      return values[0]
    }
  }
}

extension EffectiveKernel {
  /// The sums of the layer, before its activation, with another kernel of the same shape; gradients reach the kernel.
  func sums(of inputs: Tensor, kernel: Tensor) -> Tensor {
    let own = layer.weight(at: kernelName)
    guard let bias else { return own.substituting(kernel) { layer(inputs) } }
    guard layer.linearSemantics?.hasBias == true else {
      return own.substituting(kernel) { layer(inputs) } + bias
    }
    return own.substituting(kernel) { layer.weight("bias").substituting(bias) { layer(inputs) } }
  }
}

extension Examples {
  /// All examples in their order, cut into batches with one tensor for each of a model's inputs.
  func batches(of size: Int, for model: QuantizedModel, _ purpose: String) -> [[Tensor]] {
    require(size > 0, "a batch needs at least one example; got a batch size of \(size)")
    var generator = SeededGenerator(seed: model.seed ?? 0).derived(purpose)
    return (0..<count.batches(of: size)).map {
      exampleBatch($0, of: size, using: &generator).inputs(for: model)
    }
  }
}
