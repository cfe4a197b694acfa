/// The readable implementation: one step per operation, in plain Swift.
package enum ReferencePath {
  /// The steps of a model, in the order of its operations; inputs have no step.
  package static func steps(of model: IntegerModel) -> [any IntegerStep] {
    model.operations.indices.compactMap { step(for: $0, in: model) }
  }

  /// The step that computes the operation at this index; nil for an input.
  ///
  /// A step that does not depend on the arithmetic here is the same in all of them, or differs only in its
  /// `Requantizer`.
  package static func step(for index: Int, in model: IntegerModel) -> (any IntegerStep)? {
    let arithmetic = model.arithmetic
    switch model.operations[index].kind {
    case .input: return nil
    case .constant(let codes): return ReferenceConstant(index, codes: codes)
    case .convolution(let kernel, let window):
      return ReferenceConvolution(index, in: model, kernel: kernel, window: window)
    case .depthwiseConvolution(let kernel, let window):
      return ReferenceDepthwiseConvolution(index, in: model, kernel: kernel, window: window)
    case .transposedConvolution(let kernel, let window, _):
      return ReferenceTransposedConvolution(index, in: model, kernel: kernel, window: window)
    case .dense(let kernel): return ReferenceDense(index, in: model, kernel: kernel)
    case .maxPooling(let window): return ReferenceMaxPooling(index, in: model, window: window)
    case .averagePooling(let window) where arithmetic == .onnxRuntime:
      return FloatWindowPooling.takesWholeImage(window, index, in: model)
        ? ReferenceGlobalAveragePooling(index, in: model)
        : FloatWindowPooling(index, in: model, window: window)
    case .averagePooling(let window): return ReferenceAveragePooling(index, in: model, window: window)
    case .globalAveragePooling where arithmetic == .xnnpack: return FloatAveragePooling(index, in: model)
    case .globalAveragePooling: return ReferenceGlobalAveragePooling(index, in: model)
    case .add(let activationRange) where arithmetic == .onnxRuntime:
      return FloatAddition(index, in: model, activationRange: activationRange)
    case .add(let activationRange):
      return ReferenceAddition(index, in: model, activationRange: activationRange)
    case .subtract(let activationRange):
      return ReferenceAddition(index, in: model, isDifference: true, activationRange: activationRange)
    case .multiply(let activationRange) where arithmetic == .onnxRuntime:
      return FloatMultiplication(index, in: model, activationRange: activationRange)
    case .multiply(let activationRange):
      return ReferenceMultiplication(index, in: model, activationRange: activationRange)
    case .concatenation(let axis): return ReferenceConcatenation(index, in: model, axis: axis)
    case .reshape: return ReferenceReshape(index, in: model)
    case .padding(let padding): return ReferencePadding(index, in: model, padding: padding)
    case .constantPadding(let before, _, let code):
      return ReferenceMovement(index, in: model, before: before, code: code)
    case .slice(let begin, let size, let strides):
      return ReferenceMovement(index, in: model, begin: begin, size: size, strides: strides)
    case .transpose(let permutation): return ReferenceMovement(index, in: model, permutation: permutation)
    case .resizeNearestNeighbor(let alignCorners, let halfPixelCenters):
      return ReferenceMovement(
        nearest: index, in: model, alignCorners: alignCorners, halfPixelCenters: halfPixelCenters)
    case .resizeBilinear(let alignCorners, let halfPixelCenters):
      return ReferenceBilinearResizing(
        index, in: model, alignCorners: alignCorners, halfPixelCenters: halfPixelCenters)
    case .softmax where arithmetic == .tflite: return ReferenceSoftmax(index, in: model)
    case .softmax: return TableSoftmax(index, in: model)
    case .hardSwish: return ReferenceHardSwish(index, in: model)
    case .leakyReLU(let slope): return ReferenceLeakyReLU(index, in: model, slope: slope)
    case .prelu: return ReferencePReLU(index, in: model)
    case .sigmoid: return ReferenceTable.sigmoid(index, in: model)
    case .tanh: return ReferenceTable.tanh(index, in: model)
    case .requantization(let activationRange):
      return ReferenceRequantization(index, in: model, activationRange: activationRange)
    }
  }
}
