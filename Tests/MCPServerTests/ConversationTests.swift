import JSON
import Platform
import Testing

@testable import MCPServer

@Suite struct ConversationTests {
  @Test(arguments: [
    ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2024-11-05", "2025-11-25"),
    ("2026-07-28", "2025-11-25"), ("nonsense", "2025-11-25"),
  ])
  func `a handshake settles on what both know`(asked: String, settled: String) throws {
    let hello = try Collected().greet(asked)
    #expect(hello["result"]?["protocolVersion"]?.stringValue == settled)
    #expect(hello["result"]?["serverInfo"]?["name"]?.stringValue == "sample")
    #expect(hello["result"]?["capabilities"]?["tools"] != nil)
  }

  @Test func `before a handshake, a request that names no revision is refused`() throws {
    let answer = try Collected().say(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, awaiting: 1)[0]
    #expect(answer["error"]?["code"]?.intValue == -32602)
    #expect(answer["error"]?["data"]?["supported"]?[0]?.stringValue == "2026-07-28")
  }

  @Test func `a ping is answered before a handshake too, and the handshake still counts`() throws {
    let talk = Collected()
    let answer = try talk.say(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, awaiting: 1)[0]
    #expect(answer["result"]?.objectValue?.isEmpty == true)
    #expect(try talk.greet()["result"] != nil)
    #expect(try talk.ask("ping")["error"]?["code"]?.intValue == -32601)
  }

  @Test func `a stateless request stands for itself, and so does its result`() throws {
    let found = try #require(try Collected().ask("server/discover")["result"])
    #expect(found["resultType"]?.stringValue == "complete")
    #expect(found["supportedVersions"]?[0]?.stringValue == "2026-07-28")
    #expect(found["instructions"]?.stringValue == "Be good.")
    #expect(found["cacheScope"]?.stringValue == "private")
    #expect((found["ttlMs"]?.intValue ?? -1) > 0)
    #expect(found["_meta"]?["io.modelcontextprotocol/serverInfo"]?["version"] == "1")
    let tools = try #require(try Collected().ask("tools/list")["result"])
    #expect(tools["tools"]?.arrayValue?.count == 3)
    #expect(tools["resultType"]?.stringValue == "complete")
  }

  @Test func `a stateless request without its capabilities or with another revision is refused`()
    throws
  {
    let key = "io.modelcontextprotocol/protocolVersion"
    func ask(_ revision: String) throws -> JSONValue {
      try Collected().say(
        #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"\#(key)":"\#(revision)"}}}"#,
        awaiting: 1)[0]
    }
    #expect(try ask("2026-07-28")["error"]?["code"]?.intValue == -32602)
    let other = try ask("2099-01-01")
    #expect(other["error"]?["code"]?.intValue == -32022)
    #expect(other["error"]?["data"]?["requested"]?.stringValue == "2099-01-01")
    #expect(other["error"]?["data"]?["supported"]?.arrayValue?.count == 3)
  }

