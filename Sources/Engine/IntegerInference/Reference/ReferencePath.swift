/// The readable way to run a model: one step an operation, in plain Swift.
package enum ReferencePath {
  /// The steps of a model, in the order of its operations; an input has none.
  package static func steps(of model: IntegerModel) -> [any IntegerStep] {
    model.operations.indices.compactMap { step(for: $0, in: model) }
  }

  /// The step that computes the operation of this number; nil for an input.
  ///
  /// What is not chosen by the scheme here is the same in all of them, or chosen by the `Requantizer`.
  package static func step(for number: Int, in model: IntegerModel) -> (any IntegerStep)? {
    let scheme = model.scheme
    switch model.operations[number].kind {
    case .input: return nil
    case .convolution(let kernel, let window):
      return ReferenceConvolution(number, in: model, kernel: kernel, window: window)
    case .depthwiseConvolution(let kernel, let window):
      return ReferenceDepthwiseConvolution(number, in: model, kernel: kernel, window: window)
    case .dense(let kernel): return ReferenceDense(number, in: model, kernel: kernel)
    case .maxPooling(let window): return ReferenceMaxPooling(number, in: model, window: window)
    case .averagePooling(let window): return ReferenceAveragePooling(number, in: model, window: window)
    case .globalAveragePooling where scheme == .xnnpack: return FloatAveragePooling(number, in: model)
    case .globalAveragePooling: return ReferenceGlobalAveragePooling(number, in: model)
    case .add(let limits) where scheme == .onnxRuntime:
      return FloatAddition(number, in: model, limits: limits)
    case .add(let limits): return ReferenceAddition(number, in: model, limits: limits)
    case .concatenation(let axis): return ReferenceConcatenation(number, in: model, axis: axis)
    case .reshape: return ReferenceReshape(number, in: model)
    case .padding(let padding): return ReferencePadding(number, in: model, padding: padding)
    case .softmax where scheme == .tflite: return ReferenceSoftmax(number, in: model)
    case .softmax: return TableSoftmax(number, in: model)
    case .requantization(let limits): return ReferenceRequantization(number, in: model, limits: limits)
    }
  }
}
