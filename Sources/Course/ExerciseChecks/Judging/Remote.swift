import ExerciseKit
import Foundation

/// A student's answer, wherever it runs: a way to send it a request and to get its reply.
package struct Remote: Sendable {
  private let reply: @Sendable (Data) throws -> Data

  /// Creates the answer from its way: a line of JSON goes in, and one comes out.
  package init(_ reply: @escaping @Sendable (Data) throws -> Data) { self.reply = reply }

  /// The answer of a type in this process.
  package init(_ answer: ObservedAnswer) { self.init(answer.reply) }

  /// Asks for what the answer gives for some arguments.
  ///
  /// - Throws: what the answer throws, as `Todo` or `AnswerError`, or the way's own error.
  func call<each Argument: Codable, Value: Codable>(_ arguments: repeat each Argument) throws -> Value {
    let data = try reply(Values(repeat each arguments).json())
    guard let observation = try? Observation<Value>(json: data) else { throw NoObservation() }
    switch observation {
    case .value(let value): return value
    case .todo(let exercise): throw Todo(exercise)
    case .threw(let description): throw AnswerError(description: description)
    }
  }

  /// The answer that the types below stand for.
  @TaskLocal static var current = Remote { _ in throw NoObservation() }

  static func call<each Argument: Codable, Value: Codable>(_ arguments: repeat each Argument) throws -> Value
  {
    try current.call(repeat each arguments)
  }
}

/// An error that an answer threw.
struct AnswerError: Error, CustomStringConvertible { let description: String }

/// What came from an answer's process was no observation, or nothing came.
package struct NoObservation: Error {
  /// The question that was asked.
  package private(set) var question: String?

  /// Creates the error.
  package init() {}

  /// Asks a question, and names it where no observation comes.
  ///
  /// - Throws: what `ask` throws.
  static func of<Value>(_ question: String, _ ask: () throws -> Value) throws -> Value {
    do {
      return try ask()
    } catch var error as NoObservation {
      error.question = question
      throw error
    }
  }
}

// MARK: - An answer to each exercise that asks the one that runs elsewhere

enum Remote0101: Exercise0101 {
  static func scale(low: Float, high: Float, bits: Int) throws -> Float { try Remote.call(low, high, bits) }
}

enum Remote0102: Exercise0102 {
  static func zeroPoint(low: Float, scale: Float) throws -> Int { try Remote.call(low, scale) }
}

enum Remote0103: Exercise0103 {
  static func quantize(_ x: Float, scale: Float, zeroPoint: Int) throws -> Int8 {
    try Remote.call(x, scale, zeroPoint)
  }
}

enum Remote0201: Exercise0201 {
  static func sqnr(signal: [Float], roundTrip: [Float]) throws -> Float { try Remote.call(signal, roundTrip) }
}

enum Remote0202: Exercise0202 {
  static func scales(kernel: [Float], channels: Int) throws -> [Float] { try Remote.call(kernel, channels) }
}

enum Remote0203: Exercise0203 {
  static func halved(_ sum: Int) throws -> Int { try Remote.call(sum) }
}

enum Remote0204: Exercise0204 {
  static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) throws -> Float {
    try Remote.call(values, bits, candidates)
  }
}

enum Remote0301: Exercise0301 {
  static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) throws -> Float {
    try Remote.call(x, low, high, bits)
  }
}

enum Remote0302: Exercise0302 {
  static func gradients(of x: [Float], upstream: [Float], low: Float, high: Float) throws -> (
    x: [Float], low: Float, high: Float
  ) {
    let gradients: Values<[Float], Float, Float> = try Remote.call(x, upstream, low, high)
    return (gradients.values.0, gradients.values.1, gradients.values.2)
  }
}

enum Remote0303: Exercise0303 {
  static func average(_ batches: [Float], decay: Float) throws -> Float { try Remote.call(batches, decay) }
}

enum Remote0304: Exercise0304 {
  static func trained(
    weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
  ) throws -> [Float] {
    try Remote.call(weights, inputs, targets, bits, rate, steps)
  }
}

enum Remote0401: Exercise0401 {
  static func moments(of batches: [[Int]]) throws -> [Moment] { try Remote.call(batches) }
}

enum Remote0402: Exercise0402 {
  static func parameters(features: Int, units: [Int]) throws -> [Int] { try Remote.call(features, units) }
}

