import HTTPClient
import JSON
import Platform
import Testing

@testable import MCPServer

/// A served sample, and how one speaks with it.
private final class Served: Sendable {
  static let token = "0123456789abcdef0123456789abcdef"

  let gate = CallGate()
  let transport: HTTPTransport
  private let client = HTTPClient()

  init() throws {
    transport = try HTTPTransport(
      SampleServer.make(gate), host: "127.0.0.1", port: 0, token: Served.token,
      randomness: .system)
  }

  deinit { transport.stop() }

  var authority: String { "127.0.0.1:\(transport.port)" }

  /// Sends a request; a header without a value is left out.
  func send(
    _ body: String = "", method: String = "POST", path: String = "/mcp",
    with headers: [String: String?] = [:],
    onBody: ((UnsafeRawBufferPointer) throws -> Void)? = nil
  ) throws -> HTTPClientResponse {
    var all: [String: String?] = [
      "Authorization": "Bearer " + Served.token, "Content-Type": "application/json",
      "Accept": "application/json, text/event-stream",
    ]
    all.merge(headers) { $1 }
    return try client.send(
      HTTPClientRequest(
        method: method, url: "http://\(authority)\(path)",
        headers: all.compactMap { name, value in value.map { (name, $0) } },
        body: body.isEmpty ? .none : .bytes(Array(body.utf8))),
      onBody: onBody)
  }

  /// Asks on the terms of the stateless revision, with the headers that belong to it.
  func ask(
    _ method: String, _ params: String = "", name: String? = nil,
    with headers: [String: String?] = [:],
    onBody: ((UnsafeRawBufferPointer) throws -> Void)? = nil
  ) throws -> HTTPClientResponse {
    let meta = #""_meta":\#(Collected.meta)"#
    let all = params.isEmpty ? meta : params + "," + meta
    var own: [String: String?] = [
      "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method, "Mcp-Name": name,
    ]
    own.merge(headers) { $1 }
    return try send(
      #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(all)}}"#, with: own,
      onBody: onBody)
  }

  /// Begins a session and returns its id.
  func session() throws -> String {
    let hello = try send(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#)
    #expect(hello.status == 200)
    return try #require(hello.headers["Mcp-Session-Id"])
  }
}

/// What came in a body: the messages of its events, or the one that it is.
private func messages(_ answer: HTTPClientResponse) throws -> [JSONValue] {
  guard answer.headers["Content-Type"] == "text/event-stream" else {
    return [try JSONValue.parse(answer.body)]
  }
  let text = String(decoding: answer.body, as: UTF8.self)
  return try text.split(separator: "\n").filter { $0.hasPrefix("data: ") }
    .map { try JSONValue.parse(Array($0.dropFirst(6).utf8)) }
}

@Suite struct HTTPTransportTests {
  @Test(
    arguments: [
      ["Authorization": nil], ["Authorization": "Bearer wrong"],
      ["Authorization": "Basic " + Served.token], ["Authorization": Served.token],
      ["Authorization": "Bearer " + Served.token + "0"],
      ["Authorization": "Bearer " + Served.token.uppercased()],
    ] as [[String: String?]])
  func `nobody speaks without the token`(headers: [String: String?]) throws {
    let answer = try Served().ask("tools/list", with: headers)
    #expect(answer.status == 401)
    #expect(answer.headers["WWW-Authenticate"] == "Bearer")
    #expect(!String(decoding: answer.body, as: UTF8.self).contains(Served.token))
  }

  @Test(
    arguments: [
      ["Host": "evil.example"], ["Host": "evil.example:80"], ["Host": "127.0.0.1.evil.example"],
      ["Host": "10.0.0.1"], ["Origin": "http://evil.example"], ["Origin": "null"],
      ["Origin": "http://127.0.0.1:1"], ["Origin": "https://127.0.0.1"],
    ] as [[String: String?]])
  func `a page of another site is refused, whatever name it has for this machine`(
    headers: [String: String?]
  ) throws {
    #expect(try Served().ask("tools/list", with: headers).status == 403)
  }

