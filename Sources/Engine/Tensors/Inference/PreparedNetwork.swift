import Support

/// A network of kernels that are prepared for inference.
///
/// A call keeps no history, and takes its memory from the pool of tensors: after the first call of a size nothing is
/// fetched from the system. A few images at a time go through all layers of images, so that their values stay in the
/// cache, and then more examples at a time through the layers behind, whose kernels are larger than their values. Where
/// oneDNN computes products, results depend on the number of examples in the batch and on the example's place, but never on
/// the number of threads.
package final class PreparedNetwork {
  /// A computation: which values it reads, which it gives, and the kernel for groups of a size.
  package struct Step {
    let inputs: [Int]
    let result: Int
    let isOfImages: Bool
    let kernel: (_ group: Int) -> PreparedKernel

    /// Describes a step; values are named by their indices.
    package init(
      inputs: [Int], result: Int, isOfImages: Bool, kernel: @escaping (_ group: Int) -> PreparedKernel
    ) {
      (self.inputs, self.result, self.isOfImages, self.kernel) = (inputs, result, isOfImages, kernel)
    }
  }

  /// Where the values of an example are.
  private enum Place {
    /// In the batch: an input of the network.
    case given(Int)
    /// In one of the buffers for the whole batch: an output, or what a later part of the network reads.
    case whole(Int)
    /// In the memory of a group, at an offset in floats for each example; so are values that nobody gives.
    case group(Int)
  }

  /// Steps that run one after the other on a group of examples.
  private struct Part {
    let group: Int
    var memory = 0
    var steps: [(inputs: [Int], result: Int, kernel: PreparedKernel)] = []
  }

  private let sizes: [Int]
  private let outputs: [Int]
  private let backend: Backend
  private let work: Int
  private var places: [Place]
  /// The values that have a buffer for the whole batch.
  private var wholes: [Int] = []
  private var parts: [Part] = []

  /// The most floats of one value that a group of images has.
  private static let cached = 1 << 15
  /// The most examples in a group.
  private static let most = 16

  /// Prepares a network.
  ///
  /// - Parameters:
  ///   - sizes: The number of floats of each value, for one example; the inputs' come first.
  ///   - inputs: The number of inputs.
  ///   - steps: The steps, each after those whose results it reads.
  ///   - outputs: The indices of the outputs, which are results of steps.
  ///   - work: The cost of one example, in elements touched.
  ///   - backend: The kernels and threads.
  package init(
    sizes: [Int], inputs: Int, steps: [Step], outputs: [Int], work: Int, backend: Backend
  ) {
    (self.sizes, self.outputs, self.backend, self.work) = (sizes, outputs, backend, work)
    places = sizes.indices.map { $0 < inputs ? .given($0) : .group(0) }
    let split = (steps.lastIndex { $0.isOfImages } ?? -1) + 1
    let halves = [steps.prefix(split), steps.dropFirst(split)].filter { !$0.isEmpty }
    for half in halves {
      let others = steps[..<half.startIndex] + steps[half.endIndex...]
      let needed = Set(others.flatMap(\.inputs) + outputs)
      parts.append(part(half, keeping: needed))
    }
  }

  /// Chooses the size of a part's groups, packs its kernels, and finds places for values that only it needs.
  private func part(_ steps: ArraySlice<Step>, keeping needed: Set<Int>) -> Part {
    let largest = steps.map { sizes[$0.result] }.max() ?? 1
    var group = 1
    while 2 * group <= Self.most, !steps.contains(where: \.isOfImages) || 2 * group * largest <= Self.cached {
      group *= 2
    }
    var part = Part(group: group)
    var taken: [(memory: Range<Int>, last: Int)] = []
    for (index, step) in steps.enumerated() {
      if needed.contains(step.result) {
        places[step.result] = .whole(wholes.count)
        wholes.append(step.result)
      } else {
        taken.removeAll { $0.last < index }
        var offset = 0
        for other in taken.map(\.memory).sorted(by: { $0.lowerBound < $1.lowerBound })
        where other.lowerBound < offset + sizes[step.result] {
          offset = max(offset, other.upperBound)
        }
        let last = steps.lastIndex { $0.inputs.contains(step.result) }.map { $0 - steps.startIndex } ?? index
        taken.append((offset..<offset + sizes[step.result], last))
        places[step.result] = .group(offset)
        part.memory = max(part.memory, offset + sizes[step.result])
      }
      part.steps.append((step.inputs, step.result, step.kernel(group)))
    }
    return part
  }

  /// Computes the outputs of a batch.
  ///
  /// - Parameters:
  ///   - batch: The inputs, `[count, …]` each.
  ///   - shapes: The outputs' shapes for one example.
  /// - Returns: The outputs, `[count, …]` each.
  package func run(_ batch: [Tensor], shapes: [[Int]]) -> [Tensor] {
    let count = batch[0].shape[0]
    let buffers = wholes.map { Buffer(count: count * sizes[$0]) }
    backend.forEachShard(of: count, work: count * work) { _, examples in
      for part in parts { run(part, on: examples, of: batch, buffers) }
    }
    return zip(outputs, shapes).flatMap { value, shape in
      guard case .whole(let buffer) = places[value] else { return [Tensor]() }
      return [Tensor(buffer: buffers[buffer], shape: [count] + shape, backend: backend, node: nil)]
    }
  }

  /// Runs the steps of a part on some examples, group by group.
  private func run(_ part: Part, on examples: Range<Int>, of batch: [Tensor], _ buffers: [Buffer]) {
    let groupSize = min(part.group, examples.count)
    Buffer.withScratch(max(1, part.memory * groupSize)) { memory in
      for first in stride(from: examples.lowerBound, to: examples.upperBound, by: part.group) {
        let group = min(part.group, examples.upperBound - first)
        func values(_ value: Int) -> UnsafeMutablePointer<Float> {
          switch places[value] {
          case .given(let input): batch[input].buffer.pointer + first * sizes[value]
          case .whole(let buffer): buffers[buffer].pointer + first * sizes[value]
          case .group(let offset): memory + offset * groupSize
          }
        }
        for step in part.steps {
          withUnsafeTemporaryAllocation(
            of: UnsafeMutablePointer<Float>.self, capacity: step.inputs.count
          ) { inputs in
            for (index, input) in step.inputs.enumerated() {
              inputs.initializeElement(at: index, to: values(input))
            }
            step.kernel.run(group, UnsafeBufferPointer(inputs), values(step.result))
          }
        }
      }
    }
  }
}