enum Remote0501: Exercise0501 {
  static func composed(
    outer: (low: Float, high: Float), inner: (low: Float, high: Float)
  ) throws -> (low: Float, high: Float) {
    let range: Values<Float, Float> = try Remote.call(outer.low, outer.high, inner.low, inner.high)
    return (range.values.0, range.values.1)
  }
}

enum Remote0502: Exercise0502 {
  static func stepped(
    high: Float, activations: [Float], upstream: [Float], penalty: Float, rate: Float
  ) throws -> Float {
    try Remote.call(high, activations, upstream, penalty, rate)
  }
}

enum Remote0601: Exercise0601 {
  static func folded(
    kernel: [Float], bias: Float, gamma: Float, beta: Float, mean: Float, variance: Float, epsilon: Float
  ) throws -> (kernel: [Float], bias: Float) {
    let folded: Values<[Float], Float> = try Remote.call(kernel, bias, gamma, beta, mean, variance, epsilon)
    return (folded.values.0, folded.values.1)
  }
}

enum Remote0602: Exercise0602 {
  static func fakeQuants(in layers: [GraphLayer]) throws -> [FakeQuants] { try Remote.call(layers) }
}

enum Remote0603: Exercise0603 {
  static func codesLeft(low: Float, high: Float, bits: Int) throws -> Int { try Remote.call(low, high, bits) }
}

enum Remote0701: Exercise0701 {
  static func multiplier(for real: Double) throws -> (mantissa: Int32, shift: Int) {
    let multiplier: Values<Int32, Int> = try Remote.call(real)
    return (multiplier.values.0, multiplier.values.1)
  }
}

enum Remote0702: Exercise0702 {
  static func requantized(
    _ accumulator: Int32, mantissa: Int32, shift: Int, zeroPoint: Int32, within codes: ClosedRange<Int32>
  ) throws -> Int32 {
    try Remote.call(accumulator, mantissa, shift, zeroPoint, codes)
  }
}

enum Remote0703: Exercise0703 {
  static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
    try Remote.call(layers, floatLoss, tolerance)
  }
}

enum Remote0801: Exercise0801 {
  static func inputQuantizers(annotated: [Bool]) throws -> [Int] { try Remote.call(annotated) }
}

enum Remote0802: Exercise0802 {
  static func ends(kernel: [Float], channels: Int, reach: Float) throws -> [Float] {
    try Remote.call(kernel, channels, reach)
  }
}

enum Remote0803: Exercise0803 {
  static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int] { try Remote.call(layers, budget) }
}

enum Remote0901: Exercise0901 {
  static func codes(of product: Int, shift: Int) throws -> (reference: Int, xnnpack: Int) {
    let codes: Values<Int, Int> = try Remote.call(product, shift)
    return (codes.values.0, codes.values.1)
  }
}

enum Remote0902: Exercise0902 {
  static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
    try Remote.call(one, other)
  }
}

enum Remote0903: Exercise0903 {
  static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
    input: Int, kernel: Int, output: Int, shift: Int
  ) {
    let scales: Values<Int, Int, Int, Int> = try Remote.call(input, kernel, output)
    return (scales.values.0, scales.values.1, scales.values.2, scales.values.3)
  }
}

enum Remote1001: Exercise1001 {
  static func unpacked(_ bytes: [UInt8], count: Int) throws -> [Int8] { try Remote.call(bytes, count) }
}

enum Remote1002: Exercise1002 {
  static func scales(in bytes: [UInt8], table: Int, field: Int) throws -> [Float] {
    try Remote.call(bytes, table, field)
  }
}

enum Remote1003: Exercise1003 {
  static func refused(_ layers: [FileLayer]) throws -> [String] { try Remote.call(layers) }
}

enum Remote1101: Exercise1101 {
  static func factors(first: [Float], second: [Float], channels: Int) throws -> [Float] {
    try Remote.call(first, second, channels)
  }
}

enum Remote1102: Exercise1102 {
  static func corrected(bias: Float, weights: [Float], rounded: [Float], inputs: [[Float]]) throws -> Float {
    try Remote.call(bias, weights, rounded, inputs)
  }
}

enum Remote1103: Exercise1103 {
  static func position(weight: Float, scale: Float, sigmoid: Float, codes: ClosedRange<Int>) throws -> Float {
    try Remote.call(weight, scale, sigmoid, codes)
  }
}
