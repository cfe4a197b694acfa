import FixedPoint
import Quantizers
import Support
import Tensors

/// Fake quantization beside a `memcpy` of the same tensor, which reads and writes the same number of bytes.
enum FakeQuantBenchmark {
  struct Subject {
    let name: String
    let run: () -> Void
  }

  /// The rows of a table for a tensor of `megabytes`: each operation's time, and its ratio to the time of `memcpy`.
  static func rows(megabytes: Int) throws -> [[String]] {
    let channels = 64
    let count = megabytes << 18
    var generator = SeededGenerator(seed: 1)
    let x = Tensor.uniform(-1.2, 1.2, shape: [count / channels, channels], using: &generator)
    let destination = UnsafeMutablePointer<Float>.allocate(capacity: count)
    destination.initialize(repeating: 0, count: count)
    defer { destination.deallocate() }
    let copy = Subject(name: "memcpy") {
      x.withUnsafeBufferPointer { source in
        guard let start = source.baseAddress else { return }
        UnsafeMutableRawPointer(destination).copyMemory(from: start, byteCount: count * 4)
      }
    }
    let subjects = try [copy] + operations(on: x, channels: channels)
    let times = Stopwatch.shortest(runs: megabytes > 64 ? 7 : 25, subjects.map(\.run))
    return zip(subjects, times).map { subject, time in
      [
        "\(megabytes) MB", subject.name, NumberFormat.fixed(2).string(time * 1e3),
        NumberFormat.fixed(1).string(Double(count) * 8 / time / 1e9),
        NumberFormat.fixed(2).string(time / times[0]),
      ]
    }
  }

  private static func operations(on x: Tensor, channels: Int) throws -> [Subject] {
    let ends = [Float](repeating: 1, count: channels)
    let (low, high) = (Tensor(ends.map { -$0 }, shape: [channels]), Tensor(ends, shape: [channels]))
    let affine = try AffineQuantizer(covering: (-1, 1))
    let quantizers = [AffineQuantizer](repeating: affine, count: channels)
    let tracked = x.tracked()
    let quantizer = MovingAverageQuantizer()
    return [
      Subject(name: "TensorFlow, per tensor") { _ = x.fakeQuantized(min: -1, max: 1) },
      Subject(name: "TensorFlow, per channel") { _ = x.fakeQuantized(min: low, max: high) },
      Subject(name: "PyTorch, per tensor") { _ = x.fakeQuantizedAsPyTorch(by: affine) },
      Subject(name: "PyTorch, per channel") {
        _ = x.fakeQuantizedAsPyTorch(by: quantizers, axis: 1)
      },
      Subject(name: "round trip in Swift") { _ = x.fakeQuantized(by: affine) },
      Subject(name: "observe and quantize") { _ = quantizer(x, training: true) },
      Subject(name: "forward, sum and gradient") {
        _ = tracked.fakeQuantized(min: -1, max: 1).sum().gradients(of: [tracked])
      },
    ]
  }
}
