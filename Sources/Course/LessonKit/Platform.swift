import Platform
import Support

/// Ends the process, after a message on standard error if it failed.
func endProcess(failure message: String? = nil) -> Never {
  guard let message else { exit(0) }
  fflush(nil)  // what was printed before comes first
  StandardStream.error.write("error: \(message)\n")
  exit(1)
}

/// True if the path is a folder.
func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

extension LessonOptions {
  /// The folder that `QAT_DATA` names, if it is set and not empty.
  static var environmentData: String? {
    guard let value = getenv("QAT_DATA"), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
