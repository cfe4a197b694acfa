import Layers
import Support
import Tensors

/// Layers of images without weights: poolings, padding, cropping and enlargement.
extension KerasRecipe {
  static let images: [String: Maker] = [
    "MaxPooling2D": { (options) throws(KerasRefusal) in
      try pooling(&options) { MaxPooling2D(poolSize: $0, strides: $1, padding: $2, name: $3) }
    },
    "AveragePooling2D": { (options) throws(KerasRefusal) in
      try pooling(&options) { AveragePooling2D(poolSize: $0, strides: $1, padding: $2, name: $3) }
    },
    "GlobalAveragePooling2D": { (options) throws(KerasRefusal) in
      try globalPooling(&options) { GlobalAveragePooling2D(keepDims: $0, name: $1) }
    },
    "GlobalMaxPooling2D": { (options) throws(KerasRefusal) in
      try globalPooling(&options) { GlobalMaxPooling2D(keepDims: $0, name: $1) }
    },
    "ZeroPadding2D": { (options) throws(KerasRefusal) in try zeroPadding(&options) },
    "Cropping2D": { (options) throws(KerasRefusal) in try cropping(&options) },
    "UpSampling2D": { (options) throws(KerasRefusal) in try upSampling(&options) },
  ]

  private static func pooling(
    _ options: inout KerasOptions, _ make: @escaping (Size2D, Size2D, Padding, String) -> Layer
  ) throws(KerasRefusal) -> KerasRecipe {
    try options.requireChannelsLast()
    let size = try options.size("pool_size", default: 2)
    let strides = try options.size("strides", default: size)
    let padding = try options.padding()
    return KerasRecipe(
      make: { make(size, strides, padding, $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        let (height, width) = try windows(image, size, strides, padding)
        return KerasMeasure(
          shape: [height, width, image[2]],
          products: product(height, width, image[2], min(size.height, image[0]), min(size.width, image[1])))
      })
  }

  private static func globalPooling(
    _ options: inout KerasOptions, _ make: @escaping (Bool, String) -> Layer
  ) throws(KerasRefusal) -> KerasRecipe {
    try options.requireChannelsLast()
    let keepsDimensions = try options.flag("keepdims", default: false)
    return KerasRecipe(
      make: { make(keepsDimensions, $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        return KerasMeasure(shape: keepsDimensions ? [1, 1, image[2]] : [image[2]])
      })
  }

  private static func zeroPadding(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    try options.requireChannelsLast()
    let edges = try options.edges("padding", default: 1)
    return KerasRecipe(
      make: { ZeroPadding2D(padding: (edges.rows, edges.columns), name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        return KerasMeasure(
          shape: [
            image[0] + edges.rows.0 + edges.rows.1, image[1] + edges.columns.0 + edges.columns.1, image[2],
          ])
      })
  }

  private static func cropping(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    try options.requireChannelsLast()
    let edges = try options.edges("cropping", default: 0)
    return KerasRecipe(
      make: { Cropping2D(cropping: (edges.rows, edges.columns), name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        let shape = [
          image[0] - edges.rows.0 - edges.rows.1, image[1] - edges.columns.0 - edges.columns.1, image[2],
        ]
        guard shape[0] > 0, shape[1] > 0 else {
          throw KerasRefusal(
            "it leaves nothing of its input of \(image[0])×\(image[1])", "expected a smaller cropping")
        }
        return KerasMeasure(shape: shape)
      })
  }

  private static func upSampling(_ options: inout KerasOptions) throws(KerasRefusal) -> KerasRecipe {
    try options.requireChannelsLast()
    let size = try options.size("size", default: 2)
    let named = options.take("interpolation") ?? .string("nearest")
    guard let interpolation = named.string.flatMap(UpSampling2D.Interpolation.init(rawValue:)) else {
      throw .option("interpolation", named, expected: "nearest or bilinear")
    }
    return KerasRecipe(
      make: { UpSampling2D(size: size, interpolation: interpolation, name: $0) },
      measure: { (shapes) throws(KerasRefusal) in
        let image = try image(shapes)
        return KerasMeasure(
          shape: [product(image[0], size.height), product(image[1], size.width), image[2]])
      })
  }
}
