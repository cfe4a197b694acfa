/// How convolutions are computed in training: their results, and the gradients of their images and kernels.
public enum ConvolutionAlgorithm: String, CaseIterable, Codable, Sendable {
  /// Every product of a pixel and a weight is added: by oneDNN if the build has it, else by loops and matrix products.
  case direct
  /// Winograd's form F(4 × 4, 3 × 3) where it fits: 36 products in place of 144.
  ///
  /// It fits windows of 3 × 3 that are one pixel apart, with 16 channels and 16 filters or more, and at most 65,536 pairs
  /// of them, on processors with AVX2 and FMA or with AVX-512; everything else is computed directly. It needs no oneDNN.
  ///
  /// Results and gradients are those of the direct form but for rounding: on uniform random numbers they differ by at most
  /// 2e-5 of the largest of them. They depend on no number of threads. A pixel that is infinite or NaN makes NaN of
  /// results of up to three pixels around its window in the same image. The sums for the gradient of a kernel take up to 32 times the memory of the kernel.
  ///
  /// Source: Lavin and Gray, 2015, "Fast Algorithms for Convolutional Neural Networks" (arXiv:1509.09308).
  case winograd
}
