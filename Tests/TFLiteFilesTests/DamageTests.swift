import FixedPoint
import Foundation
import IntegerInference
import Support
import TestSupport
import Testing

@testable import TFLiteFiles

/// Files that are damaged or have what cannot be run: each ends in an error that names place, cause and remedy.
@Suite struct DamageTests {
  private let whole: [UInt8]
  private let file: TFLiteFile

  init() throws {
    file = try WrittenModels.model("convolution", .tflite).tfliteFile()
    whole = file.bytes
  }

  @Test func `a file that was cut short is refused, wherever`() {
    for count in 0..<whole.count {
      #expect(throws: TFLiteError.self) { try TFLiteFile(Array(whole.prefix(count)), source: "cut") }
    }
  }

  @Test(arguments: [UInt8(0), 0x7F, 0xFF])
  func `a file with any byte replaced is refused or read`(byte: UInt8) {
    for index in whole.indices {
      var bytes = whole
      bytes[index] = byte
      guard let file = try? TFLiteFile(bytes, source: "damaged") else { continue }
      _ = try? IntegerModel(file)
    }
  }

  @Test func `a file that refers to the same bytes again and again is refused`() throws {
    // A root with 20,000 subgraphs, each of which is the same table with a name of 20,000 characters.
    let name = [UInt8](repeating: UInt8(ascii: "a"), count: 20_000)
    let count = 20_000
    var bytes = FlatBufferWriter(
      root: [
        0: .integer(UInt32(3)),
        2: .vector([UInt8](repeating: 0, count: 4 * count), width: 4, alignment: 4),
        3: .table([4: .string(String(decoding: name, as: UTF8.self))]),
      ], identifier: "TFL3"
    ).bytes
    // The table of field 3 begins with the offset to its list of fields, just before the name's length.
    let text = try #require(bytes.indices.first { bytes[$0...].starts(with: name.prefix(16)) })
    let table = text - 4 - 8
    let vector =
      try #require(
        bytes.indices.first { $0 % 4 == 0 && bytes[$0...].starts(with: [0x20, 0x4E, 0, 0, 0, 0]) }) + 4
    for index in 0..<count {
      let place = vector + 4 * index
      withUnsafeBytes(of: UInt32(table - place).littleEndian) {
        bytes.replaceSubrange(place..<place + 4, with: $0)
      }
    }
    let error = #expect(throws: TFLiteError.self) { try TFLiteFile(bytes, source: "repeated") }
    #expect(
      error?.description.contains("refers again and again to the same bytes") == true,
      "\(String(describing: error))"
    )
  }

  // MARK: - Messages

  /// The message of the error that a changed file gives.
  private func message(_ change: (inout TFLiteFile.Subgraph) -> Void) -> String {
    var changed = file
    change(&changed.subgraphs[0])
    do {
      _ = try IntegerModel(TFLiteFile(changed.bytes, source: "a.tflite"))
      return "no error"
    } catch { return error.description }
  }

  @Test func `other files are refused by what they are`() throws {
    func message(_ bytes: [UInt8]) -> String {
      do { return try TFLiteFile(bytes, source: "a.tflite").source } catch { return error.description }
    }
    #expect(message([]).contains("a.tflite: the file has 0 bytes"))
    #expect(message(Array("<html><body>Not found".utf8)).contains("bytes 4 to 7 are not TFL3"))
    #expect(message(Array(whole.prefix(100))).contains("damaged or cut short"))
    let folder = try TemporaryFolder()
    #expect(throws: TFLiteError.self) { try IntegerModel(tflite: folder.path + "/none.tflite") }
    let path = folder.path + "/some.tflite"
    try AtomicFile.write(whole, to: path)
    let error = #expect(throws: TFLiteError.self) { try TFLiteFile(contentsOf: path, limit: 100) }
    #expect(error?.description.contains("more than the 100 allowed; allow more with limit:") == true)
  }

  @Test func `what the engine does not have is named with number, tensor and remedy`() {
    let lstm = message { $0.operators[1].code = TFLiteOperatorCode(number: 16) }
    #expect(lstm.hasPrefix("a.tflite, operation 1 LSTM: the integer engine does not have"), "\(lstm)")
    let custom = message {
      $0.operators[0].code = TFLiteOperatorCode(number: 32, customName: "Detect\u{1B}[31m")
    }
    #expect(custom.contains("operation 0 CUSTOM Detect\\u{1b}[31m: "), "\(custom)")
    let unknown = message { $0.operators[0].code = TFLiteOperatorCode(number: 250) }
    #expect(unknown.contains("operation 0 BUILTIN 250: "), "\(unknown)")
    let tanh = message { $0.operators[0].options.integers[.activation] = 4 }
    #expect(tanh.contains("its fused activation is TANH; expected none, RELU"), "\(tanh)")
  }

  @Test func `types that are not those of an integer model are named`() {
    let floats = message { $0.tensors[0].type = .float32 }
    #expect(floats.contains("tensor 0 \"input_0\"") && floats.contains("no QUANTIZE reads it"), "\(floats)")
    let wide = message { $0.tensors[0].type = .int16 }
    #expect(wide.contains("INT16; expected INT8: convert the model with full integer"), "\(wide)")
    let weights = message { $0.tensors[2].type = .uint8 }
    #expect(weights.contains("its filter has elements of type UINT8; expected INT8 or INT4"), "\(weights)")
  }

  @Test func `weights and biases that do not fit are named`() {
    let asymmetric = message { $0.tensors[2].zeroPoints[3] = 5 }
    #expect(asymmetric.contains("convolution_1/kernel") && asymmetric.contains("symmetric"), "\(asymmetric)")
    let scales = message {
      $0.tensors[2].scales.removeLast()
      $0.tensors[2].zeroPoints.removeLast()
    }
    #expect(scales.contains("has 10 scales along dimension 0; expected one, or 11"), "\(scales)")
    let computed = message {
      $0.operators[0].inputs[1] = 0
    }
    #expect(computed.contains("its filter is computed while the model runs"), "\(computed)")
    let infinite = message { $0.tensors[0].scales = [.infinity] }
    #expect(infinite.contains("has the scale inf; expected a finite number above zero"), "\(infinite)")
    let zero = message { $0.tensors[0].zeroPoints = [300] }
    #expect(zero.contains("has the zero point 300; expected a code of INT8"), "\(zero)")
  }

  @Test func `shapes without elements, or with more than can be counted, are refused`() {
    let huge = message { $0.tensors[2].shape = [1 << 30, 1 << 30, 1, 1] }
    #expect(huge.contains("the shape [1073741824, 1073741824, 1, 1] is impossible"), "\(huge)")
    let empty = message { $0.tensors[0].shape = [1, 9, 7, 0] }
    #expect(empty.contains("tensor 0 \"input_0\": the shape [1, 9, 7, 0] is impossible"), "\(empty)")
  }

  @Test func `a graph that does not fit together is refused`() {
    let order = message { $0.operators.swapAt(0, 1) }
    #expect(order.contains("operation 0 CONV_2D: it reads tensor"), "\(order)")
    #expect(order.contains("which no operation before it writes"), "\(order)")
    let output = message { $0.outputs = [2] }
    #expect(output.contains("output tensor 2 \"convolution_1/kernel\""), "\(output)")
    let shape = message { $0.tensors[2].shape = [11, 3, 5, 3] }
    #expect(shape.contains("integer operation convolution_1: its kernel has shape [3, 5, 3, 11]"), "\(shape)")
    var two = file
    two.subgraphs.append(two.subgraphs[0])
    let error = #expect(throws: TFLiteError.self) { try IntegerModel(two) }
    #expect(error?.description.contains("the file has 2 subgraphs; expected one") == true)
  }

  @Test func `a batch of eight is read as eight examples`() throws {
    var batch = file
    batch.subgraphs[0].tensors[0].shape[0] = 8
    #expect(try IntegerModel(batch) == IntegerModel(file))
  }

  @Test func `shapes that stand in the file behind the inputs are computed anew, as runtimes do`() throws {
    var other = file
    other.subgraphs[0].tensors[1].shape = [1, 1, 1, 11]
    #expect(try IntegerModel(other) == IntegerModel(file))
  }

  @Test func `tensors without names get numbers, and equal names are told apart`() throws {
    var unnamed = file
    for index in unnamed.subgraphs[0].tensors.indices { unnamed.subgraphs[0].tensors[index].name = "" }
    #expect(try IntegerModel(unnamed).operations[0].name == "tensor 0")
    for index in unnamed.subgraphs[0].tensors.indices { unnamed.subgraphs[0].tensors[index].name = "x" }
    #expect(try IntegerModel(unnamed).operations.map(\.name) == ["x", "x (2)", "x (3)"])
  }

  // MARK: - Writing

  @Test func `what the format cannot express is refused before anything is written`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.tflite"
    func message(_ model: IntegerModel) -> String {
      do {
        try model.write(toTFLite: path)
        return "written"
      } catch { return error.description }
    }
    let onnx = try IntegerModel(
      name: "onnx", arithmetic: .onnxRuntime,
      operations: WrittenModels.model("dense", .tflite).operations, outputs: [1])
    #expect(message(onnx).contains("onnx: the model follows the arithmetic of ONNX Runtime"))
    let grid = try AffineQuantizer(scale: 0.1, zeroPoint: 0, quantizedRange: -8...7)
    let narrow = try IntegerModel(
      name: "narrow", operations: [.init(name: "input", kind: .input, shape: [4], grid: grid)], outputs: [0])
    #expect(message(narrow).contains("operation 0 \"input\": its codes are -8 to 7"))
    #expect(!FileManager.default.fileExists(atPath: path))
    let notes = try WrittenModels.model("convolution_4_bits", .xnnpack).write(toTFLite: path)
    #expect(notes.map(\.operation) == ["convolution_1", "convolution_2"])
    #expect("\(notes[0])".contains("its weights of 4 bits are stored in 8, since for INT4"))
    #expect(try IntegerModel(tflite: path).operations.count == 3)
  }
}
