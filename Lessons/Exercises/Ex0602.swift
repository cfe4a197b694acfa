// Check your answer: swift run qat check 06.2   ·   stuck? swift run qat hint 06.2
import ExerciseKit

/// Your answer to exercise 06.2.
public enum Ex0602: Exercise0602 {
  /// The fake-quants of each of `layers`, as the model transforms place them: one `FakeQuants` for each layer.
  ///
  /// A `GraphLayer` is `.conv`, `.dense`, `.batchNorm`, `.relu`, `.maxPool` or `.flatten`. A `FakeQuants` says of a layer
  /// whether its `kernel` is rounded, and whether its `output` is. A runtime computes a convolution or a dense layer, a
  /// normalization right behind it, and a ReLU right behind them in one operation, which rounds its output once. Pooling
  /// and flattening only pick or rearrange numbers that are rounded already. The fake-quant of the model's input is not
  /// asked for.
  ///
  /// By hand first: conv, batchNorm, relu, maxPool, flatten, dense. Which layers have kernels? How many
  /// operations are there, and which layer is the last of each? A layer with a kernel that is rounded and an
  /// output that is not gets `FakeQuants(kernel: true, output: false)`.
  public static func fakeQuants(in layers: [GraphLayer]) throws -> [FakeQuants] {
    throw Todo("06.2")  // ← your code in place of this line
  }
}
