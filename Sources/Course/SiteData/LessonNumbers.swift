import FixedPoint
import Foundation
import QAT
import Tensors

/// The numbers of the figures of lesson 1 that one can touch: the weights of its network.
package struct WeightNumbers: Codable, Hashable, Sendable {
  /// The weights in base64, 784 rows of 10, one for each pair of a pixel and a digit.
  package let weights: String
  /// The digit whose weights one figure draws.
  package let digit: Int

  /// Trains the network of lesson 1; the numbers are those of its profile `class`.
  ///
  /// - Parameters:
  ///   - count: The number of digits to learn from.
  ///   - steps: The number of steps of gradient descent.
  ///   - seed: The seed of the digits.
  package init(count: Int = 4000, steps: Int = 150, seed: UInt64) {
    let training = Digits.generated(count: count, seed: seed)
    let pixels = Tensor(training.floats(), shape: [count, 784])
    let kernel = Variable("kernel", .zeros([784, 10]))
    let bias = Variable("bias", .zeros([10]))
    let labels = training.labels(of: 0..<count)
    for _ in 1...steps {
      let scores = pixels.matmul(kernel.value) + bias.value
      let gradients = scores.softmaxCrossEntropy(labels: labels).gradients(of: [kernel, bias])
      kernel.value = kernel.value - 0.5 * gradients[0]
      bias.value = bias.value - 0.5 * gradients[1]
    }
    (weights, digit) = (Base64.text(kernel.value.values), 3)
  }
}

/// The numbers of lesson 2's figure of the clip threshold: mean square errors for each number of bits and each
/// threshold, computed by the engine on all numbers of the lesson.
package struct ThresholdNumbers: Codable, Hashable, Sendable {
  /// The mean square errors of one number of bits, in the order of the thresholds.
  package struct Errors: Codable, Hashable, Sendable {
    /// The bits of a code.
    package let bits: Int
    /// The share of rounding.
    package var rounding: [Double] = []
    /// The share of clipping.
    package var clipping: [Double] = []
  }

  /// The thresholds, as shares of the largest number.
  package let shares: [Double]
  /// The largest number.
  package let farthest: Double
  /// How many numbers there are.
  package let count: Int
  /// How many of them lie beyond each threshold.
  package let beyond: [Int]
  /// The errors for 1 to 8 bits.
  package let errors: [Errors]

  /// Draws the numbers of lesson 2 and clips them; the number is that of its profile `class`.
  ///
  /// - Parameters:
  ///   - count: The number of numbers.
  ///   - seed: The seed of the numbers.
  /// - Throws: `QuantizerError` for numbers that are not finite, which the generator does not give.
  package init(count: Int = 100_000, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed).derived("normal")
    let bell = (0..<count).map { _ in generator.normal() }
    _ = bell.map { _ in generator.uniform(-1, 1) }  // the lesson's evenly spread numbers come between
    let tails = bell.map { _ in
      -log(generator.uniform(1e-7, 1)) * (generator.uniform() < 0.5 ? -1 : 1)
    }
    let farthest = tails.map(abs).max() ?? 1
    let thresholds = (1...50).map { Float($0) / 50 * farthest }
    shares = (1...50).map { Double(Float($0) / 50) }
    beyond = thresholds.map { threshold in tails.count { abs($0) > threshold } }
    errors = try (1...8).map { bits in
      var errors = Errors(bits: bits)
      for threshold in thresholds {
        // One bit has the codes −1 and 0, of which none can be left out.
        let quantizer = try AffineQuantizer(
          covering: (-threshold, threshold), bitWidth: bits, symmetric: true, narrowRange: bits > 1)
        var (rounding, clipping) = (0.0, 0.0)
        for x in tails {
          let error = Double(quantizer.roundTrip(x) - x)
          if abs(x) > threshold { clipping += error * error } else { rounding += error * error }
        }
        errors.rounding.append(rounding / Double(count))
        errors.clipping.append(clipping / Double(count))
      }
      return errors
    }
    (self.farthest, self.count) = (Double(farthest), count)
  }
}
