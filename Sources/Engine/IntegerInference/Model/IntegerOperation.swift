import FixedPoint
import Safetensors
import Support

/// An operation of an integer model: its kind, its inputs, and the shape and grid of its output.
public struct IntegerOperation: Hashable, Sendable, CustomStringConvertible {
  /// The kind of an operation, with its parameters.
  public enum Kind: Hashable, Sendable {
    /// Takes codes from the caller.
    case input
    /// Slides a kernel over images; each output channel reads all input channels, or all channels of its group if
    /// the kernel has fewer: a grouped convolution.
    case convolution(IntegerKernel, Window)
    /// Slides a kernel over images, separately for each channel.
    case depthwiseConvolution(IntegerKernel, Window)
    /// Adds a kernel, multiplied by each pixel, to the output image at strides: from `[height, width, channels]` to
    /// `[height, width, filters]`, where the kernel is `[height, width, channels, filters]` and the windows of the
    /// input's pixels lie on the output.
    ///
    /// If `isSame`, the output has strides · input pixels, or fewer by less than a stride, and the window has the
    /// padding of ``Window/init(size:strides:transposedSameFrom:to:)``: so many pixels of the sums are cut off.
    /// Otherwise there is no padding, and the output has all pixels that a window reaches, or more by less than a
    /// stride, which are the bias alone.
    case transposedConvolution(IntegerKernel, Window, isSame: Bool)
    /// Multiplies the last dimension by a matrix.
    case dense(IntegerKernel)
    /// Gives the same codes for each example, and reads nothing: a file's constant operand.
    case constant([Int8])
    /// Takes the largest code under the window; the grid stays the same.
    case maxPooling(Window)
    /// Takes the mean of the codes under the window; the grid stays the same.
    case averagePooling(Window)
    /// Takes the mean of each channel over the whole image: from `[height, width, channels]` to `[channels]`, or to
    /// `[1, 1, channels]`.
    case globalAveragePooling
    /// Adds two tensors of any grids; the activation range is as in ``IntegerKernel``.
    ///
    /// One of the operands may have only the last dimensions of the result, as `[1, 1, channels]`, or one code; it is
    /// then repeated.
    case add(activationRange: ClosedRange<Int32>)
    /// Subtracts the second of two tensors from the first, with shapes and activation range as in an addition.
    case subtract(activationRange: ClosedRange<Int32>)
    /// Multiplies two tensors element by element, with shapes and activation range as in an addition.
    case multiply(activationRange: ClosedRange<Int32>)
    /// Concatenates tensors with the same grid along an axis of an example; an operation counts −1 from the end.
    case concatenation(axis: Int)
    /// Gives the same codes another shape; Flatten is a reshape, too.
    case reshape
    /// Pads images with pixels of real 0.
    case padding(Window.Padding)
    /// Pads every axis of an example, channels too, with a code: as many as `before` and `after` say for each axis.
    case constantPadding(before: [Int], after: [Int], code: Int8)
    /// Takes `size` codes along each axis of an example, from `begin` on, `strides` apart; a stride below 0 goes
    /// backwards.
    case slice(begin: [Int], size: [Int], strides: [Int])
    /// Reorders the axes of an example: axis i of the output is axis `permutation[i]` of the input.
    case transpose(permutation: [Int])
    /// Resizes images by repeating or leaving out pixels.
    ///
    /// Output pixel i is input pixel ⌊i · scale⌋ with scale = input ÷ output extent; if `halfPixelCenters` it is
    /// ⌊(i + ½) · scale⌋, and if `alignCorners` it is i · scale, half away from zero, with the scale
    /// (input − 1) ÷ (output − 1).
    case resizeNearestNeighbor(alignCorners: Bool, halfPixelCenters: Bool)
    /// Resizes images; an output pixel is the mean of four input pixels, weighted by their distances.
    ///
    /// Output pixel i lies at i · scale of the input; if `halfPixelCenters` at (i + ½) · scale − ½; the scales are
    /// those of ``resizeNearestNeighbor(alignCorners:halfPixelCenters:)``.
    case resizeBilinear(alignCorners: Bool, halfPixelCenters: Bool)
    /// Converts the last dimension into probabilities on the grid of scale 1/256 and zero point −128.
    case softmax
    /// Computes x · min(max(x + 3, 0), 6) / 6.
    case hardSwish
    /// Computes x, and below 0 slope · x; the slope is finite and not below 0.
    case leakyReLU(slope: Float)
    /// Computes x, and below 0 slope · x, with a slope of a second tensor, of shape `[1, 1, channels]` or as an operand
    /// of an addition.
    case prelu
    /// Computes 1 / (1 + e⁻ˣ); but for ONNX Runtime on the grid of scale 1/256 and zero point −128.
    case sigmoid
    /// Computes the hyperbolic tangent; but for ONNX Runtime on the grid of scale 1/128 and zero point 0.
    case tanh
    /// Converts codes to another grid; with an activation range as in ``IntegerKernel``, it is also a ReLU.
    case requantization(activationRange: ClosedRange<Int32>)
  }

