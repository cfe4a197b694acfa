import Testing

/// What a process that was meant to fail said on standard error.
public func standardError(of result: ExitTest.Result?) -> String {
  guard let result else { return "" }
  return String(decoding: result.standardErrorContent, as: UTF8.self)
}
