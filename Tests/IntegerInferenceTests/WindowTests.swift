import IntegerInference
import Testing

@Suite struct WindowTests {
  @Test(arguments: 1...9, 1...5)
  func samePaddingGivesAsManyPixelsAsStridesFit(_ size: Int, _ stride: Int) {
    for extent in 1...20 {
      let window = Window(size: (size, 1), strides: (stride, 1), sameFor: (extent, 1))
      #expect(window.outputSize(of: (extent, 1)) == ((extent + stride - 1) / stride, 1))
      // An odd pixel is added below.
      let (top, bottom) = (window.padding.top, window.padding.bottom)
      #expect(top >= 0 && (bottom == top || bottom == top + 1))
    }
  }

  @Test func aWindowLargerThanTheImageFitsNowhere() {
    #expect(Window(size: (3, 2)).outputSize(of: (2, 2)) == (0, 1))
  }
}
