import Support
import Tensors

/// Multiplies by a factor and adds an offset: `inputs × scale + offset`.
///
///     Rescaling(scale: 1 / 127.5, offset: -1)  // bytes of 0 to 255 become −1 … 1
///
/// Inputs and outputs: `[batch, …]`, or `[batch, …, channels]` with a factor for each channel. There are no weights.
public final class Rescaling: Layer {
  /// The factor, or one for each channel.
  public let scale: [Float]
  /// The offset, or one for each channel.
  public let offset: [Float]

  /// Creates the layer for all values alike.
  ///
  /// - Parameters:
  ///   - scale: The factor, which is finite.
  ///   - offset: The offset, which is finite.
  ///   - name: The layer's name.
  public convenience init(scale: Float, offset: Float = 0, name: String? = nil) {
    self.init(scale: [scale], offset: [offset], name: name)
  }

  /// Creates the layer with a factor and an offset for each channel.
  ///
  /// - Parameters:
  ///   - scale: The factors, one for each channel or one for all; they are finite.
  ///   - offset: The offsets, one for each channel or one for all; they are finite.
  ///   - name: The layer's name.
  public init(scale: [Float], offset: [Float] = [0], name: String? = nil) {
    require(
      !scale.isEmpty && !offset.isEmpty && (scale + offset).allSatisfy(\.isFinite),
      "\(name ?? "Rescaling"): factors and offsets are finite, one for all channels or one each; got \(scale) and "
        + "\(offset)")
    (self.scale, self.offset) = (scale, offset)
    super.init(name: name)
  }

  /// Checks that there is a factor and an offset for each channel.
  public override func build(inputShape: [Int]) {
    let channels = inputShape.last ?? 1
    require(
      [1, channels].contains(scale.count) && [1, channels].contains(offset.count),
      "\(title): examples of shape \(inputShape) have \(channels) channels; got \(scale.count) factors and "
        + "\(offset.count) offsets: give one for all, or one each")
  }

  /// Multiplies and adds.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs * Self.tensor(scale) + Self.tensor(offset)
  }

  /// A tensor for each channel, or for all alike.
  fileprivate static func tensor(_ values: [Float]) -> Tensor {
    values.count == 1 ? Tensor(values[0]) : Tensor(values, shape: [values.count])
  }

  /// A factor and an offset for each channel.
  public override var semantics: LayerSemantics {
    let (factors, offsets) = (scale.map(Double.init), offset.map(Double.init))
    return .affine(ChannelAffine { (factors, offsets) })
  }

  package override var computesAsStated: Bool { true }

  /// The factor and the offset, or how many there are.
  public override var details: String {
    scale.count == 1 && offset.count == 1
      ? "×\(scale[0])" + (offset[0] == 0 ? "" : ", +\(offset[0])")
      : "\(max(scale.count, offset.count)) channels"
  }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Rescaling(scale: scale, offset: offset, name: name) }
}

/// Brings each channel of the inputs to mean 0 and variance 1: `(inputs − mean) / √variance`.
///
/// Mean and variance are given, or found once from data by ``adapt(to:)-(Tensor)``; training does not change them.
/// Without either they are 0 and 1. A standard deviation below 10⁻⁷ counts as 10⁻⁷.
///
///     let normalization = Normalization()
///     normalization.adapt(to: images)  // before training
///
/// - Inputs and outputs: `[batch, …, channels]`.
/// - Weights, unless they are given, none of them trained: `mean`, `variance`, each `[channels]`, or of shape `[]` with
///   `axis: nil`.
public final class Normalization: Layer {
  /// −1 for a mean and a variance of each channel; nil for one of all values.
  public let axis: Int?
  /// Whether the layer computes the inverse: `inputs × √variance + mean`.
  public let invert: Bool
  private let given: (mean: [Float], variance: [Float])?

  /// Keras's ε, the smallest standard deviation.
  private static let epsilon: Float = 1e-7

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - axis: −1 for a mean and a variance of each channel, the last axis; nil for one of all values.
  ///   - mean: The mean of each channel, or one for all; nil to find it from data.
  ///   - variance: The variance of each channel, or one for all, not below 0; nil to find it from data.
  ///   - invert: Whether the layer computes the inverse.
  ///   - name: The layer's name.
  public init(
    axis: Int? = -1, mean: [Float]? = nil, variance: [Float]? = nil, invert: Bool = false, name: String? = nil
  ) {
    let owner = name ?? "Normalization"
    require(
      axis == nil || axis == -1,
      "\(owner): the axis is −1, the channels, or nil, all values; got \(axis ?? 0)")
    require(
      mean?.count == variance?.count && mean?.isEmpty != true,
      "\(owner): mean and variance are given together, equally many; got \(mean?.count ?? 0) and \(variance?.count ?? 0)"
    )
    if let mean, let variance {
      require(
        mean.allSatisfy(\.isFinite) && variance.allSatisfy { $0 >= 0 && $0.isFinite },
        "\(owner): means are finite, and variances finite and not below 0; got \(mean) and \(variance)")
      given = (mean, variance)
    } else {
      given = nil
    }
    (self.axis, self.invert) = (axis, invert)
    super.init(name: name)
  }

