import Support
import TFLiteFiles

/// What stands in a .tflite file that is no integer model which runs here.
struct FileListing: Codable, Hashable {
  let file: String
  let bytes: Int
  let subgraphs: [Subgraph]
  /// Why it does not run.
  let problem: String

  /// A model of the file.
  struct Subgraph: Codable, Hashable {
    let name: String
    let tensors: Int
    let operators: [Operator]
  }

  /// An operator, with the shape and the element type of its first output.
  struct Operator: Codable, Hashable {
    let name: String
    let version: Int
    let inputs: [Int]
    let outputs: [Int]
    let shape: [Int]?
    let type: String?
  }

  init(of file: TFLiteFile, problem: String) {
    (self.file, bytes, self.problem) = (file.source.fileName, file.byteCount, problem)
    subgraphs = file.subgraphs.map { graph in
      let operators = graph.operators.map { one in
        let output = one.outputs.first.flatMap {
          graph.tensors.indices.contains($0) ? graph.tensors[$0] : nil
        }
        return Operator(
          name: one.code.name.printableLabel, version: one.code.version, inputs: one.inputs,
          outputs: one.outputs,
          shape: output?.shape, type: output?.type.name)
      }
      return Subgraph(name: graph.name.printableLabel, tensors: graph.tensors.count, operators: operators)
    }
  }

  /// The operators as tables, and why the model does not run.
  var text: String {
    let tables = subgraphs.flatMap { graph in
      let table = TextTable(
        columns: ["#", "operator", "version", "inputs", "output", "type"],
        rows: graph.operators.enumerated().map { index, one in
          [
            "\(index)", one.name.cut(to: 28), "\(one.version)",
            one.inputs.map(String.init).joined(separator: " ").cut(to: 16),
            one.shape?.times.cut(to: 15) ?? "",
            one.type ?? "",
          ]
        })
      return ["", "subgraph \(graph.name), \(graph.tensors.counted("tensor"))"] + table.lines
    }
    let reason = "Not an integer model that runs here: \(problem)".wrapped()
    return (["\(file), \(bytes.counted("byte"))"] + tables + [""] + reason).joined(separator: "\n")
  }
}
