import Testing

@testable import KerasFiles

@Suite struct KerasFileTests {
}
