import Foundation
import Site
import Support

/// One browser with one page, for all tests of the suite.
///
/// It is an actor, so that tests take turns: each has the page for the length of a call of ``exclusively(_:)``.
actor Browser {
  private static let instance = Result { try Browser() }

  /// The browser, which the first test starts.
  static var shared: Browser { get throws { try instance.get() } }

  private let pipe: BrowserPipe
  private let profile: ScratchFolder
  private let session: String
  private var lastID = 0
  /// What the page complained about since it was opened: errors and warnings of the console, exceptions, missing files.
  private(set) var problems: [String] = []
  /// Events that came while an answer was waited for.
  private var events: [String] = []

  private init() throws {
    guard let path = Tool.chromium.path else { throw BrowserError("no Chromium; \(Tool.chromium.remedy)") }
    profile = try ScratchFolder()
    pipe = try BrowserPipe(path, profile: profile.path)
    let target = try Self.request(pipe, id: -1, "Target.createTarget", ["url": "about:blank"])
    guard let id = target["targetId"] as? String else { throw BrowserError("no page") }
    let attached = try Self.request(
      pipe, id: -2, "Target.attachToTarget", ["targetId": id, "flatten": true])
    guard let session = attached["sessionId"] as? String else { throw BrowserError("no session") }
    self.session = session
    for (index, domain) in ["Page", "Runtime", "Log"].enumerated() {
      _ = try Self.request(pipe, id: -3 - index, "\(domain).enable", [:], session: session)
    }
  }

  /// Sends a request and waits for its answer; events before it are dropped.
  private static func request(
    _ pipe: BrowserPipe, id: Int, _ method: String, _ parameters: [String: Any], session: String? = nil
  ) throws -> [String: Any] {
    var message: [String: Any] = ["id": id, "method": method, "params": parameters]
    message["sessionId"] = session
    try pipe.send(JSONSerialization.data(withJSONObject: message))
    while true {
      let answer = try JSONSerialization.jsonObject(with: Data(pipe.receive())) as? [String: Any] ?? [:]
      guard answer["id"] as? Int == id else { continue }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  // MARK: - The protocol

  /// Sends a request to the page and gives its result.
  private func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastID += 1
    let message: [String: Any] = [
      "id": lastID, "method": method, "params": parameters, "sessionId": session,
    ]
    try pipe.send(JSONSerialization.data(withJSONObject: message))
    while true {
      let answer = try next()
      guard answer["id"] as? Int == lastID else { continue }
      if let error = answer["error"] as? [String: Any] {
        throw BrowserError("\(method): \(error["message"] ?? "failed")")
      }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  /// The next message; events are noted.
  private func next() throws -> [String: Any] {
    let message = try JSONSerialization.jsonObject(with: Data(pipe.receive())) as? [String: Any] ?? [:]
    guard let method = message["method"] as? String else { return message }
    events.append(method)
    let parameters = message["params"] as? [String: Any] ?? [:]
    switch method {
    case "Runtime.exceptionThrown":
      let details = parameters["exceptionDetails"] as? [String: Any] ?? [:]
      let exception = details["exception"] as? [String: Any]
      problems.append("exception: \(exception?["description"] ?? details["text"] ?? "unknown")")
    case "Runtime.consoleAPICalled":
      guard let kind = parameters["type"] as? String, ["error", "warning", "assert"].contains(kind) else {
        break
      }
      let values = (parameters["args"] as? [[String: Any]] ?? []).map {
        "\($0["value"] ?? $0["description"] ?? "")"
      }
      problems.append("console.\(kind): \(values.joined(separator: " "))")
    case "Log.entryAdded":
      let entry = parameters["entry"] as? [String: Any] ?? [:]
      guard let level = entry["level"] as? String, ["error", "warning"].contains(level) else { break }
      problems.append("\(level): \(entry["text"] ?? "") \(entry["url"] ?? "")")
    default: break
    }
    return message
  }

  // MARK: - What a reader does

  /// Runs `body`, in which no other test has the page.
  func exclusively<Value: Sendable>(_ body: @Sendable (isolated Browser) throws -> Value) rethrows -> Value {
    try body(self)
  }

  /// Opens a file and waits until it is loaded, with its scripts and images.
  func open(_ address: String) throws {
    problems = []
    events = []
    let result = try call("Page.navigate", ["url": address])
    if let error = result["errorText"] { throw BrowserError("\(address): \(error)") }
    // Another place on the same page is not loaded again.
    if result["loaderId"] != nil { try waitForLoad() }
  }

  /// Waits for a page that a click or a key opens.
  func waitForLoad() throws {
    while !events.contains("Page.loadEventFired") { _ = try next() }
    events = []
  }

  /// The value of an expression, which may be a promise.
  func evaluate<Value: Decodable & Sendable>(_ script: String, as type: Value.Type = Value.self) throws
    -> Value
  {
    let result = try call(
      "Runtime.evaluate",
      [
        "expression": "(async () => JSON.stringify([await (\(script))]))()", "awaitPromise": true,
        "returnByValue": true,
      ])
    if let details = result["exceptionDetails"] as? [String: Any] {
      let exception = details["exception"] as? [String: Any]
      throw BrowserError("\(exception?["description"] ?? details["text"] ?? "an exception") in \(script)")
    }
    let text = (result["result"] as? [String: Any])?["value"] as? String ?? ""
    guard let value = try JSONDecoder().decode([Value].self, from: Data(text.utf8)).first else {
      throw BrowserError("no value of \(script)")
    }
    return value
  }

  /// Runs a statement for what it does.
  func run(_ script: String) throws {
    _ = try evaluate("(() => { \(script); return true })()", as: Bool.self)
  }

  /// Presses and releases the left button over the middle of an element, after scrolling to it.
  func click(_ selector: String) throws {
    let script =
      """
      (() => {
        const element = document.querySelector(\(HTMLText.script(selector)));
        element.scrollIntoView({ block: "center", behavior: "instant" });
        const box = element.getBoundingClientRect();
        return [box.left + box.width / 2, box.top + box.height / 2];
      })()
      """
    let place = try evaluate(script, as: [Double].self)
    try mouse(.down, place[0], place[1])
    try mouse(.up, place[0], place[1])
  }

  /// What a mouse does.
  enum MouseEvent: String { case down = "mousePressed", move = "mouseMoved", up = "mouseReleased" }

  /// Moves, presses or releases the mouse at a place of the window.
  ///
  /// `isDragging` says whether the button is held while the mouse moves.
  func mouse(_ event: MouseEvent, _ x: Double, _ y: Double, isDragging: Bool = false) throws {
    let isPressed = event != .move || isDragging
    _ = try call(
      "Input.dispatchMouseEvent",
      [
        "type": event.rawValue, "x": x, "y": y, "button": isPressed ? "left" : "none",
        "buttons": isDragging || event == .down ? 1 : 0, "clickCount": event == .move ? 0 : 1,
      ])
  }

  /// Types text where the focus is.
  func type(_ text: String) throws { _ = try call("Input.insertText", ["text": text]) }

  /// Presses and releases a key, such as `Tab` or `/`.
  func press(_ key: String, code: Int = 0) throws {
    var parameters: [String: Any] = ["key": key, "windowsVirtualKeyCode": code]
    if key.count == 1 { parameters["text"] = key }
    if key == "Enter" { parameters["text"] = "\r" }
    for type in ["keyDown", "keyUp"] {
      parameters["type"] = type
      _ = try call("Input.dispatchKeyEvent", parameters)
    }
  }

  /// Gives the window a size in CSS pixels.
  func resize(width: Int, height: Int = 900) throws {
    _ = try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false])
  }

  /// Lets the page believe that the reader's system is dark or light, and that the medium is another.
  func prefer(dark: Bool, medium: String = "") throws {
    _ = try call(
      "Emulation.setEmulatedMedia",
      ["media": medium, "features": [["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]]])
  }

  /// The page as PDF.
  func pdf() throws -> [UInt8] {
    try bytes(of: call("Page.printToPDF", ["preferCSSPageSize": true]))
  }

  /// The window as PNG.
  func screenshot() throws -> [UInt8] { try bytes(of: call("Page.captureScreenshot", ["format": "png"])) }

  private func bytes(of result: [String: Any]) throws -> [UInt8] {
    guard let text = result["data"] as? String, let data = Data(base64Encoded: text) else {
      throw BrowserError("no data")
    }
    return Array(data)
  }
}
