/// The checkout that the tests were built from.
public enum Checkout {
  /// Its folder, as an absolute path without a slash at its end.
  public static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
}
