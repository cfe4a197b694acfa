import FixedPoint
import IntegerInference

// Operators that move codes.

extension ONNXExporter {
  /// Codes in another shape, with elements in the model's order; the same codes if the shape is the same.
  mutating func reshaped(
    _ codes: ONNXCodes, from shape: [Int], to newShape: [Int], _ name: String
  ) -> ONNXCodes {
    guard shape != newShape else { return codes }
    let (axes, newAxes) = (ONNXAxes(shape), ONNXAxes(newShape))
    var codes = codes
    if axes.movesCodes {
      codes = addMovement(
        "Transpose", reading: [codes], named: name + "/to model order", [.integers("perm", axes.toModel)],
        shape: shape)
    }
    // 0 keeps the batch.
    let target = graph.add(
      name + "/shape", [0] + (newAxes.movesCodes ? newShape : newAxes.fileShape))
    codes = addMovement("Reshape", reading: [codes], [target], named: name, shape: newShape)
    if newAxes.movesCodes {
      codes = addMovement(
        "Transpose", reading: [codes], named: name + "/to file order", [.integers("perm", newAxes.toFile)],
        shape: newAxes.fileShape)
    }
    return ONNXCodes(name: codes.name, grid: codes.grid, fileShape: newAxes.fileShape)
  }

  /// Adds a padding of any axes with any code.
  mutating func addPadding(
    _ operation: IntegerOperation, _ before: [Int], _ after: [Int], code: Int8
  ) -> ONNXCodes {
    let (source, name, axes) = (source(operation), name(of: operation), ONNXAxes(operation.shape))
    let amounts = graph.add(
      name + "/pads", [0] + axes.inFileOrder(before) + [0] + axes.inFileOrder(after))
    let grid = operation.grid
    let value =
      areRead(source)
      ? graph.add(name + "/value", [Int32(code)], .int8, shape: [])
      : graph.add(name + "/value", [Float(Int32(code) - grid.zeroPoint) * grid.scale], isScalar: true)
    return addMovement("Pad", reading: [source], [amounts, value], named: name, shape: axes.fileShape)
  }

  /// Adds a part of a tensor; an end before the first element is written as far before it.
  mutating func addSlice(
    _ operation: IntegerOperation, _ begin: [Int], _ size: [Int], _ strides: [Int]
  ) -> ONNXCodes {
    let (source, name, axes) = (source(operation), name(of: operation), ONNXAxes(operation.shape))
    let ends = begin.indices.map { axis in
      let end = begin[axis] + (size[axis] - 1) * strides[axis] + strides[axis].signum()
      return end < 0 ? Int(Int32.min) : end
    }
    let lists = [
      ("starts", begin), ("ends", ends), ("axes", begin.indices.map { axes.number(of: $0) }),
      ("steps", strides),
    ].map { graph.add("\(name)/\($0)", $1) }
    return addMovement("Slice", reading: [source], lists, named: name, shape: axes.fileShape)
  }

  /// Adds a reordering of axes.
  mutating func addTranspose(_ operation: IntegerOperation, _ permutation: [Int]) -> ONNXCodes {
    let (source, axes) = (source(operation), ONNXAxes(operation.shape))
    let numbers = axes.inFileOrder(permutation).map { axes.number(of: $0) }
    return addMovement(
      "Transpose", reading: [source], named: name(of: operation), [.integers("perm", [0] + numbers)],
      shape: axes.fileShape)
  }

  /// Adds a resizing by the nearest pixels: a Resize if it repeats each pixel as often, else a Gather of rows and one of
  /// columns, since runtimes round the places of pixels in their own ways.
  mutating func addResizing(
    _ operation: IntegerOperation, alignCorners: Bool, halfPixelCenters: Bool
  ) -> ONNXCodes {
    let (source, name, axes) = (source(operation), name(of: operation), ONNXAxes(operation.shape))
    let (old, new) = (source.fileShape, axes.fileShape)
    let repeats = (1...2).map { new[$0] / old[$0] }
    if !alignCorners, (1...2).allSatisfy({ new[$0] % old[$0] == 0 }) {
      let scales = graph.add(name + "/scales", [1, 1] + repeats.map { Float($0) })
      return addMovement(
        "Resize", reading: [source], ["", scales], named: name,
        [
          .text("mode", "nearest"), .text("coordinate_transformation_mode", "asymmetric"),
          .text("nearest_mode", "floor"),
        ], shape: new)
    }
    var codes = source
    for axis in 1...2 {
      let pixels = (0..<new[axis]).map {
        NearestPixel.index(
          $0, from: old[axis], to: new[axis], alignCorners: alignCorners, halfPixelCenters: halfPixelCenters)
      }
      let indices = graph.add("\(name)/\(axis == 1 ? "rows" : "columns")", pixels)
      codes = addMovement(
        "Gather", reading: [codes], [indices], named: axis == 1 ? name + "/rows" : name,
        [.integer("axis", axis + 1)], shape: axis == 1 ? [new[0], new[1], old[2]] : new)
    }
    return codes
  }
}
