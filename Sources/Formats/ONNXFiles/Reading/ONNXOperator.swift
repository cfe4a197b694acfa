/// An operator that is read.
enum ONNXOperator: String, CaseIterable {
  case add = "Add"
  case averagePool = "AveragePool"
  case cast = "Cast"
  case clip = "Clip"
  case concat = "Concat"
  case constant = "Constant"
  case conv = "Conv"
  case dequantizeLinear = "DequantizeLinear"
  case dropout = "Dropout"
  case flatten = "Flatten"
  case gather = "Gather"
  case gemm = "Gemm"
  case globalAveragePool = "GlobalAveragePool"
  case globalMaxPool = "GlobalMaxPool"
  case hardSigmoid = "HardSigmoid"
  case hardSwish = "HardSwish"
  case identity = "Identity"
  case leakyReLU = "LeakyRelu"
  case matMul = "MatMul"
  case maxPool = "MaxPool"
  case mul = "Mul"
  case pad = "Pad"
  case qGemm = "QGemm"
  case qLinearAdd = "QLinearAdd"
  case qLinearAveragePool = "QLinearAveragePool"
  case qLinearConcat = "QLinearConcat"
  case qLinearConv = "QLinearConv"
  case qLinearGlobalAveragePool = "QLinearGlobalAveragePool"
  case qLinearLeakyReLU = "QLinearLeakyRelu"
  case qLinearMatMul = "QLinearMatMul"
  case qLinearMul = "QLinearMul"
  case qLinearSigmoid = "QLinearSigmoid"
  case qLinearSoftmax = "QLinearSoftmax"
  case quantizeLinear = "QuantizeLinear"
  case reduceMean = "ReduceMean"
  case relu = "Relu"
  case reshape = "Reshape"
  case resize = "Resize"
  case shape = "Shape"
  case sigmoid = "Sigmoid"
  case slice = "Slice"
  case softmax = "Softmax"
  case split = "Split"
  case squeeze = "Squeeze"
  case tanh = "Tanh"
  case transpose = "Transpose"
  case unsqueeze = "Unsqueeze"

  /// The sets of operators that have it: ONNX's own, which has two names, and ONNX Runtime's.
  var domains: [String] {
    let (own, contributed) = (["", "ai.onnx"], ["com.microsoft"])
    return switch self {
    case .qGemm, .qLinearAdd, .qLinearAveragePool, .qLinearConcat, .qLinearGlobalAveragePool,
      .qLinearLeakyReLU,
      .qLinearMul, .qLinearSigmoid, .qLinearSoftmax:
      contributed
    case .quantizeLinear, .dequantizeLinear: own + contributed
    default: own
    }
  }

  /// Operators that ONNX Runtime's CPU provider has no integer kernel for, with what is to be done.
  static func refusal(of name: String) -> (reason: String, remedy: String)? {
    let floats = "ONNX Runtime has no integer kernel for it, and computes it with floating-point numbers"
    switch name {
    case "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization":
      return (
        floats,
        name == "BatchNormalization"
          ? "fold it into the convolution before quantization:"
            + " onnxruntime.quantization.shape_inference.quant_pre_process does, and torch's exporter in eval mode"
          : "quantize a model without it"
      )
    case "Sub": return (floats, "multiply the second operand by -1 before quantization, and add it")
    case "ConvTranspose": return (floats, "use Resize with mode nearest, and Conv, before quantization")
    case "PRelu": return (floats, "use LeakyRelu with one slope, or Relu")
    case "ConvInteger", "MatMulInteger", "DynamicQuantizeLinear":
      return (
        "it quantizes while the model runs, so its grids are not in the file", "quantize the model statically"
      )
    case "MatMulNBits":
      return (
        "only its weights are integers, and ONNX Runtime quantizes its input while the model runs",
        "quantize weights and activations: a static int8 model"
      )
    default: return nil
    }
  }
}
