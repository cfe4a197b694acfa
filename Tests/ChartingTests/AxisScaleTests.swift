import Charting
import Testing

@Suite struct AxisScaleTests {
  @Test func theEndsOfTheDomainLieAtTheEndsOfTheAxis() {
    for kind in [Axis.Scale.linear, .log] {
      let scale = AxisScale(kind, 0.5, 800, from: 300, to: 20)
      #expect(abs(scale.position(0.5) - 300) < 1e-9)
      #expect(abs(scale.position(800) - 20) < 1e-9)
    }
  }

  @Test func equalRatiosAreEquallyFarOnALogarithmicScale() {
    let scale = AxisScale(.log, 1, 1000, from: 0, to: 30)
    #expect(abs(scale.position(10) - 10) < 1e-9)
    #expect(abs(scale.position(100) - 20) < 1e-9)
  }

  @Test func numbersFarOutsideStayDrawable() {
    let scale = AxisScale(.linear, 0, 1, from: 0, to: 500)
    for value in [1e300, -1e300, Double.greatestFiniteMagnitude] {
      #expect(abs(scale.position(value)) <= 51_000)
    }
    let widest = AxisScale(
      .linear, -Double.greatestFiniteMagnitude, .greatestFiniteMagnitude, from: 0, to: 500)
    #expect(widest.position(0) == 250)
  }
}
