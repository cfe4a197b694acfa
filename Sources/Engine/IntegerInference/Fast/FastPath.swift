import CKernels

/// The fast implementation, which runs the whole model as one step.
///
/// A group of examples passes through all operations before the next group begins, so that the output of an
/// operation is still in the cache when the next operation reads it. Groups are divided among threads, each
/// with memory of its own; inputs are read where the session has them. Sums of integers do not depend on their
/// order: the codes are those of ``ReferencePath``.
package final class FastPath: IntegerStep {
  private let program: FastProgram
  /// The operations whose codes are those of an input: the input itself, and its reshapes.
  private let inputs: [(index: Int, input: Int)]
  private let outputs: [Int]
  private let counts: [Int]
  private let memories: [CodeMemory]
  private let groupSize: Int

  /// The steps of a model: a single one.
  package static func steps(
    of model: IntegerModel, maximumBatch: Int, workers: Int?, instructions: InstructionSet
  ) -> [any IntegerStep] {
    [FastPath(model, maximumBatch: maximumBatch, workers: workers, instructions: instructions)]
  }

  /// Prepares a model for batches of up to `maximumBatch` examples on up to `workers` threads; nil means one
  /// per core.
  ///
  /// The processor must have the instructions.
  package init(_ model: IntegerModel, maximumBatch: Int, workers: Int?, instructions: InstructionSet) {
    let workers = workers ?? qat_core_count()
    let program = FastProgram(
      model, maximumBatch: maximumBatch, workers: workers, instructions: instructions)
    let plan = MemoryPlan(model, program, maximumBatch: maximumBatch)
    let threads = program.shards(of: maximumBatch, most: workers)
    outputs = model.outputs.filter { !model.inputs.contains($0) }  // an input's codes are where they belong
    counts = model.operations.map(\.count)
    inputs = model.inputs.flatMap { input in
      program.storage.indices.filter { program.storage[$0] == input }.map { ($0, input) }
    }
    (self.program, groupSize) = (program, plan.groupSize)
    memories = (0..<threads).map { _ in CodeMemory(model, plan) }
  }

  /// Reads the input codes from `memory` and writes only the output codes to it.
  package func run(_ memory: CodeMemory, examples: Int) {
    let shards = program.shards(of: examples, most: memories.count)
    var job = Job(
      path: .passUnretained(self), memory: .passUnretained(memory), examples: examples, shards: shards)
    // When the call returns, no thread uses the job or its references any longer.
    withUnsafeMutablePointer(to: &job) { job in
      qat_run_shards(
        shards, shards,
        { context, shard in
          guard let job = context?.assumingMemoryBound(to: Job.self).pointee else { return }
          job.path.takeUnretainedValue().run(job, shard: shard)
        }, job)
    }
  }

  /// The arguments of a call, for the threads.
  private struct Job {
    let path: Unmanaged<FastPath>
    let memory: Unmanaged<CodeMemory>
    let examples: Int
    let shards: Int
  }

  /// Runs a thread's share of the examples, group after group.
  private func run(_ job: Job, shard: Int) {
    let (begin, end) = (job.examples * shard / job.shards, job.examples * (shard + 1) / job.shards)
    let own = memories[shard]
    let whole = job.memory.takeUnretainedValue()
    for first in stride(from: begin, to: end, by: groupSize) {
      let count = min(groupSize, end - first)
      // Placed anew before each group: the places of the last one may be gone.
      for (index, input) in inputs { own.place(index, at: whole[input] + first * counts[input]) }
      for part in program.parts { part.step.run(own, examples: count) }
      for index in outputs {
        (whole[index] + first * counts[index]).update(from: own[index], count: count * counts[index])
      }
    }
    program.release()
  }
}
