/// The operation that an operator of a file performs: its number, its name and the version of its form.
public struct TFLiteOperatorCode: Hashable, Sendable {
  /// The number of a builtin operation; 32 for custom operations.
  public let number: Int
  /// The version of the operation's form, 1 or more.
  public let version: Int
  /// The name of a custom operation; empty for a builtin one.
  public let customName: String

  /// Creates the code of a builtin or custom operation.
  public init(number: Int, version: Int = 1, customName: String = "") {
    (self.number, self.version, self.customName) = (number, version, customName)
  }

  init(_ operation: TFLiteOperation, version: Int = 1) {
    self.init(number: operation.rawValue, version: version)
  }

  /// The operation, if the integer engine has it or could have it.
  var operation: TFLiteOperation? { TFLiteOperation(rawValue: number) }

  /// The name in capital letters: "CONV_2D", "CUSTOM TFLite_Detection_PostProcess", or "BUILTIN 210" for a
  /// number that is not known here.
  public var name: String {
    if number == 32 { return "CUSTOM \(customName)" }
    return operation?.name ?? Self.otherNames[number] ?? "BUILTIN \(number)"
  }

  /// The names of operations that integer models of images and sounds rarely have.
  private static let otherNames: [Int: String] = [
    5: "DEPTH_TO_SPACE", 7: "EMBEDDING_LOOKUP", 8: "FLOOR", 10: "HASHTABLE_LOOKUP", 11: "L2_NORMALIZATION",
    12: "L2_POOL_2D", 13: "LOCAL_RESPONSE_NORMALIZATION", 15: "LSH_PROJECTION", 16: "LSTM", 24: "RNN",
    26: "SPACE_TO_DEPTH", 27: "SVDF", 29: "CONCAT_EMBEDDINGS", 30: "SKIP_GRAM", 31: "CALL",
    33: "EMBEDDING_LOOKUP_SPARSE", 35: "UNIDIRECTIONAL_SEQUENCE_RNN", 36: "GATHER", 42: "DIV",
    44: "UNIDIRECTIONAL_SEQUENCE_LSTM", 46: "BIDIRECTIONAL_SEQUENCE_RNN", 47: "EXP", 48: "TOPK_V2",
    50: "LOG_SOFTMAX", 51: "DELEGATE", 52: "BIDIRECTIONAL_SEQUENCE_LSTM", 53: "CAST", 55: "MAXIMUM",
    56: "ARG_MAX", 57: "MINIMUM", 58: "LESS", 59: "NEG", 61: "GREATER", 62: "GREATER_EQUAL", 63: "LESS_EQUAL",
    64: "SELECT", 65: "SLICE", 66: "SIN", 68: "SPARSE_TO_DENSE", 71: "EQUAL", 72: "NOT_EQUAL", 73: "LOG",
    74: "SUM", 75: "SQRT", 76: "RSQRT", 78: "POW", 79: "ARG_MIN", 80: "FAKE_QUANT", 81: "REDUCE_PROD",
    82: "REDUCE_MAX", 84: "LOGICAL_OR", 85: "ONE_HOT", 86: "LOGICAL_AND", 87: "LOGICAL_NOT", 88: "UNPACK",
    89: "REDUCE_MIN", 90: "FLOOR_DIV", 91: "REDUCE_ANY", 92: "SQUARE", 93: "ZEROS_LIKE", 94: "FILL",
    95: "FLOOR_MOD", 96: "RANGE", 99: "SQUARED_DIFFERENCE", 100: "MIRROR_PAD", 101: "ABS", 102: "SPLIT_V",
    103: "UNIQUE", 104: "CEIL", 105: "REVERSE_V2", 106: "ADD_N", 107: "GATHER_ND", 108: "COS", 109: "WHERE",
    110: "RANK", 111: "ELU", 112: "REVERSE_SEQUENCE", 113: "MATRIX_DIAG", 115: "MATRIX_SET_DIAG",
    116: "ROUND", 118: "IF", 119: "WHILE", 120: "NON_MAX_SUPPRESSION_V4", 121: "NON_MAX_SUPPRESSION_V5",
    122: "SCATTER_ND", 123: "SELECT_V2", 124: "DENSIFY", 125: "SEGMENT_SUM", 126: "BATCH_MATMUL",
    128: "CUMSUM", 129: "CALL_ONCE", 130: "BROADCAST_TO", 131: "RFFT2D", 132: "CONV_3D", 133: "IMAG",
    134: "REAL", 135: "COMPLEX_ABS", 136: "HASHTABLE", 137: "HASHTABLE_FIND", 138: "HASHTABLE_IMPORT",
    139: "HASHTABLE_SIZE", 140: "REDUCE_ALL", 141: "CONV_3D_TRANSPOSE", 142: "VAR_HANDLE",
    143: "READ_VARIABLE", 144: "ASSIGN_VARIABLE", 145: "BROADCAST_ARGS", 146: "RANDOM_STANDARD_NORMAL",
    147: "BUCKETIZE", 148: "RANDOM_UNIFORM", 149: "MULTINOMIAL", 150: "GELU", 151: "DYNAMIC_UPDATE_SLICE",
    152: "RELU_0_TO_1", 153: "UNSORTED_SEGMENT_PROD", 154: "UNSORTED_SEGMENT_MAX",
    155: "UNSORTED_SEGMENT_SUM", 156: "ATAN2", 157: "UNSORTED_SEGMENT_MIN", 158: "SIGN", 159: "BITCAST",
    160: "BITWISE_XOR", 161: "RIGHT_SHIFT", 162: "STABLEHLO_LOGISTIC", 163: "STABLEHLO_ADD",
    164: "STABLEHLO_DIVIDE", 165: "STABLEHLO_MULTIPLY", 203: "DILATE", 205: "REDUCE_WINDOW",
    206: "STABLEHLO_COMPOSITE",
  ]
}

