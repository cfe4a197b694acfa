import Support
import Tensors

/// What a layer computes, as far as passes over a graph, conversion to integers and charts need to know.
///
/// Each layer states its semantics in its own file; nobody else asks for the type of a layer. A custom layer that
/// computes one of these may state it and is then quantized as such; `quantizeModel` refuses a statement that the
/// layer's weights and shapes contradict. A layer that states nothing is ``opaque``: a model runs it, and passes leave
/// it as it is. A quantized model reads the semantics once, when it is made.
public enum LayerSemantics {
  /// An input of a model.
  case input
  /// A product with a kernel, then an activation: dense layers and convolutions.
  case linear(LinearSemantics)
  /// A function of each element, or along the last dimension.
  case activation(ElementFunction)
  /// A normalization of each channel, which the linear layer before it can take in.
  case normalization(BatchNormalization)
  /// A factor and an offset for each channel, which training does not change.
  case affine(ChannelAffine)
  /// A layer that computes no new values: codes of one grid stay codes of that grid.
  case dataMovement(DataMovement)
  /// The mean under each window.
  case averagePooling(ImageWindow)
  /// The mean of each channel over the whole image.
  case globalAveragePooling(keepsDimensions: Bool)
  /// Pixels between those of an image, enlarged by whole factors: means of four, weighted by their distances.
  case bilinearUpsampling(Size2D)
  /// The sum of several inputs of one shape.
  case addition
  /// The first of two inputs minus the second; shapes are as in a multiplication.
  case subtraction
  /// The product of several inputs, element by element; an input repeats along dimensions of extent 1, and those that
  /// it lacks come first.
  case multiplication
  /// Several inputs joined along an axis, counted with the batch as axis 0.
  case concatenation(axis: Int)
  /// What several layers compute one after the other.
  case composite(CompositeSemantics)
  /// A layer of which nothing is known.
  case opaque
}

/// The product of a linear layer: its weights, its window and its activation.
public struct LinearSemantics {
  /// The kind of product.
  public enum Product: Hashable, Sendable {
    /// A matrix product with a kernel `[features, units]`.
    case dense
    /// A convolution with a kernel `[height, width, channels, filters]`.
    case convolution(ImageWindow)
    /// A convolution of each channel with a kernel `[height, width, channels, multiplier]`.
    case depthwise(ImageWindow)
    /// A transposed convolution with a kernel `[height, width, channels, filters]`, whose window lies on the output.
    case transposedConvolution(ImageWindow)
  }

  /// The kind of product.
  public let product: Product
  /// The name of the kernel among the layer's weights.
  public let kernelName: String
  /// Whether the layer adds a bias, the weight named `bias`.
  public let hasBias: Bool
  /// The function applied to the sums.
  public let activation: ActivationFunction
  /// Makes an unbuilt layer of the same settings and name, without the activation.
  public let withoutActivation: () -> Layer

  /// Describes a linear layer.
  ///
  /// - Parameters:
  ///   - product: The kind of product.
  ///   - kernelName: The name of the kernel among the layer's weights.
  ///   - hasBias: Whether the layer adds a bias, the weight named `bias`.
  ///   - activation: The function applied to the sums.
  ///   - withoutActivation: Makes an unbuilt layer of the same settings and name, without the activation.
  public init(
    _ product: Product, kernelName: String = "kernel", hasBias: Bool,
    activation: ActivationFunction = .linear, withoutActivation: @escaping () -> Layer
  ) {
    (self.product, self.kernelName, self.hasBias) = (product, kernelName, hasBias)
    (self.activation, self.withoutActivation) = (activation, withoutActivation)
  }

  /// The axes of the kernel that together are the output channels.
  public var channelAxes: [Int] {
    if case .depthwise = product { [-2, -1] } else { [-1] }
  }
}

/// A factor and an offset for each channel, the last dimension: `factor × input + offset`.
public struct ChannelAffine {
  /// The factors and the offsets as they are now: one for each channel, or one for all.
  public let parameters: () -> (factors: [Double], offsets: [Double])

