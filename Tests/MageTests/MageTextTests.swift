import Testing

@testable import MageReplica

@Suite struct MageTextTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let disk: String
    /// What the server makes of it.
    let text: String
    let isExact: Bool

    var testDescription: String { disk.debugDescription }
  }

  static let cases = [
    Case(disk: "", text: "", isExact: true),
    Case(disk: "a", text: "a", isExact: true),
    Case(disk: "a\nb\n", text: "a\nb\n", isExact: true),
    Case(disk: "a\r\nb\r\n", text: "a\nb\n", isExact: true),
    Case(disk: "\r\n", text: "\n", isExact: true),
    Case(disk: "ü\r\nlast", text: "ü\nlast", isExact: true),
    Case(disk: "a\r\nb\n", text: "a\nb\n", isExact: false),
    Case(disk: "a\nb\r\nc", text: "a\nb\nc", isExact: false),
    Case(disk: "a\rb\r\n", text: "a\nb\n", isExact: false),
  ]

  @Test(arguments: cases)
  func `the bytes come back where every line ends alike, and never as others`(sample: Case) {
    let disk = Array(sample.disk.utf8)
    let bytes = MageText.bytes(of: sample.text, size: disk.count)
    #expect(bytes == (sample.isExact ? disk : nil))
    #expect(MageText.isKept(disk) == sample.isExact)
  }

  @Test func `an empty or a torn text with another size is nothing`() {
    #expect(MageText.bytes(of: "", size: 10) == nil)
    #expect(MageText.bytes(of: "half", size: 8) == nil)
    #expect(MageText.bytes(of: "more than", size: 4) == nil)
  }

  @Test func `a lone carriage return and bytes that are no UTF-8 are not kept`() {
    #expect(!MageText.isKept(Array("a\rb".utf8)))
    #expect(!MageText.isKept(Array("a\r".utf8)))
    #expect(!MageText.isKept([0x61, 0xFF]))
    #expect(MageText.isKept(Array("\u{FEFF}a\u{2028}\0".utf8)))
  }
}
