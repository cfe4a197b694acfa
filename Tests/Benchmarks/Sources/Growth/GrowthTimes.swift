import Foundation
import Subjects
import Support
import Tensors
import Training

/// How the time of a call grows, on the threads that the process has.
struct GrowthTimes: Codable {
  /// What is computed.
  enum Kind: String, Codable, CaseIterable {
    case integers, floats, training
  }

  /// What grows, while the rest stays.
  enum Quantity: String, Codable, CaseIterable {
    case batch, side, channels

    /// The numbers that it takes.
    var numbers: [Int] {
      switch self {
      case .batch: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
      case .side: [28, 40, 56, 80, 112, 160, 224]
      case .channels: [8, 16, 32, 64, 128, 256, 512]
      }
    }

    /// The network and the batch for a number.
    func subject(_ number: Int) -> (network: GrowingNetwork, batch: Int) {
      switch self {
      case .batch: (GrowingNetwork(side: 28, channels: 32), number)
      case .side: (GrowingNetwork(side: number, channels: 32), 8)
      case .channels: (GrowingNetwork(side: 28, channels: number), 8)
      }
    }
  }

  /// Milliseconds a call for each number of a quantity.
  struct Series: Codable {
    let quantity: Quantity
    let kind: Kind
    var milliseconds: [Double]
  }

  private(set) var series: [Series]

  /// Times that everything is faster than.
  static let unknown = GrowthTimes(
    series: Quantity.allCases.flatMap { quantity in
      Kind.allCases.map {
        Series(
          quantity: quantity, kind: $0, milliseconds: quantity.numbers.map { _ in .greatestFiniteMagnitude })
      }
    })

  /// Measures everything in several rounds, and keeps what was fastest: a machine may be slow for many seconds.
  mutating func measure(rounds: Int) throws {
    for _ in 0..<rounds {
      for index in series.indices {
        for (place, number) in series[index].quantity.numbers.enumerated() {
          let (network, batch) = series[index].quantity.subject(number)
          let found = try Self.milliseconds(series[index].kind, network, batch: batch)
          series[index].milliseconds[place] = min(series[index].milliseconds[place], found)
        }
      }
    }
  }

  private static func milliseconds(_ kind: Kind, _ network: GrowingNetwork, batch: Int) throws -> Double {
    var generator = SeededGenerator(seed: 1)
    let images = Tensor.uniform(0, 1, shape: [batch, network.side, network.side, 1], using: &generator)
    let examples = TensorExamples(inputs: images, targets: .classes([Int](repeating: 0, count: batch)))
    switch kind {
    case .integers:
      let run = IntegerRun(try network.integerModel(), batch: batch)
      return fastest { run.run() }
    case .floats:
      let model = network.model()
      return fastest { _ = model.predict(examples, batchSize: batch) }
    case .training:
      let trainer = Trainer(
        network.model(), optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true))
      return try fastest { _ = try trainer.fit(examples, epochs: 1, batchSize: batch) }
    }
  }

  /// The fastest of five windows of 20 ms, or of single calls, which other work on the machine disturbed least.
  private static func fastest(_ call: () throws -> Void) rethrows -> Double {
    func seconds(_ calls: Int) throws -> Double {
      let begin = ContinuousClock.now
      for _ in 0..<calls { try call() }
      return (ContinuousClock.now - begin) / .seconds(1)
    }
    _ = try seconds(1)
    let calls = max(1, Int(0.02 / max(try seconds(1), 1e-7)))
    let windows = try (0..<5).map { _ in try seconds(calls) / Double(calls) }
    return (windows.min() ?? 0) * 1000
  }
}
