import Foundation
import Synchronization

extension Array where Element: Sendable {
  /// The results of a function for every element, in order, worked out on all cores.
  ///
  /// - Throws: The error of the first element whose function threw.
  func concurrently<Result: Sendable>(_ function: @Sendable (Element) throws -> Result) throws -> [Result] {
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    withoutActuallyEscaping(function) { function in
      DispatchQueue.concurrentPerform(iterations: count) { index in
        let result = Swift.Result { try function(self[index]) }
        results.withLock { $0[index] = result }
      }
    }
    let all = results.withLock { $0 }
    return try indices.compactMap { try all[$0]?.get() }
  }
}
