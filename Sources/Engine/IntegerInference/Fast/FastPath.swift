import CKernels

/// The quick way to run a model.
///
/// A group of examples goes through all operations before the next one begins, so that what one operation
/// writes is still in the cache when another reads it; groups are divided among threads, each with memory of its
/// own. Integers add up to the same sums in any order: the codes are those of `ReferencePath`.
package final class FastPath: IntegerStep {
  private let program: FastProgram
  private let inputs: [Int]
  private let outputs: [Int]
  private let counts: [Int]
  private let memories: [CodeMemory]
  private let groupSize: Int

  /// The one step that runs the whole model.
  package static func steps(
    of model: IntegerModel, maximumBatch: Int, workers: Int?
  ) -> [any IntegerStep] {
    [FastPath(model, maximumBatch: maximumBatch, workers: workers)]
  }

  /// Prepares a model for batches of up to `maximumBatch` examples, on up to `workers` threads, nil for one a core.
  package init(_ model: IntegerModel, maximumBatch: Int, workers: Int?) {
    let workers = workers ?? qat_core_count()
    let program = FastProgram(model, workers: workers)
    let plan = MemoryPlan(model, program, maximumBatch: maximumBatch)
    let threads = program.shards(of: maximumBatch, most: workers)
    (inputs, outputs, counts) = (model.inputs, model.outputs, model.operations.map(\.count))
    (self.program, groupSize) = (program, plan.groupSize)
    memories = (0..<threads).map { _ in CodeMemory(model, plan) }
  }

  /// Reads the input codes in `memory` and writes the output codes there; nothing between them.
  package func run(_ memory: CodeMemory, examples: Int) {
    let shards = program.shards(of: examples, most: memories.count)
    var job = Job(
      path: .passUnretained(self), memory: .passUnretained(memory), examples: examples, shards: shards)
    // The threads are done with the job, and with what it refers to, when the call returns.
    withUnsafeMutablePointer(to: &job) { job in
      qat_run_shards(
        shards, shards,
        { context, shard in
          guard let job = context?.assumingMemoryBound(to: Job.self).pointee else { return }
          job.path.takeUnretainedValue().run(job, shard: shard)
        }, job)
    }
  }

  /// What the threads need to know of a call.
  private struct Job {
    let path: Unmanaged<FastPath>
    let memory: Unmanaged<CodeMemory>
    let examples: Int
    let shards: Int
  }

  /// A thread's part of the examples, group after group.
  private func run(_ job: Job, shard: Int) {
    let (begin, end) = (job.examples * shard / job.shards, job.examples * (shard + 1) / job.shards)
    let own = memories[shard]
    let whole = job.memory.takeUnretainedValue()
    for first in stride(from: begin, to: end, by: groupSize) {
      let count = min(groupSize, end - first)
      for number in inputs {
        own[number].update(from: whole[number] + first * counts[number], count: count * counts[number])
      }
      for part in program.parts { part.step.run(own, examples: count) }
      for number in outputs {
        (whole[number] + first * counts[number]).update(from: own[number], count: count * counts[number])
      }
    }
  }
}