  @Test(arguments: [
    ("ping", false, true), ("ping", true, false), ("server/discover", false, false),
    ("logging/setLevel", false, false), ("tools/list", false, true), ("tools/list", true, true),
  ])
  func `each revision knows its own requests`(
    method: String, isStateless: Bool, isKnown: Bool
  ) throws {
    let talk = Collected()
    let answer: JSONValue
    if isStateless {
      answer = try talk.ask(method)
    } else {
      _ = try talk.greet()
      answer = try talk.say(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#, awaiting: 1)[0]
    }
    #expect((answer["result"] != nil) == isKnown)
    if !isKnown { #expect(answer["error"]?["code"]?.intValue == -32601) }
  }

  @Test func `a tool's result goes out as structure, as the same text, and with links`() throws {
    let answer = try Collected().ask(
      "tools/call", #""name":"echo","arguments":{"text":"hi"}"#)["result"]
    #expect(answer?["structuredContent"]?["data"]?["text"]?.stringValue == "hi")
    #expect(
      answer?["content"]?[0]?["text"]?.stringValue == #"{"status":"ok","data":{"text":"hi"}}"#)
    #expect(answer?["content"]?[1]?["type"]?.stringValue == "resource_link")
    #expect(answer?["isError"]?.boolValue == false)
  }

  @Test func `arguments of another shape are told to the model, and the tool does not run`() throws
  {
    let answer = try Collected().ask(
      "tools/call", #""name":"echo","arguments":{"text":"hi","force":true}"#)["result"]
    #expect(answer?["isError"]?.boolValue == true)
    let error = answer?["structuredContent"]?["error"]
    #expect(error?["code"]?.stringValue == "bad_arguments")
    #expect(
      error?["message"]?.stringValue
        == "The arguments are not understood: 'force' is not known here.")
  }

  @Test func `trouble that a tool lets through tells nothing of itself`() throws {
    let answer = try Collected().ask("tools/call", #""name":"fail""#)
    #expect(answer["error"]?["code"]?.intValue == -32603)
    #expect(answer["error"]?["message"]?.stringValue?.contains("Errno") == false)
    let unknown = try Collected().ask("tools/call", #""name":"none""#)
    #expect(unknown["error"]?["code"]?.intValue == -32602)
  }

  @Test func `progress is told before the answer, and to nobody who did not ask`() throws {
    let talk = Collected()
    _ = try talk.greet()
    let call = #""name":"echo","arguments":{"text":"hi"}"#
    let told = try talk.say(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{\#(call),"_meta":{"progressToken":"t"}}}"#,
      awaiting: 2)
    #expect(told[0]["method"]?.stringValue == "notifications/progress")
    #expect(told[0]["params"]?["progressToken"]?.stringValue == "t")
    #expect(told[0]["params"]?["total"]?.doubleValue == 2)
    #expect(told[1]["id"]?.intValue == 1)
    let untold = try talk.say(
      #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{\#(call)}}"#, awaiting: 1)
    #expect(untold[0]["id"]?.intValue == 2)
  }

  @Test func `a cancelled request is ended and never answered`() throws {
    let gate = CallGate()
    let talk = Collected(SampleServer.make(gate))
    _ = try talk.greet()
    let began = try talk.say(
      #"{"jsonrpc":"2.0","id":"w","method":"tools/call","params":{"name":"wait","#
        + #""_meta":{"progressToken":1}}}"#, awaiting: 1)
    #expect(began[0]["method"]?.stringValue == "notifications/progress")
    let twin = try talk.say(#"{"jsonrpc":"2.0","id":"w","method":"ping"}"#, awaiting: 1)
    #expect(twin[0]["error"]?["code"]?.intValue == -32600)
    _ = try talk.say(
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"w"}}"#,
      awaiting: 0)
    #expect(gate.hasCancelled(1))
    // Whatever the call might have sent would come before the answer to the next request.
    let next = try talk.say(#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#, awaiting: 1)
    #expect(next.map { $0["id"]?.intValue } == [2])
  }

  @Test func `more requests at once than there are places are refused, not queued`() throws {
    let gate = CallGate()
    let talk = Collected(SampleServer.make(gate))
    _ = try talk.greet()
    for id in 1...RunningCalls.limit {
      _ = try talk.say(
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"wait"}}"#,
        awaiting: 0)
    }
    let refused = try talk.say(#"{"jsonrpc":"2.0","id":99,"method":"ping"}"#, awaiting: 1)
    #expect(refused[0]["error"]?["code"]?.intValue == -32603)
    talk.conversation.calls.cancelAll()
    #expect(gate.hasCancelled(RunningCalls.limit))
  }

  @Test func `a subscription is acknowledged with what it honors, which is nothing`() throws {
    let talk = Collected()
    let told = try talk.ask("subscriptions/listen", #""notifications":{"toolsListChanged":true}"#)
    #expect(told["method"]?.stringValue == "notifications/subscriptions/acknowledged")
    #expect(told["params"]?["notifications"]?.objectValue?.isEmpty == true)
    #expect(
      told["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"]?.intValue == 1)
    talk.conversation.calls.cancelAll()
  }

  @Test func `a subscription that the server ends is told so, and delays nothing`() async throws {
    let talk = Collected()
    _ = try talk.ask("subscriptions/listen", #""notifications":{}"#)
    // The grace is for requests with an end of their own.
    await talk.conversation.calls.end(grace: .seconds(3600))
    let told = try talk.said().dropFirst()
    #expect(told.map { $0["method"]?.stringValue } == ["notifications/cancelled", nil])
    #expect(told.first?["params"]?["requestId"]?.intValue == 1)
    #expect(told.last?["id"]?.intValue == 1)
    #expect(told.last?["result"]?["resultType"]?.stringValue == "complete")
    for part in [told.first?["params"], told.last?["result"]] {
      #expect(part?["_meta"]?["io.modelcontextprotocol/subscriptionId"]?.intValue == 1)
    }
  }

  @Test func `a subscription that the client ends is not answered`() async throws {
    let talk = Collected()
    _ = try talk.ask("subscriptions/listen", #""notifications":{}"#)
    _ = try talk.say(
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
      awaiting: 0)
    await talk.conversation.calls.end(grace: .seconds(3600))
    #expect(try talk.said().count == 1)
  }

  @Test func `nothing is told of a request once it is answered or cancelled`() {
    let told = Locked(0)
    func teller() -> ProgressTeller {
      ProgressTeller(RequestID.number(1)) { _ in told.withLock { $0 += 1 } }
    }
    let (answered, cancelled) = (teller(), teller())
    for teller in [answered, cancelled] { teller.tell(Progress(done: 1)) }
    answered.end()
    cancelled.cancel()
    for teller in [answered, cancelled] { teller.tell(Progress(done: 2)) }
    #expect(told.withLock { $0 } == 2)
  }

  @Test func `contents are text or base64, and what is missing has each revision's own code`()
    throws
  {
    let contents = try Collected().ask("resources/read", #""uri":"sample:a""#)["result"]?[
      "contents"]
    #expect(contents?[0]?["text"]?.stringValue == "hé")
    #expect(contents?[1]?["blob"]?.stringValue == "/wA=")
    let stateless = try Collected().ask("resources/read", #""uri":"sample:z""#)
    #expect(stateless["error"]?["code"]?.intValue == -32602)
    let talk = Collected()
    _ = try talk.greet()
    let request = #"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"sample:z"}}"#
    #expect(try talk.say(request, awaiting: 1)[0]["error"]?["code"]?.intValue == -32002)
    let locked = try Collected().ask("resources/read", #""uri":"sample:b""#)
    #expect(locked["error"]?["message"]?.stringValue == "it is locked")
  }

  @Test func `a prompt needs its blanks and knows no others`() throws {
    let filled = try Collected().ask(
      "prompts/get", #""name":"greet","arguments":{"who":"Ada"}"#)["result"]
    #expect(filled?["messages"]?[0]?["content"]?["text"]?.stringValue == "Say hello to Ada.")
    for arguments in ["{}", #"{"who":1}"#, #"{"who":"x","how":"y"}"#] {
      let answer = try Collected().ask("prompts/get", #""name":"greet","arguments":\#(arguments)"#)
      #expect(answer["error"]?["code"]?.intValue == -32602)
    }
  }

  @Test func `lists come whole, so that no cursor is one of ours`() throws {
    #expect(
      try Collected().ask("tools/list", #""cursor":"x""#)["error"]?["code"]?.intValue == -32602)
  }
}