  /// The name, unique in the model.
  public let name: String
  /// The kind.
  public let kind: Kind
  /// The indices of the operations whose outputs it reads, all lower than its own.
  public let inputs: [Int]
  /// The shape of one example of the output: `[height, width, channels]` or `[units]`.
  public let shape: [Int]
  /// The grid of the output; its codes fit an `Int8`.
  public let grid: AffineQuantizer

  /// Creates an operation, which ``IntegerModel`` checks.
  ///
  /// - Parameters:
  ///   - name: The name, unique in the model.
  ///   - kind: The kind, with its parameters; the axis of a concatenation may count from −1 back, and is then kept as
  ///     counted from 0.
  ///   - inputs: The indices of the operations whose outputs it reads.
  ///   - shape: The shape of one example of the output.
  ///   - grid: The grid of the output; its codes fit an `Int8`.
  public init(name: String, kind: Kind, inputs: [Int] = [], shape: [Int], grid: AffineQuantizer) {
    var kind = kind
    if case .concatenation(let axis) = kind, axis < 0 { kind = .concatenation(axis: axis + shape.count) }
    (self.name, self.kind, self.inputs) = (name, kind, inputs)
    (self.shape, self.grid) = (shape, grid)
  }

  /// The number of codes in one example of the output.
  public var count: Int { shape.reduce(1, *) }

  /// The kernel, if the operation has one.
  public var kernel: IntegerKernel? {
    switch kind {
    case .convolution(let kernel, _), .depthwiseConvolution(let kernel, _), .dense(let kernel),
      .transposedConvolution(let kernel, _, _):
      kernel
    default: nil
    }
  }

  /// The bytes of the packed weights, their scales and their biases, or of a constant's codes, in a file.
  package var parameterBytes: Int {
    if case .constant(let codes) = kind { codes.count } else { kernel?.byteCount ?? 0 }
  }

  /// The operation in one line: name, kind, output shape, grid, and the shape and bit width of a kernel.
  public var description: String {
    let text = "\(printableName) (\(kind.word)): \(shape), scale \(scaleText), zero point \(zeroPointText)"
    return text + (kernel.map { ", kernel \($0.shape) of \($0.bitWidth) bits" } ?? "")
  }

  /// The name without control characters, which may come from a file, and cut to 80 characters.
  var printableName: String { UntrustedText.shown(name, most: 80) }
  var scaleText: String { NumberFormat.significant(4).string(Double(grid.scale)) }
  var zeroPointText: String { NumberFormat.grouped.string(Double(grid.zeroPoint)) }
}

extension IntegerOperation.Kind {
  /// Whether an arithmetic computes this operation in floats between the codes.
  ///
  /// The multiplication by which accumulators become codes does not count, and a table of 256 codes that a runtime
  /// makes of floats before it runs does not count either: of a sigmoid, or of LiteRT's hyperbolic tangent.
  package func computesInFloats(_ arithmetic: IntegerArithmetic) -> Bool {
    switch (self, arithmetic) {
    case (.softmax, .xnnpack), (.softmax, .onnxRuntime), (.globalAveragePooling, .xnnpack),
      (.averagePooling, .onnxRuntime),
      (.add, .onnxRuntime), (.hardSwish, .onnxRuntime), (.tanh, .onnxRuntime):
      true
    default: false
    }
  }

  /// Whether an arithmetic computes a pooling's output on the grid of its input, so that it has no other.
  package func keepsGrid(_ arithmetic: IntegerArithmetic) -> Bool {
    if case .averagePooling = self { arithmetic != .onnxRuntime } else { true }
  }

  /// The grid that an arithmetic fixes for the output of this operation; nil if the grid may be any.
  package func fixedGrid(_ arithmetic: IntegerArithmetic) -> (scale: Float, zeroPoint: Int32)? {
    switch (self, arithmetic) {
    case (.softmax, .tflite), (.softmax, .xnnpack), (.sigmoid, .tflite), (.sigmoid, .xnnpack): (0x1p-8, -128)
    case (.tanh, .tflite), (.tanh, .xnnpack): (0x1p-7, 0)
    default: nil
    }
  }
}