  /// Describes a layer by its factors and offsets, which are asked for whenever they are needed.
  public init(_ parameters: @escaping () -> (factors: [Double], offsets: [Double])) {
    self.parameters = parameters
  }
}

/// A window that slides over an image.
public struct ImageWindow: Hashable, Sendable {
  /// The size of the window.
  public let size: Size2D
  /// The steps of the window, down and to the right.
  public let strides: Size2D
  /// The treatment of the edges.
  public let padding: Padding

  /// Creates a window, whose size and steps are 1 or more.
  public init(size: Size2D, strides: Size2D, padding: Padding) {
    require(
      size.height > 0 && size.width > 0 && strides.height > 0 && strides.width > 0,
      "the size and the steps of a window are 1 or more; got size \(size), steps \(strides)")
    (self.size, self.strides, self.padding) = (size, strides, padding)
  }
}

/// How a layer moves values without computing new ones.
public enum DataMovement: Hashable, Sendable {
  /// In inference the output is the input.
  case identity
  /// Another shape for the same elements.
  case reshape
  /// The largest value under each window.
  case maxPooling(ImageWindow)
  /// The largest value of each channel over the whole image.
  case globalMaxPooling(keepsDimensions: Bool)
  /// Zeros around an image.
  case zeroPadding(ImageEdges)
  /// An image without the pixels at its edges.
  case cropping(ImageEdges)
  /// An image enlarged by whole factors, by repeating each pixel.
  case repeatedPixels(Size2D)
}

/// The number of pixels beyond each edge of an image.
public struct ImageEdges: Hashable, Sendable {
  /// Above the image.
  public let top: Int
  /// Below the image.
  public let bottom: Int
  /// Left of the image.
  public let left: Int
  /// Right of the image.
  public let right: Int

  /// Creates the numbers of pixels.
  ///
  /// - Parameters:
  ///   - top: Above the image.
  ///   - bottom: Below the image.
  ///   - left: Left of the image.
  ///   - right: Right of the image.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    (self.top, self.bottom, self.left, self.right) = (top, bottom, left, right)
  }
}

/// Layers that together compute what one layer of one input does; none of them is a composite itself.
public struct CompositeSemantics {
  /// Makes the unbuilt layers in their order; the argument makes a name unique in the model.
  public let layers: (_ uniqueName: (String) -> String) -> [Layer]
  /// Where each weight of the layer goes: its name, the index of the layer and the name of the weight there.
  public let weights: [(name: String, layer: Int, target: String)]

  /// Describes a layer by the layers that it stands for; each of its weights has one place.
  public init(
    weights: [(name: String, layer: Int, target: String)],
    layers: @escaping (_ uniqueName: (String) -> String) -> [Layer]
  ) {
    (self.weights, self.layers) = (weights, layers)
  }
}

extension LayerSemantics {
  /// The shape that examples of different shapes have together when each repeats along its dimensions of extent 1;
  /// nil if they do not fit.
  package static func repeatedShape(of shapes: [[Int]]) -> [Int]? {
    let rank = shapes.map(\.count).max() ?? 0
    let full = shapes.map { [Int](repeating: 1, count: rank - $0.count) + $0 }
    let shape = (0..<rank).map { axis in full.map { $0[axis] }.max() ?? 1 }
    return full.allSatisfy { own in zip(own, shape).allSatisfy { $0 == 1 || $0 == $1 } } ? shape : nil
  }
}

extension Layer {
  /// The semantics of a linear layer; nil for other layers.
  package var linearSemantics: LinearSemantics? {
    if case .linear(let linear) = semantics { linear } else { nil }
  }

  /// The function of an activation; nil for other layers.
  package var elementFunction: ElementFunction? {
    if case .activation(let function) = semantics { function } else { nil }
  }

  /// Whether the layer only moves values, so that codes of one grid stay codes of that grid.
  package var preservesQuantization: Bool {
    switch semantics {
    case .dataMovement, .activation(.linear): true
    default: false
    }
  }
}
