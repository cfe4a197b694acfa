import FixedPoint
import IntegerInference
import Support

// Constants with scales and zero points: kernels, biases and operands.

extension ONNXImporter {
  /// A constant that a node reads at a position.
  func constant(
    _ node: ONNXNode, _ position: Int, _ role: String
  ) throws(ONNXError.Cause) -> Constant {
    guard case .constant(let constant) = try value(node, position) else { throw .notConstant(role: role) }
    return constant
  }

  /// The scales and zero points that a QuantizeLinear or DequantizeLinear states for a constant.
  mutating func grids(
    _ node: ONNXNode, rank: Int
  ) throws(ONNXError.Cause) -> (scales: [Float], zeroPoints: [Int32], axis: Int?, type: Constant?) {
    guard node.integer("block_size", default: 0) == 0 else {
      throw .wrongQuantization(
        tensor: Self.label(node.input(0) ?? ""), reason: "has a scale for each block of weights",
        remedy: "expected one scale, or one for each channel")
    }
    let scales = try floats(try constant(node, 1, "scale"), "scale")
    let axis = node.integer("axis", default: 1)
    let place = axis < 0 ? axis + rank : axis
    guard scales.count == 1 || (0..<rank).contains(place) else {
      throw .optionUnsupported(option: "axis", value: "\(axis)", expected: "one of the constant's \(rank)")
    }
    guard node.input(2) != nil else {
      return (scales, scales.map { _ in 0 }, scales.count == 1 ? nil : place, nil)
    }
    let constant = try constant(node, 2, "zero point")
    let zeroPoints = try codes(constant, "zero point")
    guard zeroPoints.count == scales.count else {
      throw .wrongQuantization(
        tensor: Self.label(node.input(0) ?? ""),
        reason: "has \(scales.count) scales and \(zeroPoints.count) zero points", remedy: "expected as many")
    }
    return (
      scales, zeroPoints.map { $0 - Self.shift(of: constant.type) }, scales.count == 1 ? nil : place, constant
    )
  }

  /// Whether a node states the scales and zero points that constant codes have.
  mutating func hasGrid(
    _ constant: QuantizedConstant, of node: ONNXNode
  ) throws(ONNXError.Cause) -> Bool {
    let (scales, zeroPoints, axis, type) = try grids(node, rank: constant.shape.count)
    return constant.scales == scales && constant.axis == axis
      && (type == nil || constant.zeroPoints == zeroPoints)
  }

  /// What is taken off the codes of a type, so that they are signed.
  static func shift(of type: Onnx_TensorProto.DataType?) -> Int32 {
    switch type {
    case .uint8: 128
    case .uint4: 8
    default: 0
    }
  }

  static func bitWidth(of type: Onnx_TensorProto.DataType?) -> Int {
    switch type {
    case .int4, .uint4: 4
    case .int32: 32
    default: 8
    }
  }

  /// The codes of a constant of integers with the grids that a DequantizeLinear states.
  mutating func dequantizedConstant(
    _ constant: Constant, _ node: ONNXNode
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    let (scales, zeroPoints, axis, type) = try grids(node, rank: constant.shape.count)
    guard type == nil || type?.type == constant.type else {
      throw .typeUnsupported(role: "zero point", found: type?.typeName ?? "", expected: constant.typeName)
    }
    return try quantizedConstant(
      constant, scales: scales, zeroPoints: type == nil ? nil : zeroPoints, axis: axis)
  }

  /// The codes of a constant of integers with grids.
  mutating func quantizedConstant(
    _ constant: Constant, scales: [Float], zeroPoints: [Int32]?, axis: Int?
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    let shift = Self.shift(of: constant.type)
    try checkAxis(of: constant, axis, scales)
    return QuantizedConstant(
      label: constant.label, shape: constant.shape, codes: try codes(constant, "input").map { $0 - shift },
      scales: scales, zeroPoints: zeroPoints ?? scales.map { _ in -shift }, axis: axis,
      bitWidth: constant.bitWidth ?? Self.bitWidth(of: constant.type), isUnsigned: shift != 0)
  }

  private func checkAxis(
    of constant: Constant, _ axis: Int?, _ scales: [Float]
  ) throws(ONNXError.Cause) {
    guard let axis, constant.shape[axis] != scales.count else { return }
    throw .wrongQuantization(
      tensor: constant.label, reason: "has \(scales.count) scales along axis \(axis) of \(constant.shape)",
      remedy: "expected one for each index")
  }

  /// The codes that a QuantizeLinear makes of a constant of real numbers.
  ///
  /// Quotients are rounded half to even, and codes saturate.
  mutating func quantizedConstant(
    _ constant: Constant, _ node: ONNXNode
  ) throws(ONNXError.Cause) -> QuantizedConstant {
    let (scales, zeroPoints, axis, type) = try grids(node, rank: constant.shape.count)
    let elementType = type?.type ?? (node.integer("output_dtype", default: 2) == 3 ? .int8 : .uint8)
    guard [.int8, .uint8, .int4, .uint4].contains(elementType) else {
      throw .typeUnsupported(
        role: "zero point", found: type?.typeName ?? "", expected: "INT8, UINT8, INT4 or UINT4")
    }
    try checkAxis(of: constant, axis, scales)
    let bits = Self.bitWidth(of: elementType)
    let range = -(Int32(1) << Int32(bits - 1))...(Int32(1) << Int32(bits - 1)) - 1
    let shift = Self.shift(of: elementType)
    var result = QuantizedConstant(
      label: constant.label, shape: constant.shape, codes: [], scales: scales,
      zeroPoints: type == nil ? scales.map { _ in -shift } : zeroPoints, axis: axis, bitWidth: bits,
      isUnsigned: shift != 0)
    let (reals, inner) = (try floats(constant, "input"), result.inner)
    guard reals.allSatisfy(\.isFinite), scales.allSatisfy({ $0.isFinite && $0 != 0 }) else {
      throw .wrongQuantization(
        tensor: constant.label, reason: "or its scales have numbers that are infinite, NaN or a scale of 0",
        remedy: "expected finite numbers and scales other than 0")
    }
    result.codes = reals.enumerated().map { index, real in
      let channel = result.channel(of: index, inner: inner)
      let steps = Int32(saturating: (real / scales[channel]).rounded(.toNearestOrEven))
      return steps.addingSaturating(result.zeroPoints[channel]).saturated(to: range)
    }
    return result
  }
}
