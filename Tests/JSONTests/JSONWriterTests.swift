import JSON
import Testing

@Suite struct JSONWriterTests {
  private func text(_ writer: JSONWriter) -> String {
    String(decoding: writer.bytes, as: UTF8.self)
  }

  private let sample: JSONValue = [
    "schema": "a/1", "empty": [:], "none": [], "list": [1, nil, [true, 0.5]],
  ]

  @Test func `compact documents have no white space`() {
    #expect(
      String(decoding: sample.bytes(), as: UTF8.self)
        == #"{"schema":"a/1","empty":{},"none":[],"list":[1,null,[true,0.5]]}"#)
  }

  @Test func `pretty documents have a line for each member and element`() {
    #expect(
      String(decoding: sample.bytes(.pretty), as: UTF8.self) == """
        {
          "schema": "a/1",
          "empty": {},
          "none": [],
          "list": [
            1,
            null,
            [
              true,
              0.5
            ]
          ]
        }
        """)
  }

  @Test func `nothing that a terminal or a script minds is left raw`() throws {
    let nasty = "a\"\\\u{0}\u{1F}\u{1B}[31m\u{7F}\u{85}\u{9F}\u{A0}é\u{2028}\u{2029}\u{2027}\n😀"
    var writer = JSONWriter()
    writer.value(nasty)
    #expect(
      text(writer)
        == #""a\"\\\u0000\u001f\u001b[31m\u007f\u0085\u009f"# + "\u{A0}é"
        + #"\u2028\u2029"# + "\u{2027}" + #"\n😀""#)
    #expect(try JSONValue.parse(writer.bytes) == .string(nasty))
  }

  @Test func `every character at every place comes back`() throws {
    for scalar in [UInt32](0...0x2FF) + [0x2027, 0x2028, 0x2029, 0x202A, 0xFFFF, 0x10FFFF] {
      let character = try #require(Unicode.Scalar(scalar))
      for place in 0..<9 {
        let padding = String(repeating: "x", count: place)
        let value = JSONValue.string(padding + String(character) + "yyyyyyyyyy")
        #expect(try JSONValue.parse(value.bytes()) == value)
      }
    }
  }

  @Test func `numbers keep their value`() throws {
    var writer = JSONWriter()
    writer.beginArray()
    writer.value(Int64.min)
    writer.value(UInt64.max)
    writer.value(0)
    writer.value(Int64.max)
    writer.value(9)
    writer.value(-7)
    writer.value(1e300)
    writer.value(Double.leastNonzeroMagnitude)
    writer.value(Double.nan)
    writer.endArray()
    #expect(
      text(writer)
        == "[-9223372036854775808,18446744073709551615,0,9223372036854775807,9,-7,1e+300,5e-324,null]"
    )
    #expect(try JSONValue.parse(writer.bytes)[7] == .number(.leastNonzeroMagnitude))
  }

  @Test func `documents follow each other on lines`() {
    var writer = JSONWriter()
    for number in 1...2 {
      writer.beginObject()
      writer.key("n")
      writer.value(number)
      writer.key("k" + String(number))
      "raw".utf8.withContiguousStorageIfAvailable {
        writer.value(utf8: UnsafeRawBufferPointer($0))
      }
      writer.endObject()
      writer.endLine()
    }
    #expect(text(writer) == "{\"n\":1,\"k1\":\"raw\"}\n{\"n\":2,\"k2\":\"raw\"}\n")
  }
}
