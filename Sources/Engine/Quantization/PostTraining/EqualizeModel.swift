import Layers
import Tensors

/// Equalizes the ranges of the channels of a model's weights; the function that the model computes stays.
///
/// Let a layer be followed by another with nothing between them but functions f with f(s·x) = s·f(x) for s > 0, such as
/// a ReLU. Then output i of the first may be divided by a factor, if the second multiplies it by that factor again:
///
///     r1(i) = max |W1| over the weights of output channel i,  r2(i) = max |W2| over those of input channel i
///     s(i)  = √(r1(i) · r2(i)) / r2(i)
///     W1 ← W1 / s,  b1 ← b1 / s,  W2 ← W2 · s
///
/// Both ranges are √(r1·r2) then, so with one scale for a whole kernel no channel is left with a few codes. W is the
/// kernel as inference has it, with γ/σ of the normalization behind the layer folded in; where there is one, its γ and β
/// are divided in place of kernel and bias, so that training can go on. A channel whose range is 0 on either side keeps
/// its factor of 1. Pairs of a chain share layers, so all pairs are gone through again until no factor changes by more
/// than `tolerance`.
///
/// Layers with a kernel are convolutions, depthwise and transposed ones too, and dense layers. Between the two may stand
/// a batch normalization directly behind the first, ReLU, leaky ReLU, pooling, padding, upsampling, dropout, and a
/// flattening of an image. What is refused, with its reason, is listed in ``Equalization/refused``: a ReLU with a
/// maximum such as ReLU6, since min(s·x, 6) is not s·min(x, 6); other activations, for a like reason; outputs that
/// several layers read or that are added to others; layers that are called several times.
///
///     let equalized = try equalizeModel(float)
///     let quantized = try quantizeModel(equalized.model, calibratingOn: digits.prefix(300))
///
/// - Parameters:
///   - model: A built float model, which stays as it is.
///   - tolerance: The relative change of a factor below which no further pass is made, above 0.
///   - maximumPasses: The number of passes over all pairs, at most.
/// - Returns: A copy of the model with equalized weights, and the factors.
/// - Throws: ``QuantizationError`` if the model is not built, is quantized, cannot be copied, or has a weight that is not
///   finite; ``QuantizationError/nothingToAdjust(model:method:reasons:)`` if it has no pair of layers to equalize.
///
/// Source: Nagel et al., 2019, section 4.1, equations 8 to 11 (arXiv:1906.04721).
public func equalizeModel(
  _ model: Model, tolerance: Double = 1e-3, maximumPasses: Int = 100
) throws(QuantizationError) -> Equalization {
  try checkFloat(model)
  let copy: Model
  do { copy = try model.copied() as? Model ?? model } catch { throw .notCopyable(error) }
  for (new, old) in zip(copy.weights, model.weights) {
    guard old.value.firstNotFinite == nil else { throw .tensorNotFinite(tensor: old.name, batch: nil) }
    new.value = old.value
  }
  let search = EqualizationSearch(copy)
  guard !search.pairs.isEmpty else {
    throw .nothingToAdjust(
      model: model.title, method: "equalized", reasons: search.refused.map { "\($0.layer): \($0.reason)" })
  }
  var ranges = search.layers.mapValues(ChannelRanges.init)
  for _ in 0..<maximumPasses {
    var change = 0.0
    for pair in search.pairs {
      for (channel, factor) in factors(of: pair, ranges).enumerated() {
        ranges[pair.first]?.outputs[channel] *= factor
        ranges[pair.second]?.inputs[channel] *= factor
        change = max(change, abs(naturalChange(factor)))
      }
    }
    if change < tolerance { break }
  }
  for (index, layer) in search.layers {
    if let ranges = ranges[index] { layer.apply(inputs: ranges.inputs, outputs: ranges.outputs) }
  }
  let pairs = search.pairs.map { pair in
    EqualizedPair(
      first: search.layers[pair.first]?.name ?? "", second: search.layers[pair.second]?.name ?? "",
      factors: ranges[pair.first]?.outputs.map { Float($0) } ?? [])
  }
  return Equalization(model: copy, pairs: pairs, refused: search.refused)
}

/// A model with equalized weights, and what was done.
public struct Equalization {
  /// The model; it computes what the original does, up to the rounding of floats.
  public let model: Model
  /// The pairs of layers, in the order of the first.
  public let pairs: [EqualizedPair]
  /// The layers whose outputs keep their ranges, and why.
  public let refused: [RefusedLayer]
}

/// Two layers whose ranges were equalized.
public struct EqualizedPair: Hashable, Sendable {
  /// The name of the layer whose outputs were divided.
  public let first: String
  /// The name of the layer whose inputs were multiplied.
  public let second: String
  /// The factor of each output channel of the first layer.
  public let factors: [Float]
}

/// A layer that a method left as it was.
public struct RefusedLayer: Hashable, Sendable {
  /// The name of the layer.
  public let layer: String
  /// The cause, and the remedy if there is one.
  public let reason: String
}

/// The factors by which one pair is equalized, given what was applied so far.
private func factors(of pair: EqualizationSearch.Pair, _ ranges: [Int: ChannelRanges]) -> [Double] {
  guard let first = ranges[pair.first], let second = ranges[pair.second] else { return [] }
  return zip(first.ofOutputs(), second.ofInputs()).map { r1, r2 in
    r1 > 0 && r2 > 0 ? (r1 * r2).squareRoot() / r2 : 1
  }
}

/// How far a factor is from 1, in proportion.
private func naturalChange(_ factor: Double) -> Double { max(factor, 1 / factor) - 1 }

/// The largest magnitudes of a layer's kernel between its channels, and the factors that it got so far.
struct ChannelRanges {
  /// The largest |W| between each input channel and each output channel, and the indices of the two.
  private let magnitudes: [(input: Int, output: Int, magnitude: Double)]
  /// The factor that each input channel is multiplied by.
  var inputs: [Double]
  /// The factor that each output channel is divided by.
  var outputs: [Double]

  init(_ layer: EqualizableLayer) {
    magnitudes = layer.magnitudes()
    inputs = .init(repeating: 1, count: layer.inputChannels)
    outputs = .init(repeating: 1, count: layer.outputChannels)
  }

  /// The range of the weights of each output channel.
  func ofOutputs() -> [Double] { ranges(count: outputs.count) { $0.output } }

  /// The range of the weights of each input channel.
  func ofInputs() -> [Double] { ranges(count: inputs.count) { $0.input } }

  private func ranges(
    count: Int, _ channel: ((input: Int, output: Int, magnitude: Double)) -> Int
  ) -> [Double] {
    var ranges = [Double](repeating: 0, count: count)
    for entry in magnitudes {
      let range = entry.magnitude * inputs[entry.input] / outputs[entry.output]
      ranges[channel(entry)] = max(ranges[channel(entry)], range)
    }
    return ranges
  }
}