/// A builtin operation whose options are known here; the raw value is its number in the format.
enum TFLiteOperation: Int, CaseIterable, Sendable {
  case add = 0
  case averagePool2D = 1
  case concatenation = 2
  case conv2D = 3
  case depthwiseConv2D = 4
  case dequantize = 6
  case fullyConnected = 9
  case logistic = 14
  case maxPool2D = 17
  case mul = 18
  case relu = 19
  case reluN1To1 = 20
  case relu6 = 21
  case reshape = 22
  case resizeBilinear = 23
  case softmax = 25
  case tanh = 28
  case pad = 34
  case batchToSpaceND = 37
  case spaceToBatchND = 38
  case transpose = 39
  case mean = 40
  case sub = 41
  case squeeze = 43
  case stridedSlice = 45
  case split = 49
  case prelu = 54
  case padV2 = 60
  case transposeConv = 67
  case tile = 69
  case expandDims = 70
  case shape = 77
  case pack = 83
  case resizeNearestNeighbor = 97
  case leakyReLU = 98
  case quantize = 114
  case hardSwish = 117

  /// The name in capital letters, as the schema has it.
  var name: String {
    switch self {
    case .add: "ADD"
    case .averagePool2D: "AVERAGE_POOL_2D"
    case .concatenation: "CONCATENATION"
    case .conv2D: "CONV_2D"
    case .depthwiseConv2D: "DEPTHWISE_CONV_2D"
    case .dequantize: "DEQUANTIZE"
    case .fullyConnected: "FULLY_CONNECTED"
    case .logistic: "LOGISTIC"
    case .maxPool2D: "MAX_POOL_2D"
    case .mul: "MUL"
    case .relu: "RELU"
    case .reluN1To1: "RELU_N1_TO_1"
    case .relu6: "RELU6"
    case .reshape: "RESHAPE"
    case .resizeBilinear: "RESIZE_BILINEAR"
    case .softmax: "SOFTMAX"
    case .tanh: "TANH"
    case .pad: "PAD"
    case .batchToSpaceND: "BATCH_TO_SPACE_ND"
    case .spaceToBatchND: "SPACE_TO_BATCH_ND"
    case .transpose: "TRANSPOSE"
    case .mean: "MEAN"
    case .sub: "SUB"
    case .squeeze: "SQUEEZE"
    case .stridedSlice: "STRIDED_SLICE"
    case .split: "SPLIT"
    case .prelu: "PRELU"
    case .padV2: "PADV2"
    case .transposeConv: "TRANSPOSE_CONV"
    case .tile: "TILE"
    case .expandDims: "EXPAND_DIMS"
    case .shape: "SHAPE"
    case .pack: "PACK"
    case .resizeNearestNeighbor: "RESIZE_NEAREST_NEIGHBOR"
    case .leakyReLU: "LEAKY_RELU"
    case .quantize: "QUANTIZE"
    case .hardSwish: "HARD_SWISH"
    }
  }
}
