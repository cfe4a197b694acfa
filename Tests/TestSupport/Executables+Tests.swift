import Foundation
import Weaver

extension Executables {
  /// The executables that SwiftPM built beside the tests: the test bundle lies in their folder.
  public static var builtWithTests: Executables {
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      return Executables(in: bundle.bundleURL.deletingLastPathComponent().path)
    }
    return Executables(in: Bundle.main.bundleURL.path)  // on Linux the bundle is its own executable
  }
}
