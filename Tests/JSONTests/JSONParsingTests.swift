import JSON
import Testing

@Suite struct JSONParsingTests {
  struct Refusal: CustomTestStringConvertible, Sendable {
    var text: [UInt8]
    var error: JSONError
    var testDescription: String { String(decoding: text, as: UTF8.self) }

    init(_ text: String, _ kind: JSONError.Kind, at offset: Int) {
      self.init(bytes: Array(text.utf8), kind, at: offset)
    }

    init(bytes: [UInt8], _ kind: JSONError.Kind, at offset: Int) {
      text = bytes
      error = JSONError(kind, at: offset)
    }
  }

  @Test(arguments: [
    Refusal("", .unexpectedEnd, at: 0),
    Refusal("  ", .unexpectedEnd, at: 2),
    Refusal("{", .unexpectedEnd, at: 1),
    Refusal("[1", .unexpectedEnd, at: 2),
    Refusal("[1,", .unexpectedEnd, at: 3),
    Refusal("[1,]", .unexpectedByte, at: 3),
    Refusal("[,1]", .unexpectedByte, at: 1),
    Refusal("[1 2]", .unexpectedByte, at: 3),
    Refusal("[1}", .unexpectedByte, at: 2),
    Refusal(#"{"a":1,}"#, .unexpectedByte, at: 7),
    Refusal(#"{"a":}"#, .unexpectedByte, at: 5),
    Refusal(#"{"a" 1}"#, .unexpectedByte, at: 5),
    Refusal(#"{a:1}"#, .unexpectedByte, at: 1),
    Refusal(#"{"a":1 "b":2}"#, .unexpectedByte, at: 7),
    Refusal(#"{"a":1]"#, .unexpectedByte, at: 6),
    Refusal("nul", .unexpectedEnd, at: 3),
    Refusal("nulL", .unexpectedByte, at: 3),
    Refusal("True", .unexpectedByte, at: 0),
    Refusal("NaN", .unexpectedByte, at: 0),
    Refusal("'a'", .unexpectedByte, at: 0),
    Refusal("/**/1", .unexpectedByte, at: 0),
    Refusal("1 2", .trailingBytes, at: 2),
    Refusal("{}}", .trailingBytes, at: 2),
    Refusal("truex", .trailingBytes, at: 4),
    Refusal("01", .malformedNumber, at: 0),
    Refusal("-01", .malformedNumber, at: 1),
    Refusal("-", .unexpectedEnd, at: 1),
    Refusal("-a", .malformedNumber, at: 1),
    Refusal("+1", .unexpectedByte, at: 0),
    Refusal("1.", .unexpectedEnd, at: 2),
    Refusal("1.e3", .malformedNumber, at: 2),
    Refusal(".5", .unexpectedByte, at: 0),
    Refusal("1e", .unexpectedEnd, at: 2),
    Refusal("1e+x", .malformedNumber, at: 3),
    Refusal("[1e999]", .numberOutOfRange, at: 1),
    Refusal("0x10", .trailingBytes, at: 1),
    Refusal("\"abc", .unexpectedEnd, at: 4),
    Refusal("\"a\nb\"", .controlCharacter, at: 2),
    Refusal("\"12345678\u{1}\"", .controlCharacter, at: 9),
    Refusal(#""\x""#, .malformedEscape, at: 1),
    Refusal(#""\u12g4""#, .malformedEscape, at: 1),
    Refusal(#""\u12"#, .malformedEscape, at: 1),
    Refusal(#""\"#, .unexpectedEnd, at: 2),
    Refusal(#""ab\uD800""#, .loneSurrogate, at: 3),
    Refusal(#""\uD800\u0041""#, .loneSurrogate, at: 1),
    Refusal(#""\uDC00\uD800""#, .loneSurrogate, at: 1),
    Refusal(#"{"a":1,"b":2,"a":3}"#, .duplicateKey, at: 13),
    Refusal(#"{"a":1,"\u0061":3}"#, .duplicateKey, at: 7),
    Refusal(#"{"":1, "":3}"#, .duplicateKey, at: 7),
    Refusal("\u{FEFF}1", .unexpectedByte, at: 0),
    Refusal(bytes: [0x22, 0xC0, 0x80, 0x22], .malformedUTF8, at: 1),
    Refusal(bytes: [0x22, 0x41, 0xED, 0xA0, 0x80, 0x22], .malformedUTF8, at: 2),
    Refusal(bytes: [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .malformedUTF8, at: 1),
    Refusal(bytes: [0x22, 0xE2, 0x82, 0x22], .malformedUTF8, at: 1),
    Refusal(bytes: [0x22, 0xFF, 0x22], .malformedUTF8, at: 1),
    Refusal(bytes: [0x31, 0x00], .trailingBytes, at: 1),
  ])
  func `bad documents are refused at the exact byte`(refusal: Refusal) {
    #expect(throws: refusal.error) { try JSONValue.parse(refusal.text) }
  }

  @Test func `every cut of a document is refused`() throws {
    let whole = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",{"b":null}],"c":[true,false]}"#.utf8)
    _ = try JSONValue.parse(whole)
    for length in 0..<whole.count {
      #expect(throws: JSONError.self) { try JSONValue.parse(Array(whole.prefix(length))) }
    }
  }

  @Test func `good documents become the values that they say`() throws {
    let text = """
       {"null":null,"yes":true,"no":false,"min":-9223372036854775808,"max":9223372036854775807,
        "beyond":9223372036854775808,"half":0.5,"big":1e3,"zero":-0,
      \t"text":"a\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83D\\uDE00é😀","list":[[],{},[1]],"":0}\r
      """
    let value = try JSONValue.parse(Array(text.utf8))
    #expect(value["null"]?.isNull == true)
    #expect(value["yes"]?.boolValue == true)
    #expect(value["no"]?.boolValue == false)
    #expect(value["min"]?.int64Value == .min)
    #expect(value["max"] == .integer(.max))
    #expect(value["beyond"] == .number(9_223_372_036_854_775_808))
    #expect(value["beyond"]?.int64Value == nil)
    #expect(value["half"]?.doubleValue == 0.5)
    #expect(value["big"]?.intValue == 1000)
    #expect(value["zero"] == .integer(0))
    #expect(value["text"]?.stringValue == "a\"\\/\u{8}\u{C}\n\r\t\u{0}😀é😀")
    #expect(value["list"]?[2]?[0] == 1)
    #expect(value["list"]?[3] == nil)
    #expect(value["missing"] == nil)
    #expect(value[""] == 0)
    #expect(
      value.objectValue.map { Array($0.keys.prefix(3)) } == ["null", "yes", "no"])
  }

  @Test func `keys that only look alike are two keys`() throws {
    let twins = try JSONValue.parse(Array(#"{"\u00e9":1,"e\u0301":2}"#.utf8))
    #expect(twins["\u{E9}"] == 1)
    #expect(twins["e\u{301}"] == 2)
    #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
  }

  @Test func `large objects find, refuse and remove keys`() throws {
    var object = JSONObject()
    for number in 0..<100 { object["k\(number)"] = .integer(Int64(number)) }
    #expect(object["k57"] == 57)
    let isNew = object.insert("k57", 0)
    #expect(!isNew)
    object["k3"] = nil
    object["k57"] = 58
    #expect(object["k3"] == nil)
    #expect(object["k4"] == 4)
    #expect(object["k57"] == 58)
    #expect(object.count == 99)
    let again = try JSONValue.parse(JSONValue.object(object).bytes())
    #expect(again == .object(object))
    let doubled = #"{"# + (0..<30).map { #""k\#($0)":0,"# }.joined() + #""k29":1}"#
    #expect(throws: JSONError(.duplicateKey, at: doubled.utf8.count - 8)) {
      try JSONValue.parse(Array(doubled.utf8))
    }
  }

  @Test func `depth and size have limits`() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    _ = try JSONValue.parse(nested(64))
    #expect(throws: JSONError(.tooDeep, at: 64)) { try JSONValue.parse(nested(65)) }
    #expect(throws: JSONError(.tooDeep, at: 64)) { try JSONValue.parse(nested(100_000)) }
    #expect(throws: JSONError(.tooDeep, at: 64)) {
      try JSONValue.parse(nested(65), limits: JSONLimits(depth: 1000))
    }
    #expect(throws: JSONError(.tooDeep, at: 2)) {
      try JSONValue.parse(nested(3), limits: JSONLimits(depth: 2))
    }
    #expect(throws: JSONError(.tooLarge, at: 5)) {
      try JSONValue.parse(nested(3), limits: JSONLimits(bytes: 5))
    }
  }
}
