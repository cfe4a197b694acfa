import Layers
import Support
import Tensors

// The arrays of PyTorch's modules in their order of dimensions, and where each element of a weight is in them.

extension LoadableLayer {
  /// The arrays that the layer takes.
  ///
  /// - Throws: A cause if the order of the layer's features cannot be told.
  func arrays(_ orders: FeatureOrders) throws(PyTorchError.Cause) -> [ModuleArray] {
    let order = orders[layer]
    if let hiding = order.unclear { throw .unclearOrder(layer: title, before: hiding) }
    switch layer.semantics {
    case .linear(let linear):
      let kernel = layer.weight(linear.kernelName)
      let (shape, sources) = Self.kernel(linear.product, kernel.shape, order)
      let found = array(
        "weight", linear.kernelName, shape, sources, remedy(linear.product), missing: "name its module")
      let bias =
        linear.hasBias
        ? [vector("bias", "bias", order.outputs, missing: "build the layer with useBias: false")] : []
      return [found] + bias
    case .normalization(let normalization):
      let affine = [(normalization.scale, "weight", "gamma"), (normalization.center, "bias", "beta")]
        .filter(\.0).map {
          vector($0.1, $0.2, order.outputs, missing: "build the layer with center: false and scale: false")
        }
      let statistics = [("running_mean", "moving_mean"), ("running_var", "moving_variance")].map {
        vector(
          $0.0, $0.1, order.outputs, missing: "it has no running statistics and cannot run without a batch")
      }
      return affine + statistics
    default: return []
    }
  }

  private func array(
    _ leaf: String, _ weight: String, _ shape: [Int], _ sources: [Int]?, _ remedy: String, missing: String
  ) -> ModuleArray {
    let variable = layer.weight(weight)
    return ModuleArray(
      title: "\(weight) \(variable.shape) of \(title)", leaf: leaf, variable: variable, shape: shape,
      remedy: remedy,
      remedyIfMissing: missing, sources: sources)
  }

  private func vector(_ leaf: String, _ weight: String, _ order: [Int]?, missing: String) -> ModuleArray {
    array(
      leaf, weight, layer.weight(weight).shape, order,
      "build the layer with as many channels as PyTorch's module, or name another module", missing: missing)
  }

  private func remedy(_ product: LinearSemantics.Product) -> String {
    switch product {
    case .dense:
      "build the layer with the units and the input of PyTorch's module, or name another module"
    case .convolution:
      "build the layer with the filters, window and input of PyTorch's module, or name another module; Conv2D has "
        + "no groups, but DepthwiseConv2D has one for each channel"
    case .depthwise:
      "build the layer with the window and input of PyTorch's module, whose groups are its channels, or name another "
        + "module"
    case .transposedConvolution:
      "build the layer with the filters, window and input of PyTorch's module, or name another module; "
        + "Conv2DTranspose has no groups"
    }
  }

  /// The shape of PyTorch's array for a kernel, and for each element of the kernel its index in the array.
  private static func kernel(
    _ product: LinearSemantics.Product, _ kernel: [Int], _ order: FeatureOrders.Order
  ) -> (shape: [Int], sources: [Int]) {
    guard kernel.count == 4 else {
      let (features, units) = (kernel[0], kernel[1])
      var sources: [Int] = []
      sources.reserveCapacity(features * units)
      for feature in 0..<features {
        let column = order.inputs?[feature] ?? feature
        for unit in 0..<units { sources.append((order.outputs?[unit] ?? unit) * features + column) }
      }
      return ([units, features], sources)
    }
    let (height, width, inputs, outputs) = (kernel[0], kernel[1], kernel[2], kernel[3])
    let isFiltersFirst = if case .transposedConvolution = product { false } else { true }
    let isDepthwise = if case .depthwise = product { true } else { false }
    var sources: [Int] = []
    sources.reserveCapacity(kernel.reduce(1, *))
    for row in 0..<height {
      for column in 0..<width {
        for input in 0..<inputs {
          for output in 0..<outputs {
            // A depthwise array has a filter for each channel and multiplier, and they lie in this order here too.
            let first =
              isDepthwise
              ? input * outputs + output : isFiltersFirst ? output * inputs + input : input * outputs + output
            sources.append((first * height + row) * width + column)
          }
        }
      }
    }
    let shape =
      isDepthwise
      ? [inputs * outputs, 1, height, width]
      : (isFiltersFirst ? [outputs, inputs] : [inputs, outputs]) + [height, width]
    return (shape, sources)
  }
}
