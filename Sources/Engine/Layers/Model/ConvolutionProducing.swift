import Tensors

/// A layer that comes down to one convolution, and so can begin a chain that a model computes as one operation.
///
/// `Conv2D` does, and so do layers around it that put another kernel in the place of its own.
package protocol ConvolutionProducing: Layer {
  /// The convolution, for its strides, padding and activation; nil if there is none, or if something is done to
  /// its outputs that ``ConvolutionOperands`` cannot say.
  var convolution: Conv2D? { get }

  /// What this call convolves with, or nil if it does something else, as the layer is now.
  ///
  /// Whatever the call changes, such as a range, this changes too: it is called once, in the call's place. With
  /// nil nothing has changed, and the layer is called.
  func terms(for inputs: Tensor, training: Bool) -> ConvolutionOperands?
}

/// What a call of a layer convolves with.
package struct ConvolutionOperands {
  /// The kernel.
  package let kernel: Tensor
  /// The bias, if one is added.
  package let bias: Tensor?
  /// The normalization by the batch's own statistics that follows, if one does.
  package let normalization: BatchNormalization?

  /// Puts them together.
  package init(kernel: Tensor, bias: Tensor?, normalization: BatchNormalization? = nil) {
    (self.kernel, self.bias, self.normalization) = (kernel, bias, normalization)
  }
}

extension Conv2D: ConvolutionProducing {
  package var convolution: Conv2D? { self }

  package func terms(for inputs: Tensor, training: Bool) -> ConvolutionOperands? {
    ConvolutionOperands(kernel: weight("kernel").value, bias: bias)
  }
}
