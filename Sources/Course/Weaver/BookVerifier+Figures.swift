import Charting
import LessonKit
import Support

extension BookVerifier {
  /// Why a figure is not what its lesson would draw now, as far as what its file says of itself can tell: nil if it is.
  public func problem(about figure: Provenance) -> String? {
    // The file may come from anywhere, so it names no other file than a lesson's.
    guard let source = figure.source, let inputs = figure.inputs,
      let place = source.wholeMatch(of: /(Lessons\/(lesson-\d+)\/main\.swift):\d+/)
    else { return "it does not say which lesson drew it, so nothing can be compared" }
    guard let lesson = try? LessonSource(path: "\(root)/\(place.1)") else {
      return "stale: there is no \(place.1) here any more"
    }
    return inputs == "sha256 \(lesson.hash)"
      ? nil : "stale: \(place.1) has changed since; run `swift run book weave \(place.2)`"
  }
}
