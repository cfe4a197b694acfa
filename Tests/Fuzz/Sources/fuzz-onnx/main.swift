import FuzzKit
import IntegerInference
import ONNXFiles
import Support

// Gives the reader of ONNX files valid files with random damage: every file has to be refused by an error, or to be
// read, within bounded memory.
//
//   swift run -c release --package-path Tests/Fuzz fuzz-onnx COUNT SEED FILE…
//
// The files are the corpus, such as those of Tests/ONNXFilesTests/Fixtures. A crash ends the program; the number that
// was printed last and the seed say where to look.

/// A file with random damage.
///
/// Most damage leaves the lengths of messages as they are, so that many files can still be parsed.
func damaged(_ corpus: [[UInt8]], _ generator: inout SeededGenerator) -> [UInt8] {
  var bytes = corpus[generator.below(corpus.count)]
  for _ in 0...generator.below(4) {
    let place = generator.below(bytes.count)
    switch generator.below(8) {
    case 0: bytes[place] = UInt8(generator.below(256))
    case 1: bytes[place] ^= 1 << UInt8(generator.below(8))
    case 2:  // small numbers, as those of axes, extents and types
      bytes[place] = UInt8(generator.below(16))
    case 3:  // a number of 7 bits a byte, ended somewhere else
      bytes[place] ^= 0x80
    case 4:  // a text by another one of its length, where they end alike
      guard let digit = bytes[place...].firstIndex(where: { (48...57).contains($0) }) else { continue }
      bytes[digit] = UInt8(48 + generator.below(10))
    case 5:  // a piece of the file, again elsewhere
      let length = min(1 + generator.below(64), bytes.count - place)
      let other = generator.below(bytes.count - length + 1)
      bytes.replaceSubrange(other..<other + length, with: bytes[place..<place + length])
    case 6:  // a piece exchanged with another of its length
      let length = min(1 + generator.below(24), bytes.count - place)
      let other = generator.below(bytes.count - length + 1)
      let (first, second) = (Array(bytes[place..<place + length]), Array(bytes[other..<other + length]))
      bytes.replaceSubrange(place..<place + length, with: second)
      bytes.replaceSubrange(other..<other + length, with: first)
    default:
      guard generator.below(8) == 0 else { continue }
      bytes.removeLast(min(generator.below(64), bytes.count - 1))
    }
  }
  return bytes
}

try fuzz(
  "fuzz-onnx", damaged: damaged, open: { try ONNXFile($0, source: "fuzz") }, read: { try IntegerModel($0) })