  /// Creates mean and variance, unless they are given.
  public override func build(inputShape: [Int]) {
    if let given {
      let channels = axis == nil ? 1 : inputShape.last ?? 1
      require(
        [1, channels].contains(given.mean.count),
        "\(title): examples of shape \(inputShape) have \(channels) channels; got \(given.mean.count) means: give one "
          + "for all, or one each")
      return
    }
    let shape = axis == nil ? [] : Array(inputShape.suffix(1))
    addWeight("mean", shape: shape, initializer: .zeros, trainable: false)
    addWeight("variance", shape: shape, initializer: .ones, trainable: false)
  }

  /// The mean of each channel, or of all values.
  public var mean: Tensor { given.map { Rescaling.tensor($0.mean) } ?? weight("mean").value }
  /// The variance of each channel, or of all values.
  public var variance: Tensor { given.map { Rescaling.tensor($0.variance) } ?? weight("variance").value }

  /// Normalizes, or computes the inverse.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let deviation = Self.deviation(variance)
    return invert ? inputs * deviation + mean : (inputs - mean) / deviation
  }

  private static func deviation(_ variance: Tensor) -> Tensor {
    Tensor(variance.values.map { max($0.squareRoot(), epsilon) }, shape: variance.shape)
  }

  /// Finds mean and variance from a batch of data, `[batch, …]`.
  public func adapt(to data: Tensor) { adapt(to: [data]) }

  /// Finds mean and variance from batches of data, `[batch, …]` each, which replace those from before.
  ///
  /// Sums are in double precision, the variance is over n, and where the data are cut does not matter but for rounding.
  /// A layer that is not built yet is built for the data. Stops if there is no data, if mean and variance were given, or
  /// if a value is not finite.
  public func adapt(to batches: some Sequence<Tensor>) {
    require(given == nil, "\(title) has a mean and a variance already: leave them out, or do not adapt it")
    var moments: [(count: Double, mean: Double, squares: Double)] = []
    for batch in batches {
      buildOnce(inputShape: Array(batch.shape.dropFirst()))
      let channels = weight("mean").value.count
      if moments.isEmpty { moments = Array(repeating: (0, 0, 0), count: channels) }
      moments.withUnsafeMutableBufferPointer { moments in
        batch.withUnsafeBufferPointer { values in
          for channel in 0..<channels {
            let (count, mean, squares) = Self.moments(of: values, from: channel, step: channels)
            let (old, difference) = (moments[channel], mean - moments[channel].mean)
            let total = old.count + count
            moments[channel] = (
              total, old.mean + difference * count / total,
              old.squares + squares + difference * difference * old.count * count / total
            )
          }
        }
      }
    }
    require(!moments.isEmpty, "\(title) adapts to at least one batch; got none")
    require(
      moments.allSatisfy(\.squares.isFinite),
      "\(title) adapts to finite values; the data hold some that are not: look for NaN or infinity in them")
    let shape = weight("mean").shape
    weight("mean").value = Tensor(moments.map { Float($0.mean) }, shape: shape)
    weight("variance").value = Tensor(moments.map { Float($0.squares / $0.count) }, shape: shape)
  }

  /// The number of every `step`-th value, their mean, and the sum of their squared distances from it.
  private static func moments(
    of values: UnsafeBufferPointer<Float>, from first: Int, step: Int
  ) -> (count: Double, mean: Double, squares: Double) {
    let indices = stride(from: first, to: values.count, by: step)
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    for index in indices { (count, sum) = (count + 1, sum + Double(values[index])) }
    let mean = sum / count
    for index in indices { squares += (Double(values[index]) - mean) * (Double(values[index]) - mean) }
    return (count, mean, squares)
  }

  /// A factor and an offset for each channel, of the mean and the variance at the time of asking.
  public override var semantics: LayerSemantics {
    .affine(
      ChannelAffine { [self] in
        let means = mean.values.map(Double.init)
        let deviations = Self.deviation(variance).values.map(Double.init)
        return invert
          ? (deviations, means) : (deviations.map { 1 / $0 }, zip(means, deviations).map { -$0 / $1 })
      })
  }

  package override var computesAsStated: Bool { true }

  /// What is normalized, and whether it is the inverse.
  public override var details: String {
    (axis == nil ? "all values" : "each channel") + (invert ? ", inverse" : "")
  }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    Normalization(axis: axis, mean: given?.mean, variance: given?.variance, invert: invert, name: name)
  }
}
