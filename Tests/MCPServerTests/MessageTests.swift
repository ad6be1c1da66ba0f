import JSON
import TestSupport
import Testing

@testable import MCPServer

/// A text, and what it is read as.
struct ParseCase: Sendable, CustomTestStringConvertible {
  let text: String
  let expected: String
  var testDescription: String { text }

  init(_ text: String, _ expected: String) {
    self.text = text
    self.expected = expected
  }
}

@Suite struct MessageTests {
  static let cases = [
    ParseCase(#"{"jsonrpc":"2.0","id":1,"method":"a"}"#, "request number(1) a []"),
    ParseCase(#"{"jsonrpc":"2.0","id":"x","method":"a","params":{"b":1}}"#, "request text x a [b]"),
    ParseCase(#"{"jsonrpc":"2.0","method":"a"}"#, "notification a"),
    ParseCase(#"{"jsonrpc":"2.0","id":1,"result":{}}"#, "response"),
    ParseCase(#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#, "response"),
    ParseCase("{", "-32700 without id"),
    ParseCase("\u{FEFF}{}", "-32700 without id"),
    ParseCase(#"{"a":1,"a":2}"#, "-32700 without id"),
    ParseCase("[]", "-32600 without id"),
    ParseCase(#"[{"jsonrpc":"2.0","id":1,"method":"a"}]"#, "-32600 without id"),
    ParseCase(#"{"id":1,"method":"a"}"#, "-32600 with id"),
    ParseCase(#"{"jsonrpc":"1.0","id":1,"method":"a"}"#, "-32600 with id"),
    ParseCase(#"{"jsonrpc":"2.0","id":null,"method":"a"}"#, "-32600 without id"),
    ParseCase(#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, "-32600 without id"),
    ParseCase(#"{"jsonrpc":"2.0","id":{},"method":"a"}"#, "-32600 without id"),
    ParseCase(#"{"jsonrpc":"2.0","id":1}"#, "-32600 with id"),
    ParseCase(#"{"jsonrpc":"2.0","id":1,"method":""}"#, "-32600 with id"),
    ParseCase(#"{"jsonrpc":"2.0","id":1,"method":7}"#, "-32600 with id"),
    ParseCase(#"{"jsonrpc":"2.0","id":1,"method":"a","params":[]}"#, "-32600 with id"),
  ]

  @Test(arguments: cases)
  func `a message is read by the letter of JSON-RPC, or refused with its id`(_ test: ParseCase) {
    #expect(MessageTests.words(test.text) == test.expected)
  }

  @Test func `nesting beyond any message's need is refused`() {
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    let text = #"{"jsonrpc":"2.0","id":1,"method":"a","params":{"b":\#(deep)}}"#
    #expect(MessageTests.words(text) == "-32700 without id")
  }

  @Test func `an id that is long enough to fill a log is none`() {
    let id = String(repeating: "x", count: 257)
    let text = #"{"jsonrpc":"2.0","id":"\#(id)","method":"a"}"#
    #expect(MessageTests.words(text) == "-32600 without id")
  }

  @Test(arguments: 1...4)
  func `damaged messages are refused or read, never a crash`(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let whole = Array(
      (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","#
        + #""arguments":{"text":"hé","paths":["a",1.5e3,null]},"_meta":\#(Collected.meta)}}"#).utf8)
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &chance) {
        let place = Int.random(in: 0..<bytes.count, using: &chance)
        switch Int.random(in: 0..<3, using: &chance) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
        case 1: bytes.remove(at: place)
        default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &chance)], at: place)
        }
      }
      do throws(Message.Problem) {
        guard case .request(let request) = try Message.parse(bytes) else { continue }
        _ = try? Terms(of: request)
        let arguments = request.params["arguments"] ?? .null
        _ = SchemaTests.schema.problem(in: arguments, named: "it")
      } catch {
        #expect([.parse, .invalidRequest].contains(error.error.code))
      }
    }
  }

  @Test func `what is sent is one line, whatever it holds`() throws {
    let message = Outgoing.failure(.text("a\nb"), RPCError(.parse, "x\r\ny\u{2028}"))
    #expect(!message.bytes.contains(UInt8(ascii: "\n")))
    #expect(try JSONValue.parse(message.bytes)["id"]?.stringValue == "a\nb")
    let nameless = Outgoing.failure(nil, RPCError(.parse, "x"))
    #expect(try JSONValue.parse(nameless.bytes).objectValue?["id"] == nil)
  }

  private static func words(_ text: String) -> String {
    do throws(Message.Problem) {
      switch try Message.parse(Array(text.utf8)) {
      case .response: return "response"
      case .notification(let notification): return "notification \(notification.method)"
      case .request(let request):
        let keys = request.params.keys.joined(separator: " ")
        switch request.id {
        case .number(let number): return "request number(\(number)) \(request.method) [\(keys)]"
        case .text(let text): return "request text \(text) \(request.method) [\(keys)]"
        }
      }
    } catch {
      return "\(error.error.code.rawValue) \(error.id == nil ? "without" : "with") id"
    }
  }
}
