/// An operation made ready to run: its constants computed, its buffers known.
///
/// The seam between the session and the code that computes: a path is a list of steps. A step may stand for
/// several operations; the outputs of those between, which nothing else reads, then stay unwritten.
package protocol IntegerStep {
  /// Computes the outputs of the first `examples` examples, which lie one behind the other.
  func run(_ memory: CodeMemory, examples: Int)
}
