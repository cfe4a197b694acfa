import FixedPoint
import IntegerInference

// The forms in which a file has one operation: of floats between codes, or of codes.

extension ONNXExporter {
  /// The type of the codes between operators.
  var codeType: ONNXCodeType { format == .qdq ? .uint8 : .int8 }

  /// Whether operators read these codes themselves, and not the floats of a DequantizeLinear.
  func areRead(_ codes: ONNXCodes) -> Bool {
    format == .qOperator || format == .qdq && codes.grid.type == .int8
  }

  /// The codes as codes of a type; the same if that is theirs.
  mutating func converted(_ codes: ONNXCodes, to type: ONNXCodeType) -> ONNXCodes {
    guard codes.grid.type != type else { return codes }
    if let made = otherTypes[codes.name] { return made }
    let name = "\(codes.name)/\(type == .int8 ? "int8" : "uint8")"
    let grid = graph.grid(codes.grid.values, type, named: name)
    let reals = graph.dequantize(codes, named: name + "/dequantize")
    let made = ONNXCodes(
      name: graph.quantize(reals, grid, named: name), grid: grid, fileShape: codes.fileShape)
    otherTypes[codes.name] = made
    return made
  }

  /// Adds an operator of floats between DequantizeLinear and QuantizeLinear.
  ///
  /// - Parameters:
  ///   - type: The operator.
  ///   - codes: The tensors that it reads, as codes.
  ///   - others: The names of the tensors that it reads besides, after the codes.
  ///   - name: The name of the node.
  ///   - attributes: The operator's attributes.
  ///   - grid: The grid of the result.
  ///   - shape: The shape of the result in the file's order.
  /// - Returns: The codes of the result.
  mutating func addFloats(
    _ type: String, reading codes: [ONNXCodes], _ others: [String] = [], named name: String,
    _ attributes: [ONNXAttribute] = [], on grid: ONNXGrid, shape: [Int]
  ) -> ONNXCodes {
    let codes = codes.map { converted($0, to: codeType) }
    let reals = codes.map { graph.dequantize($0, named: name + "/dequantize") }
    let result = graph.add(type, reals + others, named: name, attributes)
    return ONNXCodes(
      name: graph.quantize(result, grid, named: name + "/quantize"), grid: grid, fileShape: shape)
  }

  /// Adds an operator that moves codes, whose result is on the grid of the first tensor that it reads.
  ///
  /// - Parameters:
  ///   - type: The operator.
  ///   - codes: The tensors that it reads, as codes.
  ///   - others: The names of the tensors that it reads besides, after the codes.
  ///   - name: The name of the node.
  ///   - attributes: The operator's attributes.
  ///   - shape: The shape of the result in the file's order.
  /// - Returns: The codes of the result.
  mutating func addMovement(
    _ type: String, reading codes: [ONNXCodes], _ others: [String] = [], named name: String,
    _ attributes: [ONNXAttribute] = [], shape: [Int]
  ) -> ONNXCodes {
    guard codes.allSatisfy(areRead) else {
      let codes = codes.map { converted($0, to: codeType) }
      return addFloats(type, reading: codes, others, named: name, attributes, on: codes[0].grid, shape: shape)
    }
    return ONNXCodes(
      name: graph.add(type, codes.map(\.name) + others, named: name, attributes), grid: codes[0].grid,
      fileShape: shape)
  }

  /// Adds an operator that has a form of floats and, in the domain `com.microsoft`, a form of codes.
  ///
  /// - Parameters:
  ///   - types: The operator of floats and that of codes.
  ///   - codes: The tensors that it reads.
  ///   - operation: The operation.
  ///   - dependsOnType: Whether ONNX Runtime's operator of UINT8 codes rounds otherwise than that of INT8 codes.
  ///   - attributes: The attributes of both forms.
  ///   - ofCodes: The attributes that only the form of codes has.
  ///   - shape: The shape of the result in the file's order; nil for that of the operation.
  /// - Returns: The codes of the result.
  mutating func addComputation(
    _ types: (floats: String, codes: String), reading codes: [ONNXCodes], _ operation: IntegerOperation,
    dependsOnType: Bool = false, _ attributes: [ONNXAttribute] = [], ofCodes: [ONNXAttribute] = [],
    shape: [Int]? = nil
  ) -> ONNXCodes {
    let (name, shape) = (name(of: operation), shape ?? ONNXAxes(operation.shape).fileShape)
    let isOfCodes = format == .qOperator || format == .qdq && dependsOnType
    let grid = graph.grid(operation.grid, isOfCodes ? .int8 : codeType, named: name)
    guard isOfCodes else {
      return addFloats(types.floats, reading: codes, named: name, attributes, on: grid, shape: shape)
    }
    let codes = codes.map { converted($0, to: .int8) }
    let inputs =
      codes.flatMap { [$0.name, $0.grid.scale, $0.grid.zeroPoint] } + [grid.scale, grid.zeroPoint]
    return ONNXCodes(
      name: graph.add(types.codes, inputs, named: name, attributes + ofCodes, isMicrosoft: true), grid: grid,
      fileShape: shape)
  }

  /// Limits codes to those that an activation, or a grid of fewer bits, lets through.
  ///
  /// QuantizeLinear limits them to 8 bits, so a ReLU whose zero point is −128 needs no node, as in the files of ONNX
  /// Runtime's own tool. Any other limit stands behind the codes: between an operator and its QuantizeLinear it would
  /// keep ONNX Runtime from computing the operator on codes.
  ///
  /// - Parameters:
  ///   - codes: The codes.
  ///   - range: The codes that are let through.
  ///   - operation: The operation.
  /// - Returns: The limited codes.
  mutating func limited(
    _ codes: ONNXCodes, to range: ClosedRange<Int32>, _ operation: IntegerOperation
  ) -> ONNXCodes {
    guard range != -128...127 else { return codes }
    let (name, grid) = (name(of: operation), codes.grid.values)
    guard !areRead(codes) else {
      let limits = [range.lowerBound, range.upperBound].enumerated().map { index, code in
        graph.add("\(name)/\(index == 0 ? "min" : "max")", [code], .int8, shape: [])
      }
      return ONNXCodes(
        name: graph.add("Clip", [codes.name] + limits, named: name + "/clip"), grid: codes.grid,
        fileShape: codes.fileShape)
    }
    if range == grid.zeroPoint...127 {
      return addFloats(
        "Relu", reading: [codes], named: name + "/relu", on: codes.grid, shape: codes.fileShape)
    }
    let limits = [range.lowerBound, range.upperBound].enumerated().map { index, code in
      graph.add(
        "\(name)/\(index == 0 ? "min" : "max")", [Float(code - grid.zeroPoint) * grid.scale], isScalar: true)
    }
    return addFloats(
      "Clip", reading: [codes], limits, named: name + "/clip", on: codes.grid, shape: codes.fileShape)
  }
}
