import Foundation
import FuzzKit
import IntegerInference
import Support
import TFLiteFiles

// Gives the reader of .tflite files valid files with random damage: every file has to be refused by an error, or to be
// read, within bounded memory.
//
//   swift run -c release --package-path Tests/Fuzz fuzz-tflite COUNT SEED FILE…
//
// The files are the corpus, such as those of Tests/TFLiteFilesTests/Fixtures/converted. A crash ends the program; the
// number that was printed last and the seed say where to look.

/// A file with random damage.
func damaged(_ corpus: [[UInt8]], _ generator: inout SeededGenerator) -> [UInt8] {
  var bytes = corpus[generator.below(corpus.count)]
  for _ in 0...generator.below(4) {
    let place = generator.below(bytes.count)
    switch generator.below(6) {
    case 0: bytes[place] = UInt8(generator.below(256))
    case 1: bytes[place] ^= 1 << UInt8(generator.below(8))
    case 2:  // a 32-bit number, where offsets and lengths stand
      let words: [UInt32] = [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, UInt32(bytes.count), 4]
      let word =
        generator.below(2) == 0 ? words[generator.below(words.count)] : UInt32(generator.below(1 << 16))
      let begin = place / 4 * 4
      guard begin + 4 <= bytes.count else { continue }
      withUnsafeBytes(of: word.littleEndian) { bytes.replaceSubrange(begin..<begin + 4, with: $0) }
    case 3:  // a 16-bit number, where tables list their fields
      let begin = place / 2 * 2
      guard begin + 2 <= bytes.count else { continue }
      withUnsafeBytes(of: UInt16(generator.below(64)).littleEndian) {
        bytes.replaceSubrange(begin..<begin + 2, with: $0)
      }
    case 4: bytes.removeLast(min(generator.below(64), bytes.count - 1))
    default:  // a piece of the file, again elsewhere
      let length = min(1 + generator.below(64), bytes.count - place)
      let other = generator.below(bytes.count - length + 1)
      bytes.replaceSubrange(other..<other + length, with: bytes[place..<place + length])
    }
  }
  return bytes
}

try fuzz(
  "fuzz-tflite", damaged: damaged, open: { try TFLiteFile($0, source: "fuzz") },
  read: { try IntegerModel($0) })
