import IntegerInference
import Layers

/// A network of two convolutions of 3 × 3, each with ReLU and pooling, and a dense layer, of any size.
public struct GrowingNetwork {
  /// The pixels of an image's side, and the filters of both convolutions.
  public let (side, channels): (Int, Int)

  /// Describes the network of images of so many pixels a side, with so many filters.
  public init(side: Int, channels: Int) { (self.side, self.channels) = (side, channels) }

  /// The network in floats.
  public func model() -> Sequential {
    func convolution() -> Conv2D {
      Conv2D(filters: channels, kernelSize: 3, padding: .same, activation: .relu)
    }
    return Sequential(
      [convolution(), MaxPooling2D(), convolution(), MaxPooling2D(), Flatten(), Dense(units: 10)],
      inputShape: [side, side, 1], seed: 1)
  }

  /// The network with random codes.
  public func integerModel() throws -> IntegerModel {
    var chain = IntegerChain()
    try chain.input([side, side, 1])
    try chain.block(filters: channels, samePadding: true)
    try chain.block(filters: channels, samePadding: true)
    chain.flatten()
    try chain.dense(units: 10)
    return try chain.model("growing", .xnnpack)
  }
}
