import JSON
import Testing

@Suite struct JSONReaderTests {
  private func read<Result>(
    _ text: String, _ body: (inout JSONReader) throws(JSONError) -> Result
  ) throws(JSONError) -> Result {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> Result in
      var reader = try JSONReader(UnsafeRawBufferPointer(buffer))
      return try body(&reader)
    }
  }

  @Test func `a reader takes what it knows and skips the rest`() throws {
    let text = #"{"x":{"deep":[1,{"a":"\n"}]},"p\u0061th":"a/b","size":12,"exec":true,"link":null}"#
    try read(text) { (reader) throws(JSONError) in
      var path = ""
      var size: Int64 = 0
      var isExecutable = false
      var link: String?
      try reader.beginObject()
      while let key = try reader.nextKey() {
        switch key {
        case "path": path = try reader.string()
        case "size": size = try reader.integer()
        case "exec": isExecutable = try reader.bool()
        case "link": link = try reader.nullIfPresent() ? nil : reader.string()
        default: try reader.skipValue()
        }
      }
      try reader.finish()
      #expect(path == "a/b")
      #expect(size == 12)
      #expect(isExecutable)
      #expect(link == nil)
    }
  }

  @Test func `a plain string gives its bytes, an escaped one must be built`() throws {
    try read(#"["plain é","esc\t"]"#) { (reader) throws(JSONError) in
      try reader.beginArray()
      #expect(try reader.nextElement())
      let plain = try reader.text()
      #expect(plain.bytes.map { Array($0) } == Array("plain é".utf8))
      #expect(plain == "plain é")
      #expect(!(plain == "plain"))
      #expect(try reader.nextElement())
      let escaped = try reader.text()
      #expect(escaped.bytes == nil)
      #expect(escaped.string == "esc\t")
      #expect(escaped == "esc\t")
      #expect(try !reader.nextElement())
      try reader.finish()
    }
  }

  @Test func `a value of another kind is a mismatch where it starts`() {
    #expect(throws: JSONError(.typeMismatch(expected: .string), at: 1)) {
      try read(" 12") { (reader) throws(JSONError) in try reader.string() }
    }
    #expect(throws: JSONError(.typeMismatch(expected: .number), at: 0)) {
      try read("\"1\"") { (reader) throws(JSONError) in try reader.integer() }
    }
    #expect(throws: JSONError(.typeMismatch(expected: .object), at: 0)) {
      try read("[]") { (reader) throws(JSONError) in try reader.beginObject() }
    }
    #expect(throws: JSONError(.typeMismatch(expected: .bool), at: 0)) {
      try read("null") { (reader) throws(JSONError) in try reader.bool() }
    }
    #expect(throws: JSONError(.unexpectedByte, at: 0)) {
      try read("}") { (reader) throws(JSONError) in try reader.bool() }
    }
  }

  @Test(arguments: ["1.0", "1e2", "9223372036854775808", "-9223372036854775809"])
  func `an integer is whole and fits 64 bits`(text: String) {
    #expect(throws: JSONError(.numberOutOfRange, at: 0)) {
      try read(text) { (reader) throws(JSONError) in try reader.integer() }
    }
  }

  @Test func `skipping checks what it skips`() {
    for text in [#"{"a":[1,]}"#, #"["\uD800"]"#, "[01]", #"{"a":tru}"#] {
      #expect(throws: JSONError.self) {
        try read(text) { (reader) throws(JSONError) in
          try reader.skipValue()
          try reader.finish()
        }
      }
    }
  }

  @Test func `several documents can follow each other`() throws {
    let total = try read("{\"n\":1}\n{\"n\":2}\n") { (reader) throws(JSONError) in
      var total: Int64 = 0
      for _ in 0..<2 { total += try reader.value()["n"]?.int64Value ?? 0 }
      try reader.finish()
      return total
    }
    #expect(total == 3)
  }
}
