import Foundation

/// Folders of data that are no part of the package; tests that need one are skipped where it is missing.
public enum DataFolder {
  /// The folder of real .tflite files: `QAT_MODELS`, or `shared/models` beside the package.
  public static let models = find("QAT_MODELS", "shared/models", with: "kws_ref_model.tflite")

  private static func find(_ variable: String, _ neighbor: String, with file: String) -> String? {
    let parent = Checkout.root.split(separator: "/").dropLast().joined(separator: "/")
    let folders = [ProcessInfo.processInfo.environment[variable], "/\(parent)/\(neighbor)"]
    return folders.compactMap { $0 }.first { FileManager.default.fileExists(atPath: "\($0)/\(file)") }
  }
}
