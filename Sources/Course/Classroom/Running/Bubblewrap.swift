import CProcess
import Foundation
import Platform
import Support

/// A sandbox made by `bwrap`: a program gets a file system, processes, devices and a network of its own.
///
/// It sees the system's programs and libraries, and what `readable` and `writable` name, at the same paths as outside.
/// Everything else, the home folders, `/tmp`, sockets, pipes and the terminal included, is not there.
package struct Bubblewrap: Hashable, Sendable {
  /// The files and folders that it may read; those that do not exist are left out.
  package var readable: [String] = []
  /// The folders in which it may write.
  package var writable: [String] = []
  /// The size of its folder of temporary files, which is in memory, in bytes.
  package var temporarySize: Int
  /// Whether it is the first of the processes there: no signal of another ends that one.
  package var isFirstProcess = false

  /// Creates the sandbox of a program that writes nowhere but into temporary files of so many bytes.
  package init(temporarySize: Int) { self.temporarySize = temporarySize }

  /// The path of `bwrap`; nil where it is not installed.
  package static let program: String? = {
    #if os(Linux)
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
      return path.split(separator: ":").map { "\($0)/bwrap" }.first { access($0, X_OK) == 0 }
    #else
      return nil
    #endif
  }()

  /// Why there is no sandbox on this machine, tried once; nil if it works.
  package static let obstacle: String? = {
    guard program != nil else { return "bubblewrap is not installed" }
    var confinement = Confinement.answer(seconds: 5, behind: .bubblewrap)
    confinement.sandbox.isFirstProcess = true
    let run = try? confinement.run("/bin/sh", ["-c", "exit 7"])
    if run?.end == .exit(7) { return nil }
    let said = String(decoding: run?.error ?? [], as: UTF8.self).split(separator: "\n").first ?? "nothing"
    return "this system does not permit it; bubblewrap says: \(said.printable)"
  }()

  /// The arguments of `bwrap` that run a program in the sandbox.
  func arguments(_ command: [String], in folder: String, reading program: [String]) -> [String] {
    var arguments = [
      "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--hostname", "swift-qat",
      "--new-session", "--die-with-parent", "--cap-drop", "ALL",
    ]
    for folder in ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64"] { arguments += Self.same(folder) }
    arguments += ["--proc", "/proc", "--dev", "/dev", "--size", "\(temporarySize)", "--tmpfs", "/tmp"]
    // The loader's list of libraries, and the links that choose between the system's compilers.
    for path in ["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"]
      + readable + program
    {
      arguments += ["--ro-bind-try", path, path]
    }
    for path in writable { arguments += ["--bind", path, path] }
    // What `bwrap` made for the tree itself lies in memory without a limit.
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", folder]
    if isFirstProcess { arguments.append("--as-pid-1") }
    arguments.append("--")
    return arguments + command
  }

  /// A folder of the system, which on many systems is a link into `/usr`.
  private static func same(_ folder: String) -> [String] {
    if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: folder) {
      return ["--symlink", target, folder]
    }
    return ["--ro-bind-try", folder, folder]
  }

  // MARK: - Where Swift lives

  /// The libraries that this program has loaded from outside of the system's folders: the examiner needs them too.
  ///
  /// Swift's come as a whole folder, because an answer may import more of them.
  package static let runtimeLibraries: [String] = {
    loadedLibraries.filter { !$0.hasPrefix("/usr/") && !$0.hasPrefix("/lib") }.map { path in
      path.hasSuffix("/libswiftCore.so") ? folder(of: path) : path
    }
  }()

  /// The folder with the `bin` of the toolchain whose libraries this program uses; nil if they are part of it.
  package static let toolchain: String? = {
    guard let core = loadedLibraries.first(where: { $0.hasSuffix("/libswiftCore.so") }) else { return nil }
    let usr = folder(of: folder(of: folder(of: folder(of: core))))  // usr/lib/swift/linux/libswiftCore.so
    return access("\(usr)/bin/swift", X_OK) == 0 ? usr : nil
  }()

  private static func folder(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
  }

  /// The paths at which the loader found the libraries of this program.
  private static let loadedLibraries: [String] = {
    var paths: [String] = []
    withUnsafeMutablePointer(to: &paths) { pointer in
      qat_each_loaded_library(
        { path, paths in
          guard let path else { return }
          paths?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: path))
        }, pointer)
    }
    return paths
  }()
}
