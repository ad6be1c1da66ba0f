import JSON
import Testing

@testable import MCPServer

@Suite struct SchemaTests {
  static let schema = Schema.object([
    .required("name", .text(limit: 4)),
    .optional("kind", .word(["a", "b"])),
    .optional("count", .integer(1...9)),
    .optional("all", .flag),
    .optional("paths", .list(.text(), limit: 2)),
    .optional("maybe", .nullable(.object([], isOpen: true))),
  ])

  @Test(arguments: [
    ParseCase(#"{"name":"x"}"#, "fine"),
    ParseCase(
      #"{"name":"x","kind":"b","count":9,"all":true,"paths":["p"],"maybe":{"any":1}}"#, "fine"),
    ParseCase(#"{"name":"x","maybe":null,"count":3.0}"#, "fine"),
    ParseCase("[]", "the arguments must be an object"),
    ParseCase("{}", "'name' is missing"),
    ParseCase(#"{"name":"x","force":true}"#, "'force' is not known here"),
    ParseCase(#"{"name":7}"#, "'name' must be a text"),
    ParseCase(#"{"name":"longer"}"#, "'name' may have at most 4 bytes"),
    ParseCase(#"{"name":"x","kind":"c"}"#, "'kind' must be one of: a, b"),
    ParseCase(#"{"name":"x","count":0}"#, "'count' must be from 1 to 9"),
    ParseCase(#"{"name":"x","count":1.5}"#, "'count' must be a whole number"),
    ParseCase(#"{"name":"x","all":1}"#, "'all' must be true or false"),
    ParseCase(#"{"name":"x","paths":"p"}"#, "'paths' must be a list"),
    ParseCase(#"{"name":"x","paths":["p",1]}"#, "'paths'[1] must be a text"),
    ParseCase(#"{"name":"x","paths":["p","q","r"]}"#, "'paths' may have at most 2 elements"),
    ParseCase(#"{"name":"x","maybe":1}"#, "'maybe' must be an object"),
  ])
  func `a value has the shape, or the first thing wrong is named`(_ test: ParseCase) throws {
    let value = try JSONValue.parse(Array(test.text.utf8))
    let problem = SchemaTests.schema.problem(in: value, named: "the arguments")
    #expect((problem ?? "fine") == test.expected)
  }

  @Test func `clients are told the very shape that is enforced`() throws {
    let text = String(decoding: JSONValue.object(SchemaTests.schema.json).bytes(), as: UTF8.self)
    #expect(
      text == #"{"type":"object","properties":{"name":{"type":"string"},"#
        + #""kind":{"type":"string","enum":["a","b"]},"#
        + #""count":{"type":"integer","minimum":1,"maximum":9},"all":{"type":"boolean"},"#
        + #""paths":{"type":"array","items":{"type":"string"},"maxItems":2},"#
        + #""maybe":{"anyOf":[{"type":"object","properties":{},"additionalProperties":true},"#
        + #"{"type":"null"}]}},"required":["name"],"additionalProperties":false}"#)
  }

  @Test func `a failure has the shape that every tool announces`() {
    let failure = Tool.Result.failure(code: "x", message: "m", hint: nil, more: ["brakes": []])
    let schema = Schema.envelope(.object([.required("text", .text())]))
    #expect(schema.problem(in: .object(failure.structured), named: "it") == nil)
  }
}
