import Support

/// Enlargement of NHWC images by whole factors: `[batch, height, width, channels]` to
/// `[batch, factor · height, factor · width, channels]`.
extension Tensor {
  /// The images with each pixel repeated `factors.height` times downwards and `factors.width` times to the right.
  public func upsampledNearest(_ factors: Size2D) -> Tensor {
    requireFactors(factors, "upsampledNearest")
    let (rows, width, channels) = (shape[0] * shape[1], shape[2], shape[3])
    let wide = width * factors.width * channels
    let result = Buffer(count: rows * factors.height * wide)
    backend.forEachShard(of: rows, work: result.count) { _, range in
      for row in range {
        let first = result.pointer + row * factors.height * wide
        for column in 0..<width * factors.width {
          let pixel = buffer.pointer + (row * width + column / factors.width) * channels
          (first + column * channels).update(from: pixel, count: channels)
        }
        for copy in 1..<factors.height { (first + copy * wide).update(from: first, count: wide) }
      }
    }
    let larger = [shape[0], shape[1] * factors.height, width * factors.width, channels]
    return Tensor(buffer: result, shape: larger, inputs: [self]) { upstream in
      [upstream.averagePool2D(size: factors) * Float(factors.height * factors.width)]
    }
  }

  /// The images with pixels between the given ones, weighted by their distances.
  ///
  /// Pixel i of a result lies at (i + ½) / factor − ½ of the image. Beyond the centres of its outermost pixels the image
  /// goes on as they are. Keras does the same, and PyTorch with `align_corners=False`.
  public func upsampledBilinear(_ factors: Size2D) -> Tensor {
    requireFactors(factors, "upsampledBilinear")
    let resizing = BilinearResizing(
      rows: .init(extent: shape[1], factor: factors.height),
      columns: .init(extent: shape[2], factor: factors.width), channels: shape[3])
    let images = shape[0]
    let result = Buffer(count: images * resizing.resultSize)
    backend.forEachShard(of: images, work: result.count) { _, range in
      for image in range {
        resizing.run(
          buffer.pointer + image * resizing.imageSize, into: result.pointer + image * resizing.resultSize)
      }
    }
    let larger = [images, shape[1] * factors.height, shape[2] * factors.width, shape[3]]
    return Tensor(buffer: result, shape: larger, inputs: [self]) { [backend, shape] upstream in
      let gradient = Buffer(count: images * resizing.imageSize)
      gradient.pointer.update(repeating: 0, count: gradient.count)
      backend.forEachShard(of: images, work: upstream.count) { _, range in
        for image in range {
          resizing.addGradient(
            of: upstream.buffer.pointer + image * resizing.resultSize,
            to: gradient.pointer + image * resizing.imageSize)
        }
      }
      return [Tensor(buffer: gradient, shape: shape, backend: backend, node: nil)]
    }
  }

  private func requireFactors(_ factors: Size2D, _ operation: String) {
    require(rank == 4, "\(operation): images have shape [batch, height, width, channels]; got \(shape)")
    require(
      factors.height > 0 && factors.width > 0,
      "\(operation): factors are above zero; got (\(factors.height), \(factors.width))")
  }
}

/// The bilinear enlargement of one image, and its gradient.
private struct BilinearResizing {
  /// For each pixel of the result along one dimension, the two pixels of the image that it lies between.
  struct Places {
    let extent: Int
    private(set) var places: [(first: Int, second: Int, weight: Float)] = []

    /// The places of `factor · extent` pixels; the weight is that of the second pixel, and the first has the rest.
    init(extent: Int, factor: Int) {
      self.extent = extent
      for index in 0..<extent * factor {
        // In units of a pixel's 2 · factor parts, and a pixel further, so that nothing is below zero.
        let parts = 2 * index + 1 + factor
        let (below, rest) = (parts / (2 * factor) - 1, parts % (2 * factor))
        places.append((max(below, 0), min(below + 1, extent - 1), Float(rest) / Float(2 * factor)))
      }
    }
  }

  let rows: Places
  let columns: Places
  let channels: Int

  var imageSize: Int { rows.extent * columns.extent * channels }
  var resultSize: Int { rows.places.count * columns.places.count * channels }

  func run(_ image: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>) {
    let rowSize = columns.extent * channels
    var output = result
    for row in rows.places {
      let (upper, lower) = (image + row.first * rowSize, image + row.second * rowSize)
      for column in columns.places {
        let (left, right) = (column.first * channels, column.second * channels)
        for channel in 0..<channels {
          let (a, b) = (upper[left + channel], upper[right + channel])
          let (c, d) = (lower[left + channel], lower[right + channel])
          let (above, below) = (a + (b - a) * column.weight, c + (d - c) * column.weight)
          output[channel] = above + (below - above) * row.weight
        }
        output += channels
      }
    }
  }

  func addGradient(of upstream: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>) {
    let rowSize = columns.extent * channels
    var given = upstream
    for row in rows.places {
      let (upper, lower) = (gradient + row.first * rowSize, gradient + row.second * rowSize)
      for column in columns.places {
        let (left, right) = (column.first * channels, column.second * channels)
        for channel in 0..<channels {
          let (above, below) = (given[channel] * (1 - row.weight), given[channel] * row.weight)
          upper[left + channel] += above * (1 - column.weight)
          upper[right + channel] += above * column.weight
          lower[left + channel] += below * (1 - column.weight)
          lower[right + channel] += below * column.weight
        }
        given += channels
      }
    }
  }
}
