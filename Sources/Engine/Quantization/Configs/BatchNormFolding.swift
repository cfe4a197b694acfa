/// How a batch normalization after a convolution or a dense layer is folded into it while training.
///
/// Inference has but one form: the kernel times γ/σ of the moving statistics, quantized, and a bias. All
/// forms below lead to that one; they differ in what training sees. σ² is the variance plus epsilon, m the
/// moving and B the batch statistics, q the fake quantization:
///
/// | form | training computes, before the activation |
/// | :--- | :--- |
/// | `singleConvolution` | BN(conv(x, q(W·γ/σm)) · σm/γ + b), normalized by the batch |
/// | `twoConvolutions` | conv(x, q(W·γ/σB)) + β + (b − μB)·γ/σB; a float convolution first gives μB and σB |
/// | `twoConvolutionsCorrected` | conv(x, q(W·γ/σm)) · σm/σB + β + (b − μB)·γ/σB |
/// | `movingStatistics` | conv(x, q(W·γ/σm)) + β + (b − μm)·γ/σm; the statistics stay |
/// | `unfolded` | BN(conv(x, q(W)) + b): TFMOT's |
public enum BatchNormFolding: String, Hashable, Codable, Sendable, CaseIterable {
  /// One convolution with the kernel folded by the moving statistics; its output is scaled back and
  /// normalized by the batch's.
  ///
  /// Source: PyTorch's `torch.ao.nn.intrinsic.qat.ConvBn2d`.
  case singleConvolution
  /// The kernel folded by the batch's statistics, which a convolution of their own gives.
  ///
  /// Source: Jacob et al., 2018, section 3.2 (arXiv:1712.05877).
  case twoConvolutions
  /// The kernel folded by the moving statistics, so that its codes do not jump from batch to batch, and the
  /// output corrected to the batch's.
  ///
  /// Source: Krishnamoorthi, 2018, section 3.2.2 (arXiv:1806.08342).
  case twoConvolutionsCorrected
  /// As in inference: the batch's statistics play no part.
  case movingStatistics
  /// The kernel quantized as it is, the normalization live behind it.
  case unfolded
}
