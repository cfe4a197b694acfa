import FixedPoint

/// Operations that only move codes: LiteRT's `STRIDED_SLICE`, `SLICE`, `SPLIT`, `TRANSPOSE`, `PADV2` and
/// `RESIZE_NEAREST_NEIGHBOR`.
///
/// Each axis of the output has a table: how far the place of an output code lies from the input's first code, for each
/// index along this axis. The distances of all axes add up to the place. Where an axis has no distance there is padding.
struct ReferenceMovement: IntegerStep {
  /// Distances along an axis in codes; nil where the output has padding.
  typealias Distances = [Int?]

  /// Contiguous output codes that are contiguous in the input, or padding if they have no distance.
  private struct Run {
    let distance: Int?
    var count: Int
  }

  private let input: Int
  private let output: Int
  private let inputCount: Int
  private let code: Int8
  /// The distances along the outer axes.
  private let outer: Distances
  /// The runs along the inner axes.
  private let runs: [Run]
  /// The number of codes in all runs.
  private let innerCount: Int

  /// The most codes of the inner axes, whose runs are listed, unless the last axis alone has more.
  private static let mostInner = 4096

  /// Prepares the operation at an index, with the distances along each axis of its output and the code of padding.
  init(_ index: Int, in model: IntegerModel, axes: [Distances], code: Int8 = 0) {
    let operation = model.operations[index]
    (input, output) = (operation.inputs[0], index)
    (inputCount, self.code) = (model.operations[input].count, code)
    var axes = axes
    var inner = axes.removeLast()
    while let axis = axes.last, axis.count * inner.count <= Self.mostInner {
      inner = Self.combined(axis, inner)
      axes.removeLast()
    }
    outer = axes.reduce([0], Self.combined)
    innerCount = inner.count
    runs = inner.reduce(into: []) { runs, distance in
      if let last = runs.last, last.distance.map({ $0 + last.count }) == distance {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(Run(distance: distance, count: 1))
      }
    }
  }

  /// The distances along two axes as if they were one.
  private static func combined(_ outer: Distances, _ inner: Distances) -> Distances {
    outer.flatMap { begin in inner.map { distance in begin.flatMap { begin in distance.map { begin + $0 } } }
    }
  }

  func run(_ memory: CodeMemory, examples: Int) {
    var result = memory[output]
    for example in 0..<examples {
      let codes = memory[input] + example * inputCount
      for begin in outer {
        guard let begin else {
          result.update(repeating: code, count: innerCount)
          result += innerCount
          continue
        }
        for run in runs {
          if let distance = run.distance {
            result.update(from: codes + begin + distance, count: run.count)
          } else {
            result.update(repeating: code, count: run.count)
          }
          result += run.count
        }
      }
    }
  }
}

extension ReferenceMovement {
  /// The codes from one index to the next along each axis of an operation.
  private static func steps(_ operation: IntegerOperation) -> [Int] {
    operation.shape.indices.map { operation.shape[($0 + 1)...].reduce(1, *) }
  }

  private static func source(_ index: Int, in model: IntegerModel) -> IntegerOperation {
    model.operations[model.operations[index].inputs[0]]
  }

  /// Prepares a slice.
  init(_ index: Int, in model: IntegerModel, begin: [Int], size: [Int], strides: [Int]) {
    let steps = Self.steps(Self.source(index, in: model))
    self.init(
      index, in: model,
      axes: begin.indices.map { axis in
        (0..<size[axis]).map { (begin[axis] + $0 * strides[axis]) * steps[axis] }
      })
  }

  /// Prepares a transposition.
  init(_ index: Int, in model: IntegerModel, permutation: [Int]) {
    let source = Self.source(index, in: model)
    let steps = Self.steps(source)
    self.init(
      index, in: model,
      axes: permutation.map { axis in (0..<source.shape[axis]).map { $0 * steps[axis] } })
  }

  /// Prepares padding with a code.
  init(_ index: Int, in model: IntegerModel, before: [Int], code: Int8) {
    let source = Self.source(index, in: model)
    let steps = Self.steps(source)
    let shape = model.operations[index].shape
    self.init(
      index, in: model,
      axes: shape.indices.map { axis in
        (0..<shape[axis]).map { place in
          let own = place - before[axis]
          return (0..<source.shape[axis]).contains(own) ? own * steps[axis] : nil
        }
      }, code: code)
  }

  /// Prepares the resizing of an image by the nearest pixels.
  init(nearest index: Int, in model: IntegerModel, alignCorners: Bool, halfPixelCenters: Bool) {
    let source = Self.source(index, in: model)
    let steps = Self.steps(source)
    let shape = model.operations[index].shape
    self.init(
      index, in: model,
      axes: shape.indices.map { axis in
        guard axis < 2 else { return (0..<shape[axis]).map { $0 } }
        return (0..<shape[axis]).map {
          steps[axis]
            * NearestPixel.index(
              $0, from: source.shape[axis], to: shape[axis], alignCorners: alignCorners,
              halfPixelCenters: halfPixelCenters)
        }
      })
  }
}

// MARK: - With floats

/// The pixels that a resizing by the nearest pixels reads.
package enum NearestPixel {
  /// The input pixel for an output pixel along one axis, computed in 32-bit floats as LiteRT does.
  ///
  /// - Parameters:
  ///   - pixel: The output pixel, from 0.
  ///   - input: The pixels of the input along the axis.
  ///   - output: The pixels of the output along the axis.
  ///   - alignCorners: Whether the centers of the first and last pixels stay where they are.
  ///   - halfPixelCenters: Whether the centers of pixels lie half a pixel from their edges.
  /// - Returns: The input pixel, from 0.
  package static func index(
    _ pixel: Int, from input: Int, to output: Int, alignCorners: Bool, halfPixelCenters: Bool
  ) -> Int {
    let isAligned = alignCorners && output > 1
    let scale = isAligned ? Float(input - 1) / Float(output - 1) : Float(input) / Float(output)
    let place = (Float(pixel) + (halfPixelCenters ? 0.5 : 0)) * scale
    let nearest = Int(place.rounded(alignCorners ? .toNearestOrAwayFromZero : .down))
    return min(nearest, input - 1)
  }
}
