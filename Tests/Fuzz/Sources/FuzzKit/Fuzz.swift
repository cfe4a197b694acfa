import Foundation
import IntegerInference
import Support

/// Runs a program that gives a reader valid files with random damage: every file has to be refused by an error, or to be
/// read, within bounded memory.
///
/// The command line is a count, a seed and the files of the corpus. A crash ends the program; the number that was printed
/// last and the seed say where to look.
///
/// - Parameters:
///   - name: The name of the program.
///   - damaged: Makes a damaged file of one of the corpus.
///   - open: Reads the bytes as a file.
///   - read: Makes an integer model of a file.
/// - Throws: An error of reading the corpus.
public func fuzz<File>(
  _ name: String, damaged: (_ corpus: [[UInt8]], _ generator: inout SeededGenerator) -> [UInt8],
  open: (_ bytes: [UInt8]) throws -> File, read: (_ file: File) throws -> IntegerModel
) throws {
  let arguments = CommandLine.arguments.dropFirst()
  guard arguments.count >= 3, let count = Int(arguments[1]), let seed = UInt64(arguments[2]) else {
    print("usage: \(name) COUNT SEED FILE…")
    exit(64)
  }
  // More than a reader may need for files of some kilobytes; beyond it, allocation fails and the program ends.
  var limit = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
  guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { exit(1) }

  let corpus = try arguments.dropFirst(2).map { try [UInt8](Data(contentsOf: URL(filePath: $0))) }
  var generator = SeededGenerator(seed: seed)
  var (refused, unusable, usable, ran) = (0, 0, 0, 0)
  for index in 0..<count {
    if index % 100_000 == 0 {
      print(
        "\(index): \(refused) refused as files, \(unusable) as models, \(usable) read, \(ran) of them run")
    }
    let bytes = damaged(corpus, &generator)
    guard let file = try? open(bytes) else {
      refused += 1
      continue
    }
    guard let model = try? read(file) else {
      unusable += 1
      continue
    }
    usable += 1
    // A model that was read also runs, if it is small.
    guard index % 16 == 0, model.operations.allSatisfy({ $0.count < 1 << 14 }) else { continue }
    let inputs = model.inputs.map { [Int8](repeating: -7, count: model.operations[$0].count) }
    _ = IntegerSession(model).codes(inputs, examples: 1)
    ran += 1
  }
  print(
    "\(count) damaged files: \(refused) refused as files, \(unusable) as models, \(usable) read, \(ran) run")
}
