// examiner 01.1: checks the student's answer to an exercise. `qat check` builds and runs it.
//
// It runs itself again as a child, where the answer may crash or never end, and tells what became of it.

import Attempts
import ExerciseKit
import Foundation

let arguments = CommandLine.arguments.dropFirst()
guard let id = arguments.last, let attempt = Attempt.of(id) else {
  print("usage: examiner <exercise>, one of \(Attempt.all.map(\.exercise.id).joined(separator: ", "))")
  exit(2)
}
if arguments.first == "--child" { Sandbox.run(attempt.check) }
exit(try Report(on: attempt).print() ? 0 : 1)
