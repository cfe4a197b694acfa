import Layers

/// The models that are measured; the Python peers build the same ones.
public enum Subject: String, CaseIterable {
  /// One convolution without padding, ReLU, pooling, and the classifier.
  case small
  /// LeNet with batch normalization: two blocks of convolution, normalization, ReLU and pooling.
  case leNetBN = "lenet-bn"

  /// The model, with the initial weights of a seed.
  public func model(seed: UInt64 = 1) -> Sequential {
    switch self {
    case .small:
      Sequential(
        [
          Conv2D(filters: 12, kernelSize: 3, activation: .relu), MaxPooling2D(), Flatten(),
          Dense(units: 10),
        ], inputShape: [28, 28, 1], seed: seed)
    case .leNetBN:
      Sequential(
        [
          Conv2D(filters: 32, kernelSize: 3, padding: .same), BatchNormalization(), ReLU(),
          MaxPooling2D(),
          Conv2D(filters: 64, kernelSize: 3, padding: .same), BatchNormalization(), ReLU(),
          MaxPooling2D(),
          Flatten(), Dense(units: 128, activation: .relu), Dense(units: 10),
        ], inputShape: [28, 28, 1], seed: seed)
    }
  }
}
