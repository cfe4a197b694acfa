import FixedPoint

/// One step of an integer model: what it does, what it reads, and the grid of what it writes.
public struct IntegerOperation: Hashable, Sendable {
  /// What an operation does, with the numbers that only it has.
  public enum Kind: Hashable, Sendable {
    /// Takes codes from the caller.
    case input
    /// Slides a kernel over images, all input channels under one output channel.
    case convolution(IntegerKernel, Window)
    /// Slides a kernel over images, each channel for itself.
    case depthwiseConvolution(IntegerKernel, Window)
    /// Multiplies the last dimension by a matrix.
    case dense(IntegerKernel)
    /// Takes the largest code under the window; the grid stays the same.
    case maxPooling(Window)
    /// Takes the mean of the codes under the window; the grid stays the same.
    case averagePooling(Window)
    /// Takes the mean of each channel over the whole image: from `[height, width, channels]` to `[channels]`.
    case globalAveragePooling
    /// Adds two tensors of equal shape and any grids; `limits` as in `IntegerKernel`.
    case add(limits: ClosedRange<Int32>)
    /// Puts tensors of the same grid one behind the other along this axis of an example.
    case concatenation(axis: Int)
    /// Reads the same codes as another shape: Flatten, too.
    case reshape
    /// Puts pixels of real 0 around images.
    case padding(Window.Padding)
    /// Turns the last dimension into probabilities on the grid of scale 1/256 and zero point −128.
    case softmax
    /// Goes from one grid to another; `limits` as in `IntegerKernel`, so that it is a ReLU, too.
    case requantization(limits: ClosedRange<Int32>)
  }

  /// The name, which no other operation of the model has.
  public let name: String
  /// What it does.
  public let kind: Kind
  /// The numbers of the operations whose outputs it reads, all lower than its own.
  public let inputs: [Int]
  /// The shape of one example of the output: `[height, width, channels]` or `[units]`.
  public let shape: [Int]
  /// The grid of the output; its codes fit an `Int8`.
  public let grid: AffineQuantizer

  /// Creates an operation, which `IntegerModel` checks.
  public init(name: String, kind: Kind, inputs: [Int] = [], shape: [Int], grid: AffineQuantizer) {
    (self.name, self.kind, self.inputs) = (name, kind, inputs)
    (self.shape, self.grid) = (shape, grid)
  }

  /// The codes of one example of the output.
  public var count: Int { shape.reduce(1, *) }

  /// The kernel, if the operation has one.
  public var kernel: IntegerKernel? {
    switch kind {
    case .convolution(let kernel, _), .depthwiseConvolution(let kernel, _), .dense(let kernel): kernel
    default: nil
    }
  }
}
