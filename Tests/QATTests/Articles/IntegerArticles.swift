import QAT

extension Article {
  static func integerInference(_ printer: Printer) throws {
    let print = printer.print
    // Article: IntegerInference
    let halves = try AffineQuantizer(scale: 0.5, zeroPoint: 0)
    let kernel = IntegerKernel(
      shape: [2, 1], intWeights: [3, -2], scales: [0.25], bias32: [8])
    let input = IntegerOperation(
      name: "input", kind: .input, shape: [2], grid: halves)
    let dense = IntegerOperation(
      name: "dense", kind: .dense(kernel), inputs: [0], shape: [1], grid: halves)

    for arithmetic in IntegerArithmetic.allCases {
      let model = try IntegerModel(
        name: "two inputs", arithmetic: arithmetic, operations: [input, dense],
        outputs: [1])
      print(arithmetic, IntegerSession(model).codes([4, 1], examples: 1))
    }
    // Article: IntegerInference
    printer.endBlock()

    // Article: IntegerInference
    let model = try IntegerModel(
      name: "two inputs", operations: [input, dense], outputs: [1])
    let floats: [Float] = [2, 0.5, 1, 1]
    for path in IntegerSession.Path.allCases {
      print(path, IntegerSession(model, path: path).logits(floats))
    }
    // Article: IntegerInference
    printer.endBlock()

    // Article: IntegerInference
    let unbiased = IntegerKernel(
      shape: [2, 1], intWeights: [3, -2], scales: [0.25], bias32: [])
    let wrong = IntegerOperation(
      name: "dense", kind: .dense(unbiased), inputs: [0], shape: [1], grid: halves)
    do {
      _ = try IntegerModel(
        name: "no bias", operations: [input, wrong], outputs: [1])
    } catch {
      print(error)
    }
    // Article: IntegerInference
    printer.endBlock()
  }

  static func quantization(_ printer: Printer) throws {
    let print = printer.print
    // Article: Quantization
    let digits = Digits.generated(count: 100, seed: 1)
    let model = Sequential(
      [
        Conv2D(filters: 4, kernelSize: 3), BatchNormalization(), ReLU(),
        Flatten(), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    let quantized = try quantizeModel(model, calibratingOn: digits)
    print(quantized.explain())
    // Article: Quantization
    printer.endBlock()

    // Article: Quantization
    let format = QuantizerFormat(bitWidth: 4, symmetric: true, narrowRange: true)
    let fourBits = QuantizeConfig(weights: ["kernel": LastValueQuantizer(format)])
    let annotated = Sequential(
      [
        Conv2D(filters: 4, kernelSize: 3), ReLU(), Flatten(),
        quantizeAnnotate(Dense(units: 10), config: fourBits),
      ], inputShape: [28, 28, 1], seed: 1)
    let partly = try quantizeApply(annotated, calibratingOn: digits)
    for warning in partly.warnings { print(warning) }
    // Article: Quantization
    printer.endBlock()
  }

  static func conversion(_ printer: Printer) throws {
    let print = printer.print
    // Article: Conversion
    let digits = Digits.generated(count: 200, seed: 1)
    let model = Sequential(
      [
        Conv2D(filters: 4, kernelSize: 3, activation: .relu), MaxPooling2D(),
        Flatten(), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    let quantized = try quantizeModel(model, calibratingOn: digits)
    let (integers, report) = try convert(quantized)
    for operation in report.operations {
      print(operation.name, operation.layers, operation.shape, operation.bytes)
    }
    // Article: Conversion
    printer.endBlock()

    // Article: Conversion
    let pixels = Tensor(digits.floats(), shape: [200, 28, 28, 1])
    print(quantized.agreement(with: integers, on: pixels))
    // Article: Conversion
    printer.endBlock()

    // Article: Conversion
    do {
      let last = quantizeAnnotate(Dense(units: 10))
      let partly = try quantizeApply(
        Sequential([Flatten(), Dense(units: 4), last], inputShape: [28, 28, 1]),
        calibratingOn: digits)
      _ = try convert(partly)
    } catch {
      print(error)
    }
    // Article: Conversion
    printer.endBlock()
  }
}
