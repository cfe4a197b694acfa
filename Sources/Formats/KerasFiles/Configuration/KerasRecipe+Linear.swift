import Layers
import Support
import Tensors

/// Dense layers and convolutions.
extension KerasRecipe {
  static let linear: [String: Maker] = [
    "Dense": { (options) throws(KerasRefusal) in try dense(&options) },
    "Conv2D": { (options) throws(KerasRefusal) in try convolution(&options) },
    "DepthwiseConv2D": { (options) throws(KerasRefusal) in try depthwise(&options) },
    "SeparableConv2D": { (options) throws(KerasRefusal) in try separable(&options) },
    "Conv2DTranspose": { (options) throws(KerasRefusal) in try transposed(&options) },
  ]

  /// The activation of a layer, split into what the layer takes as its argument and what follows it.
  private struct Split {
    var argument = ActivationFunction.linear
    var follower = KerasActivation.function(.linear)

    init(_ options: inout KerasOptions) throws(KerasRefusal) {
      guard let value = options.take("activation") else { return }
      switch try KerasActivation(value, version: options.version) {
      case .function(let function): argument = function
      case .relu(maximum: nil): argument = .relu
      case .relu(maximum: 6): argument = .relu6
      case let other: follower = other
      }
    }
  }

  private static func dense(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let units = try options.count("units")
    let split = try Split(&options)
    let useBias = try options.flag("use_bias", default: true)
    return KerasRecipe(
      activation: split.follower,
      make: { Dense(units: units, activation: split.argument, useBias: useBias, name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let shape = try one(shapes)
        guard let features = shape.last else {
          throw KerasRefusal(
            "its input has no dimension beside the batch", "expected one: reshape it to (1,)")
        }
        let kernel = product(features, units)
        return KerasMeasure(
          shape: shape.dropLast() + [units], weights: kernel.addingWithoutOverflow(useBias ? units : 0),
          products: product(product(shape), units))
      })
  }

  /// The window, the activation and the bias of a convolution.
  private struct Window {
    let (size, strides): (Size2D, Size2D)
    let padding: Padding
    let split: Split
    let useBias: Bool

    init(_ options: inout KerasOptions) throws(KerasRefusal) {
      try options.requireChannelsLast()
      size = try options.size("kernel_size")
      strides = try options.size("strides", default: 1)
      padding = try options.padding()
      split = try Split(&options)
      useBias = try options.flag("use_bias", default: true)
      let dilation = try options.size("dilation_rate", default: 1)
      guard dilation == 1 else {
        throw .option(
          "dilation_rate", .array([.integer(dilation.height), .integer(dilation.width)]),
          expected: "1: dilated windows are not among the layers here; use a larger kernel_size")
      }
      let groups = try options.count("groups", default: 1)
      guard groups == 1 else {
        throw .option(
          "groups", .integer(groups),
          expected: "1: use DepthwiseConv2D for a group for each channel, or a layer for each group")
      }
    }

    /// What a call gives, from the number of output channels, and of weights and of products a window.
    func measure(
      _ image: [Int], channels: Int, kernel: Int, products: Int
    ) throws(KerasRefusal) -> KerasMeasure {
      let (height, width) = try KerasRecipe.windows(image, size, strides, padding)
      return KerasMeasure(
        shape: [height, width, channels], weights: kernel.addingWithoutOverflow(useBias ? channels : 0),
        products: KerasRecipe.product(height, width, products))
    }
  }

  private static func convolution(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let filters = try options.count("filters")
    let window = try Window(&options)
    return KerasRecipe(
      activation: window.split.follower,
      make: {
        Conv2D(
          filters: filters, kernelSize: window.size, strides: window.strides, padding: window.padding,
          activation: window.split.argument, useBias: window.useBias, name: $0)
      },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        let kernel = product(window.size.height, window.size.width, image[2], filters)
        return try window.measure(image, channels: filters, kernel: kernel, products: kernel)
      })
  }

  private static func depthwise(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let multiplier = try options.count("depth_multiplier", default: 1)
    let window = try Window(&options)
    return KerasRecipe(
      activation: window.split.follower,
      make: {
        DepthwiseConv2D(
          kernelSize: window.size, strides: window.strides, padding: window.padding,
          depthMultiplier: multiplier, activation: window.split.argument, useBias: window.useBias, name: $0)
      },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        let channels = product(image[2], multiplier)
        let kernel = product(window.size.height, window.size.width, channels)
        return try window.measure(image, channels: channels, kernel: kernel, products: kernel)
      })
  }

  private static func separable(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let filters = try options.count("filters")
    let multiplier = try options.count("depth_multiplier", default: 1)
    let window = try Window(&options)
    return KerasRecipe(
      activation: window.split.follower,
      make: {
        SeparableConv2D(
          filters: filters, kernelSize: window.size, strides: window.strides, padding: window.padding,
          depthMultiplier: multiplier, activation: window.split.argument, useBias: window.useBias, name: $0)
      },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        let channels = product(image[2], multiplier)
        let kernels = product(window.size.height, window.size.width, channels).addingWithoutOverflow(
          product(channels, filters))
        return try window.measure(image, channels: filters, kernel: kernels, products: kernels)
      })
  }

  private static func transposed(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    let filters = try options.count("filters")
    try options.require(
      "output_padding", [],
      expected: "none: leave it out, and the size of the output follows from the strides")
    let window = try Window(&options)
    let (size, strides) = (window.size, window.strides)
    return KerasRecipe(
      activation: window.split.follower,
      make: {
        Conv2DTranspose(
          filters: filters, kernelSize: size, strides: strides, padding: window.padding,
          activation: window.split.argument, useBias: window.useBias, name: $0)
      },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        let kernel = product(size.height, size.width, image[2], filters)
        let beyond =
          window.padding == .same ? (0, 0) : (size.height - strides.height, size.width - strides.width)
        return KerasMeasure(
          shape: [
            product(image[0], strides.height).addingWithoutOverflow(max(0, beyond.0)),
            product(image[1], strides.width).addingWithoutOverflow(max(0, beyond.1)), filters,
          ],
          weights: kernel.addingWithoutOverflow(window.useBias ? filters : 0),
          products: product(image[0], image[1], kernel))
      })
  }
}

extension Int {
  /// The sum, or the largest whole number if the sum is larger; neither summand is negative.
  func addingWithoutOverflow(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