  @Test func `a page of the very same origin is let in`() throws {
    let served = try Served()
    #expect(
      try served.ask("tools/list", with: ["Origin": "http://\(served.authority)"]).status == 200)
    #expect(
      try served.ask("tools/list", with: ["Host": "localhost:\(served.transport.port)"]).status
        == 200)
  }

  @Test func `only messages are taken, and only where they belong`() throws {
    let served = try Served()
    #expect(try served.send(method: "GET").status == 405)
    #expect(try served.send(method: "GET").headers["Allow"] == "POST")
    #expect(try served.send(method: "DELETE").status == 405)
    #expect(try served.send("{}", path: "/").status == 404)
    #expect(try served.send("{}", with: ["Content-Type": "text/plain"]).status == 415)
    #expect(try served.send("nonsense").status == 400)
    #expect(try served.send("[]").status == 400)
    let large = String(repeating: "x", count: Message.largest + 1)
    #expect(try served.send(large).status == 413)
  }

  @Test func `a stateless request needs no session, and is answered with one message`() throws {
    let answer = try Served().ask("server/discover")
    #expect(answer.status == 200)
    #expect(answer.headers["Content-Type"] == "application/json")
    #expect(answer.headers["Mcp-Session-Id"] == nil)
    #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
    #expect(try messages(answer)[0]["result"]?["resultType"]?.stringValue == "complete")
  }

  @Test(
    arguments: [
      (["MCP-Protocol-Version": nil], 400, -32020),
      (["MCP-Protocol-Version": "2025-11-25"], 400, -32020),
      (["Mcp-Method": nil], 400, -32020), (["Mcp-Method": "ping"], 400, -32020),
      (["Mcp-Name": nil], 400, -32020), (["Mcp-Name": "fail"], 400, -32020),
      (["Mcp-Name": "=?base64?!?="], 400, -32020),
    ] as [([String: String?], Int, Int)])
  func `headers that do not say what the body says are refused`(
    headers: [String: String?], status: Int, code: Int
  ) throws {
    let answer = try Served().ask(
      "tools/call", #""name":"echo","arguments":{"text":"hi"}"#, name: "echo", with: headers)
    #expect(answer.status == status)
    #expect(try messages(answer)[0]["error"]?["code"]?.intValue == code)
  }

  @Test func `a name may come encoded`() throws {
    let answer = try Served().ask(
      "tools/call", #""name":"echo","arguments":{"text":"hi"}"#, name: "=?base64?ZWNobw==?=")
    #expect(answer.status == 200)
  }

  @Test func `a revision that is not spoken and a request that is unknown have their status`()
    throws
  {
    let served = try Served()
    let unknown = try served.ask("logging/setLevel")
    #expect(unknown.status == 404)
    #expect(try messages(unknown)[0]["error"]?["code"]?.intValue == -32601)
    let list = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#
    #expect(try served.send(list).status == 400)
    #expect(try served.send(list, with: ["MCP-Protocol-Version": "2099-01-01"]).status == 400)
    #expect(try served.send(list, with: ["MCP-Protocol-Version": "2026-07-28"]).status == 400)
  }

  @Test func `a call is a stream: its progress, its answer, its end`() throws {
    let answer = try Served().ask(
      "tools/call", #""name":"echo","arguments":{"text":"hi"}"#, name: "echo")
    #expect(answer.headers["Content-Type"] == "text/event-stream")
    let found = try messages(answer)
    #expect(found.count == 1)
    #expect(found[0]["result"]?["structuredContent"]?["data"]?["text"]?.stringValue == "hi")
    let plain = try Served().ask(
      "tools/call", #""name":"echo","arguments":{"text":"hi"}"#, name: "echo",
      with: ["Accept": "application/json"])
    #expect(plain.headers["Content-Type"] == "application/json")
  }

  @Test func `a session is begun, used and ended by its id`() throws {
    let served = try Served()
    let id = try served.session()
    let list = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#
    #expect(try served.send(list, with: ["Mcp-Session-Id": id]).status == 200)
    #expect(
      try served.send(list, with: ["Mcp-Session-Id": id, "MCP-Protocol-Version": "2025-11-25"])
        .status
        == 200)
    let note = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
    #expect(try served.send(note, with: ["Mcp-Session-Id": id]).status == 202)
    #expect(try served.send(method: "DELETE", with: ["Mcp-Session-Id": id]).status == 200)
    #expect(try served.send(list, with: ["Mcp-Session-Id": id]).status == 404)
    #expect(try served.session() != id)
  }

  @Test func `what nobody answers is taken in a session that lives, and nowhere else`() throws {
    let served = try Served()
    let id = try served.session()
    let note = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
    let response = #"{"jsonrpc":"2.0","id":1,"result":{}}"#
    for body in [note, response] {
      func status(_ headers: [String: String?]) throws -> Int {
        try served.send(body, with: headers).status
      }
      #expect(try status(["Mcp-Session-Id": id]) == 202)
      #expect(try status(["Mcp-Session-Id": id, "MCP-Protocol-Version": "2025-11-25"]) == 202)
      #expect(try status(["Mcp-Session-Id": id, "MCP-Protocol-Version": "2099-01-01"]) == 400)
      #expect(try status(["Mcp-Session-Id": "none"]) == 404)
      #expect(try status([:]) == 400)
      #expect(try status(["MCP-Protocol-Version": "2026-07-28"]) == 202)
    }
    #expect(try served.send(method: "DELETE", with: ["Mcp-Session-Id": id]).status == 200)
    #expect(try served.send(note, with: ["Mcp-Session-Id": id]).status == 404)
  }

  @Test func `a ping needs no session`() throws {
    let answer = try Served().send(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
    #expect(answer.status == 200)
    #expect(try messages(answer)[0]["result"]?.objectValue?.isEmpty == true)
  }

  @Test func `resources come as a stream too, by which a client that goes is noticed`() throws {
    let served = try Served()
    let list = try served.ask("resources/list")
    let read = try served.ask("resources/read", #""uri":"sample:a""#, name: "sample:a")
    for answer in [list, read] {
      #expect(answer.headers["Content-Type"] == "text/event-stream")
      #expect(try messages(answer)[0]["result"] != nil)
    }
  }

  @Test func `a subscription is told when the server stops`() throws {
    let served = try Served()
    let came = Monitor<[UInt8]>([])
    try NativeThread.start { [served] in
      _ = came.wait(until: WallClock.system.monotonic() + 10_000_000_000) { !$0.isEmpty }
      served.transport.stop()
    }
    let answer = try served.ask("subscriptions/listen", #""notifications":{}"#) { bytes in
      came.update { $0 += bytes }
    }
    #expect(answer.status == 200)
    let text = came.withLock { String(decoding: $0, as: UTF8.self) }
    #expect(text.contains("notifications/cancelled"))
    #expect(text.contains(#""resultType":"complete""#))
  }

  @Test(arguments: ["application/json, text/event-stream", "application/json"])
  func `a client that goes away during a stateless call cancels it`(accept: String) throws {
    struct Enough: Error {}
    let served = try Served()
    #expect(throws: HTTPClientError.self) {
      _ = try served.ask(
        "tools/call", #""name":"wait""#, name: "wait", with: ["Accept": accept]
      ) { _ in throw Enough() }
    }
    #expect(served.gate.hasCancelled(1))
  }

  @Test func `without events a call is answered with JSON, and a subscription is not to be had`()
    throws
  {
    let served = try Served()
    let plain: [String: String?] = ["Accept": "application/json"]
    let answer = try served.ask(
      "tools/call", #""name":"echo","arguments":{"text":"hi"}"#, name: "echo", with: plain)
    #expect(answer.headers["Content-Type"] == "application/json")
    #expect(try messages(answer)[0]["result"]?["isError"]?.boolValue == false)
    let listen = try served.ask("subscriptions/listen", #""notifications":{}"#, with: plain)
    #expect(listen.status == 406)
  }

  @Test func `in a session a call is cancelled by a message, not by a lost connection`() throws {
    struct Enough: Error {}
    let served = try Served()
    let id = try served.session()
    let call =
      #"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"wait","#
      + #""_meta":{"progressToken":1}}}"#
    #expect(throws: HTTPClientError.self) {
      _ = try served.send(call, with: ["Mcp-Session-Id": id]) { _ in throw Enough() }
    }
    // Still running: its id is taken.
    let twin = try served.send(
      #"{"jsonrpc":"2.0","id":5,"method":"ping"}"#, with: ["Mcp-Session-Id": id])
    #expect(try messages(twin)[0]["error"]?["code"]?.intValue == -32600)
    let note = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}"#
    #expect(try served.send(note, with: ["Mcp-Session-Id": id]).status == 202)
    #expect(served.gate.hasCancelled(1))
  }

  @Test func `stopping cancels what still runs`() throws {
    struct Enough: Error {}
    let served = try Served()
    let id = try served.session()
    let call =
      #"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"wait","#
      + #""_meta":{"progressToken":1}}}"#
    #expect(throws: HTTPClientError.self) {
      _ = try served.send(call, with: ["Mcp-Session-Id": id]) { _ in throw Enough() }
    }
    served.transport.stop()
    #expect(served.gate.hasCancelled(1))
  }

  @Test func `sessions beyond the limit take the place of the one that was silent longest`() throws
  {
    let table = SessionTable(SampleServer.make(), randomness: .seeded(1))
    let first = try #require(table.begin()).id
    let second = try #require(table.begin()).id
    _ = table.find(first)
    for _ in 2...SessionTable.limit { #expect(table.begin() != nil) }
    #expect(table.find(first) != nil)
    #expect(table.find(second) == nil)
  }
}
