import ExerciseKit
import Foundation
import Support

/// A copy of the package that is built for grading: the examiner, what it needs, and slots beside it.
///
/// A slot has the answers of one student and an examiner of its own, so that one build serves several students. The
/// answers of a slot are a module like any other, named `Exercises3`, and compiled like the one in the place where
/// answers stand in a checkout: the compiler says the same of them in both.
package struct GradingTree: Sendable {
  /// How many students' answers are built at once, unless another number is asked for.
  package static let usualStudentsAtOnce = 8

  /// How many students' answers are built at once.
  package let studentsAtOnce: Int
  /// How many slots there are: while the answers in half of them are asked, the other half is built.
  package var slots: Int { 2 * studentsAtOnce }
  /// The package in the copy.
  package let workspace: Workspace
  private let origin: Workspace
  private let handout: Handout
  private let copy: CopyFolder

  /// Creates the tree of a checkout in a folder, which it owns as long as it lives.
  package init(_ origin: Workspace, copy: CopyFolder, studentsAtOnce: Int = usualStudentsAtOnce) {
    require(studentsAtOnce > 0, "studentsAtOnce has to be positive, not \(studentsAtOnce)")
    (self.origin, self.copy, handout) = (origin, copy, Handout(of: origin))
    self.studentsAtOnce = studentsAtOnce
    workspace = Workspace(root: copy.path)
  }

  /// Brings everything up to date, with stubs for answers; slots that were filled before stay as they are.
  ///
  /// - Throws: `FileError` or an error of the file system if a file cannot be read, written or removed.
  package func clear() throws {
    for slot in 1...slots where !FileManager.default.fileExists(atPath: "\(copy.path)/Slots/\(slot)") {
      try put([:], slot: slot)
    }
    _ = try handout.update(copy, manifestEnd: manifestEnd)
  }

  /// Puts answers where they stand in a checkout, and stubs in place of the others.
  ///
  /// - Throws: `FileError` if a file cannot be read or written.
  func put(_ answers: [Exercise: String]) throws { try put(answers, below: copy.path) }

  /// Puts answers into a slot, and stubs in place of the others.
  func put(_ answers: [Exercise: String], slot: Int) throws {
    let folder = "\(copy.path)/Slots/\(slot)"
    try put(answers, below: folder)
    for name in ["main.swift", "StudentAnswer.swift"] {
      let path = "Sources/Tools/examiner/\(name)"
      let source = String(
        decoding: try AtomicFile.read("\(origin.root)/\(path)", limit: 1 << 20), as: UTF8.self)
      let text = source.replacing("import Exercises\n", with: "import Exercises\(slot)\n")
      try Handout.write(Array(text.utf8), to: "\(folder)/\(path)")
    }
  }

  private func put(_ answers: [Exercise: String], below folder: String) throws {
    for exercise in Exercise.all {
      let text = try answers[exercise] ?? origin.stub(of: exercise)
      try Handout.write(Array(text.utf8), to: "\(folder)/\(Workspace.path(of: exercise))")
    }
  }

  /// A text that changes whenever the checks do, or what answers are built with.
  ///
  /// - Throws: `FileError` or an error of the file system if a file cannot be read.
  package func fingerprint() throws -> String {
    var digest = SHA256()
    for file in try handout.files()
    where file == "Package.swift" || file.hasPrefix("Sources/") || file.hasPrefix(Workspace.stubs) {
      let bytes = try AtomicFile.read("\(origin.root)/\(file)", limit: 1 << 28)
      digest.update(Array("\(file) \(bytes.count)\n".utf8) + bytes)
    }
    digest.update(Array(manifestEnd.utf8))
    return digest.finalizedHex()
  }

  /// The slots whose files the compiler's errors name.
  package static func slots(in output: String) -> Set<Int> {
    let named = output.withoutColor.matches(of: /\/Slots\/(\d+)\/\S+\.swift:\d+:\d+: error:/)
    return Set(named.compactMap { Int($0.1) })
  }

  /// The slots whose objects the linker's errors name.
  package static func unlinkedSlots(in output: String) -> Set<Int> {
    let named = output.withoutColor.matches(
      of: /\/Exercises(\d+)\.build\/[^\n]*(?:undefined|multiple|duplicate)/)
    return Set(named.compactMap { Int($0.1) })
  }

  /// What stands behind the manifest of the copy: it leaves out all that the examiner does not need, packages of others
  /// included, and adds the slots.
  private var manifestEnd: String {
    """

    // ── For grading ─────────────────────────────────────────────────────────────────────────────────

    package.targets = needed(for: "examiner", of: package.targets)
    package.products = []
    package.dependencies = []
    // One compiler for each module: what it says comes in the same order always.
    let atOnce: [SwiftSetting] = lean + [
      .unsafeFlags(
        [
          "-disable-batch-mode", "-whole-module-optimization", "-num-threads", "1",
          "-no-emit-module-separately-wmo",
        ],
        .when(configuration: .debug))
    ]
    for target in package.targets where ["Exercises", "examiner"].contains(target.name) {
      target.swiftSettings = atOnce
    }
    for slot in 1...\(slots) {
      package.targets += [
        .target(
          name: "Exercises\\(slot)", dependencies: targets("ExerciseKit Layers Tensors"),
          path: "Slots/\\(slot)/Lessons/Exercises", swiftSettings: atOnce),
        .executableTarget(
          name: "examiner\\(slot)", dependencies: targets("ExerciseKit Exercises\\(slot)"),
          path: "Slots/\\(slot)/Sources/Tools/examiner", swiftSettings: atOnce),
      ]
    }

    """
  }
}
