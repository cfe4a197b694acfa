import LessonKit
import Support
import Testing

@Suite struct DifferenceTests {
  @Test func `a difference is that of the numbers which the page shows`() {
    // 92.3 % and 93.1 %, which are 0.73 points apart.
    #expect(difference(0.9306, 0.9233, .percent(1)).rounded(toPlaces: 1) == 0.8)
    #expect(difference(41.84, 34.76, .fixed(1)).rounded(toPlaces: 1) == 7.0)
    #expect(difference(Float(-1.26), 0.5, .fixed(1)).rounded(toPlaces: 1) == -1.8)
  }
}

extension Double {
  fileprivate func rounded(toPlaces places: Int) -> Double {
    Double(NumberFormat.fixed(places).string(self).replacing("−", with: "-")) ?? .nan
  }
}
