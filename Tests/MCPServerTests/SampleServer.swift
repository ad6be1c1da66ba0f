import JSON
import Platform

@testable import MCPServer

/// A server with one tool of each temper, for tests of everything around tools.
enum SampleServer {
  /// The server; `gate` tells when a call of `wait` was cancelled.
  static func make(_ gate: CallGate = CallGate()) -> Server {
    Server(
      name: "sample", title: "Sample", version: "1", instructions: "Be good.",
      tools: [echo, fail, wait(gate)], resources: shelf,
      prompts: [
        Prompt(
          name: "greet", title: "Greet", description: "Says hello.",
          arguments: [Prompt.Argument("who", "Whom", isRequired: true)]
        ) { "Say hello to \($0["who"] ?? "")." }
      ])
  }

  private static let looking = Tool.Annotations(
    isReadOnly: true, isDestructive: false, isIdempotent: true, isOpenWorld: false)

  private static let echo = Tool(
    name: "echo", title: "Echo", description: "Says it again.",
    input: .object([.required("text", .text(limit: 8), "What to say.")]),
    output: .envelope(.object([.required("text", .text())])), annotations: looking
  ) { arguments, call in
    call.report?(Progress(done: 1, total: 2, message: "saying"))
    return Tool.Result(
      structured: ["status": "ok", "data": ["text": arguments["text"] ?? .null]],
      links: [Resource(uri: "sample:a", name: "a")])
  }

  private static let fail = Tool(
    name: "fail", title: "Fail", description: "Never works.", input: .object([]),
    output: .envelope(.object([])), annotations: looking
  ) { _, _ in
    throw Errno.notFound
  }

  private static func wait(_ gate: CallGate) -> Tool {
    Tool(
      name: "wait", title: "Wait", description: "Waits until it is cancelled.",
      input: .object([]), output: .envelope(.object([])), annotations: looking
    ) { _, call in
      call.report?(Progress(done: 0))
      // It is slow to notice, and goes on telling.
      await gate.wait { call.report?(Progress(done: 1)) }
      return Tool.Result(structured: ["status": "ok"])
    }
  }

  private static let shelf = ResourceShelf(
    list: { _ in [Resource(uri: "sample:a", name: "a")] },
    templates: [
      ResourceTemplate(pattern: "sample:{name}", name: "any", title: "Any", description: "Any one.")
    ]
  ) { uri, _ in
    switch uri {
    case "sample:a":
      [
        ResourceContent(uri: uri, mimeType: "text/plain", bytes: Array("hé".utf8)),
        ResourceContent(uri: uri, mimeType: "application/octet-stream", bytes: [0xFF, 0]),
      ]
    case "sample:b": throw ResourceShelf.Problem.unreadable("it is locked")
    default: throw ResourceShelf.Problem.notFound("there is no such letter")
    }
  }
}

/// Holds calls until they are cancelled, and counts how many were.
final class CallGate: Sendable {
  private let cancelled = Monitor(0)

  /// Waits until the task is cancelled, then does something before it counts.
  func wait(then last: () -> Void = {}) async {
    let (silence, end) = AsyncStream.makeStream(of: Never.self)
    await withTaskCancellationHandler {
      for await _ in silence {}
    } onCancel: {
      end.finish()
    }
    last()
    cancelled.update { $0 += 1 }
  }

  /// Whether so many calls are cancelled before ten seconds are over; blocks.
  func hasCancelled(_ count: Int) -> Bool {
    cancelled.wait(until: WallClock.system.monotonic() + 10_000_000_000) { $0 >= count }
  }
}

/// A conversation without a transport: what is sent is collected.
final class Collected: Sendable {
  let conversation: Conversation
  private let messages = Monitor<[Outgoing]>([])

  init(_ server: Server = SampleServer.make()) {
    conversation = Conversation(server)
  }

  /// Says something and waits for so many messages in all; blocks.
  func say(_ text: String, awaiting count: Int) throws -> [JSONValue] {
    let before = messages.withLock { $0.count }
    conversation.take(try Message.parse(Array(text.utf8))) { [messages] message in
      messages.update { $0.append(message) }
    }
    let deadline = WallClock.system.monotonic() + 10_000_000_000
    _ = messages.wait(until: deadline) { $0.count >= before + count }
    return try messages.withLock { $0[before...] }.map { try JSONValue.parse($0.bytes) }
  }

  /// Everything that was said so far.
  func said() throws -> [JSONValue] {
    try messages.withLock { $0 }.map { try JSONValue.parse($0.bytes) }
  }

  /// Asks on the terms of a stateless revision and returns the one answer.
  func ask(_ method: String, _ params: String = "") throws -> JSONValue {
    let meta = #""_meta":\#(Collected.meta)"#
    let all = params.isEmpty ? meta : params + "," + meta
    return try say(
      #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(all)}}"#, awaiting: 1)[0]
  }

  /// What a stateless request says of itself.
  static let meta = """
    {"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
    "io.modelcontextprotocol/clientCapabilities":{}}
    """

  /// Begins with a handshake.
  func greet(_ revision: String = "2025-11-25") throws -> JSONValue {
    try say(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(revision)","#
        + #""capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#, awaiting: 1)[0]
  }
}
