import Foundation
import QAT
import Support

/// A runtime of somebody else, which Python runs where it is installed.
enum Runtime: String {
  case liteRT = "LiteRT's reference code"
  case onnxRuntime = "ONNX Runtime"

  /// How many of a file's output codes differ from ours, for examples of 28 × 28 pixels; or why nothing can be said.
  ///
  /// Python is given a minute.
  func verdict(on file: String, _ inputs: [Int8], _ own: [Int8], in folder: String) -> String {
    do {
      let theirs = try codes(of: file, inputs, in: folder)
      guard theirs.count == own.count else { return "\(theirs.count) codes, and not \(own.count)" }
      return "\(zip(theirs, own).count { $0 != $1 }) of \(own.count) codes differ"
    } catch let reason as Reason {
      return "not at hand: \(reason.text)"
    } catch { return "not at hand: \(error)" }
  }

  private struct Reason: Error { let text: String }

  private func codes(of file: String, _ inputs: [Int8], in folder: String) throws -> [Int8] {
    let (inputFile, errorFile) = ("\(folder)/inputs", "\(folder)/errors")
    try AtomicFile.write(inputs.map { UInt8(bitPattern: $0) }, to: inputFile)
    try AtomicFile.write(text: "", to: errorFile)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, file, inputFile]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle(forWritingAtPath: errorFile)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let number = process.processIdentifier
    let patience = DispatchWorkItem { kill(number, SIGTERM) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: patience)
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    patience.cancel()
    guard process.terminationStatus == 0 else {
      let errors = String(decoding: try AtomicFile.read(errorFile), as: UTF8.self)
      throw Reason(
        text: errors.split(separator: "\n").last.map { UntrustedText.shown(String($0)) } ?? "stopped")
    }
    return output.split(whereSeparator: \.isWhitespace).compactMap { Int8($0) }
  }

  private var script: String {
    switch self {
    case .liteRT:
      """
      np, sys = map(__import__, ("numpy", "sys"))
      from ai_edge_litert.interpreter import Interpreter, OpResolverType
      model = Interpreter(sys.argv[1], experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
      model.allocate_tensors()
      source, target = model.get_input_details()[0]["index"], model.get_output_details()[0]["index"]
      for image in np.fromfile(sys.argv[2], np.int8).reshape(-1, 1, 28, 28, 1):
          model.set_tensor(source, image)
          model.invoke()
          print(*model.get_tensor(target).ravel(), end=" ")
      """
    case .onnxRuntime:
      """
      np, sys, onnxruntime = map(__import__, ("numpy", "sys", "onnxruntime"))
      model = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
      images = np.fromfile(sys.argv[2], np.int8).reshape(-1, 28, 28, 1)
      print(*model.run(None, {model.get_inputs()[0].name: images})[0].ravel())
      """
    }
  }
}
