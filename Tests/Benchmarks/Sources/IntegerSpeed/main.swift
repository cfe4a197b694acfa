import FixedPoint
import IntegerInference
import Quantization
import Subjects
import Support
import Tensors
import Training

// Speed of integer inference: integer-speed small|lenet-bn, or integer-speed roofline FILE.json [FILE.png].
//
// The first prints a line for each batch and form: images a second, the median over 15 windows of a tenth of a
// second. The forms take turns: two schemes of requantization, the float model of the same shape, and that model
// quantized, as it is evaluated while it is trained.
// peers/integer_compare.py runs it beside LiteRT, ONNX Runtime and PyTorch. The second writes, as JSON, the
// machine's peak and what each part of the models reaches on one core, and draws it.

let arguments = CommandLine.arguments
if arguments.count > 2, arguments[1] == "roofline" {
  let roofline = try Roofline.measure()
  try roofline.write(to: arguments[2])
  if arguments.count > 3 { try roofline.chart().write(png: arguments[3]) }
} else {
  let subject = arguments.count > 1 ? Subject(rawValue: arguments[1]) ?? .small : .small
  let arithmetics: [IntegerArithmetic] = [.xnnpack, .tflite]
  let model = subject.model()
  var generator = SeededGenerator(seed: 1)
  for batch in [1, 128] {
    let runs = try arithmetics.map { IntegerRun(try subject.integerModel($0), batch: batch) }
    let images = Tensor.uniform(0, 1, shape: [batch, 28, 28, 1], using: &generator)
    let quantized = try quantizeModel(model, calibratingOn: [images])
    let examples = TensorExamples(inputs: images, targets: .classes([Int](repeating: 0, count: batch)))
    let programs =
      runs.map { run in { run.run() } }
      + [{ _ = model.predict(examples).values }, { _ = quantized(images).values }]
    let names = ["int8, float requantization", "int8, TFLite's fixed point", "float32", "float32, quantized"]
    for (name, rate) in zip(names, Windows.rates(programs)) {
      print(
        "\(subject.rawValue), batch \(batch): \(NumberFormat.fixed(0).string(rate * Double(batch))) images/s; \(name)"
      )
    }
  }
}
