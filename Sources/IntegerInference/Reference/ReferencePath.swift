/// The readable way to run a model: one step an operation, in plain Swift.
package enum ReferencePath {
  /// The steps of a model, in the order of its operations; an input has none.
  package static func steps(of model: IntegerModel) -> [any IntegerStep] {
    model.operations.indices.compactMap { step(for: $0, in: model) }
  }

  /// The step that computes the operation of this number; nil for an input.
  package static func step(for number: Int, in model: IntegerModel) -> (any IntegerStep)? {
    let operation = model.operations[number]
    switch operation.kind {
    case .input: return nil
    case .convolution(let kernel, let window):
      return Convolution(number, in: model, kernel: kernel, window: window)
    case .depthwiseConvolution(let kernel, let window):
      return DepthwiseConvolution(number, in: model, kernel: kernel, window: window)
    case .dense(let kernel): return Dense(number, in: model, kernel: kernel)
    case .maxPooling(let window): return MaxPooling(number, in: model, window: window)
    case .averagePooling(let window): return AveragePooling(number, in: model, window: window)
    case .globalAveragePooling: return GlobalAveragePooling(number, in: model)
    case .add(let limits): return model.scheme == .tflite
        ? Addition(number, in: model, limits: limits) : FloatAddition(number, in: model, limits: limits)
    case .concatenation(let axis): return Concatenation(number, in: model, axis: axis)
    case .reshape: return Reshape(number, in: model)
    case .padding(let padding): return Padding(number, in: model, padding: padding)
    case .softmax: return model.scheme == .tflite ? Softmax(number, in: model) : TableSoftmax(number, in: model)
    case .requantization(let limits): return Requantization(number, in: model, limits: limits)
    }
  }
}
