import IntegerInference
import QAT
import Safetensors

/// A float network in the words of its integer model's file, so that one reader reads both.
///
/// The operations are those of the integer model, without grids. Normalizations are folded into the kernel and the bias
/// before them, as inference does:
///
///     kernel · gamma / √(variance + epsilon),   beta + (bias − mean) · gamma / √(variance + epsilon)
///
/// A ReLU is a word of the operation before it. The file's scheme is `float32`.
package struct FloatNetwork {
  /// The file: the operations in words, and a kernel and a bias for each that has them.
  package private(set) var file: SafetensorsFile
  /// The bytes of all kernels and biases.
  package private(set) var parameterBytes = 0

  /// The words of an integer operation that a float operation has, too.
  private static let words: Set = ["kind", "inputs", "shape", "kernel", "window", "strides", "padding"]

  /// Takes the operations from an integer model and the numbers from the sequential float model that it began as.
  ///
  /// - Throws: ``SiteDataError`` that names an operation for which the float model has no layer, or a layer behind it
  ///   that is neither a normalization nor a ReLU and not an operation of its own.
  package init(_ model: Model, as integers: IntegerModel) throws(SiteDataError) {
    file = SafetensorsFile(metadata: integers.safetensors.metadata)
    (file.metadata["format"], file.metadata["version"]) = ("swift-qat float network", "1")
    file.metadata["scheme"] = "float32"
    for (index, operation) in integers.operations.enumerated() {
      let key = "operation.\(index)"
      var words = (file.metadata[key] ?? "").split(separator: " ")
        .filter { Self.words.contains(String($0.prefix { $0 != "=" })) }.map(String.init)
      if operation.kernel != nil {
        let linear = try Linear(operation.name, in: model)
        if linear.hasReLU { words.append("relu=true") }
        file.add(
          SafetensorsTensor(operation.name + "/kernel", shape: linear.shape, values: linear.kernel))
        file.add(
          SafetensorsTensor(operation.name + "/bias", shape: [linear.bias.count], values: linear.bias))
        parameterBytes += 4 * (linear.kernel.count + linear.bias.count)
      }
      file.metadata[key] = words.joined(separator: " ")
    }
  }

  /// A convolution or dense layer with the normalization and the ReLU behind it.
  private struct Linear {
    let shape: [Int]
    var kernel: [Float]
    var bias: [Float]
    var hasReLU = false

    init(_ name: String, in model: Model) throws(SiteDataError) {
      guard let place = model.layers.firstIndex(where: { $0.name == name }) else {
        throw SiteDataError("\(name): the float model has no layer of that name; its layers keep their names")
      }
      let weight = model.layers[place].weight("kernel").value
      (shape, kernel) = (weight.shape, weight.values)
      bias = model.layers[place].weight("bias").value.values
      for layer in model.layers[(place + 1)...] {
        if let normalization = layer as? BatchNormalization {
          fold(normalization)
        } else if layer is ReLU {
          hasReLU = true
        } else {
          break
        }
      }
    }

    private mutating func fold(_ normalization: BatchNormalization) {
      let (mean, variance) = (
        normalization.movingMean.value.values, normalization.movingVariance.value.values
      )
      let (gamma, beta) = (normalization.gamma.value.values, normalization.beta.value.values)
      let factors = zip(gamma, variance).map { $0 / ($1 + normalization.epsilon).squareRoot() }
      for index in kernel.indices { kernel[index] *= factors[index % factors.count] }
      for channel in bias.indices {
        bias[channel] = beta[channel] + (bias[channel] - mean[channel]) * factors[channel]
      }
    }
  }
}
