import Classroom
import ExerciseKit
import Foundation
import Testing

@Suite struct WatcherTests {
  private let small: SmallWorkspace

  init() throws { small = try SmallWorkspace() }

  @Test func whatIsSavedIsSeenOnce() throws {
    var watcher = Watcher(Exercise.all, in: small.workspace)
    #expect(watcher.saved() == [])
    try small.write("longer than the stub was, by far", to: Workspace.path(of: .quantize))
    try small.write("and this one", to: Workspace.path(of: .scale))
    #expect(watcher.saved() == [.scale, .quantize])
    #expect(watcher.saved() == [])
  }

  @Test func aFileWrittenInPlaceIsSeenByItsTime() throws {
    let path = "\(small.workspace.root)/\(Workspace.path(of: .scale))"
    var watcher = Watcher([.scale], in: small.workspace)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
    #expect(watcher.saved() == [.scale])
  }

  @Test func aFileThatIsGoneForTheMomentCountsOnceItIsBack() throws {
    let path = "\(small.workspace.root)/\(Workspace.path(of: .scale))"
    var watcher = Watcher([.scale], in: small.workspace)
    try FileManager.default.moveItem(atPath: path, toPath: path + "~")
    #expect(watcher.saved() == [])
    try small.write("new", to: Workspace.path(of: .scale))
    #expect(watcher.saved() == [.scale])
  }

  @Test func othersAreNotWatched() throws {
    var watcher = Watcher([.scale], in: small.workspace)
    try small.write("new", to: Workspace.path(of: .quantize))
    #expect(watcher.saved() == [])
  }
}
