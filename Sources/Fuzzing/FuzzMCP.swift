import JSON
import MCPServer
import Platform

/// Messages of an assistant: each request is answered once, under its own id, in one line.
///
/// One that was cancelled, or that waits for news, may go without.
func fuzzMCP(_ bytes: [UInt8]) throws {
  let conversation = Conversation(server)
  let sent = Monitor<[Outgoing]>([])
  var asked: [RequestID: Int] = [:]
  var excused: Set<RequestID> = []
  for line in bytes.split(separator: UInt8(ascii: "\n")).prefix(8) {
    guard let message = try parse(Array(line)) else { continue }
    switch message {
    case .request(let request):
      asked[request.id, default: 0] += 1
      if request.method.hasSuffix("listen") { excused.insert(request.id) }
    case .notification(let notification):
      if let id = RequestID(notification.params["requestId"]) { excused.insert(id) }
    case .response: break
    }
    conversation.take(message) { message in sent.update { $0.append(message) } }
  }
  let wanted = asked.filter { !excused.contains($0.key) }
  let deadline = WallClock.system.monotonic() + 10_000_000_000
  let isDone = sent.wait(until: deadline) { messages in
    let answers = count(messages)
    return wanted.allSatisfy { answers[$0.key, default: 0] >= $0.value }
  }
  try promise(isDone, "a request without an answer")
  for id in excused { conversation.take(cancellation(of: id)) { _ in } }
  let messages = sent.withLock { $0 }
  for message in messages { try checkLine(message) }
  for (id, answers) in count(messages) {
    try promise(answers <= asked[id, default: 0], "an answer that nobody asked for: \(id)")
  }
}

private func cancellation(of id: RequestID) -> Message {
  .notification(Notification(method: "notifications/cancelled", params: ["requestId": id.json]))
}

/// How many answers went to each request.
private func count(_ messages: [Outgoing]) -> [RequestID: Int] {
  var found: [RequestID: Int] = [:]
  for id in messages.compactMap(answered) { found[id, default: 0] += 1 }
  return found
}

/// Reads a message; nothing where bytes are none, which has been told in one line.
private func parse(_ bytes: [UInt8]) throws -> Message? {
  let trouble: Message.Problem
  do throws(Message.Problem) {
    return try Message.parse(bytes)
  } catch {
    trouble = error
  }
  try checkLine(.failure(trouble.id, trouble.error))
  return nil
}

private func answered(_ message: Outgoing) -> RequestID? {
  switch message {
  case .result(let id, _), .failure(let id?, _): id
  case .failure(nil, _), .notification: nil
  }
}

/// A message is one line of JSON.
private func checkLine(_ message: Outgoing) throws {
  let bytes = message.bytes
  try promise(!bytes.contains(UInt8(ascii: "\n")), "a message of several lines")
  try promise((try? JSONValue.parse(bytes)) != nil, "a message that is no JSON")
}

private let annotations = Tool.Annotations(
  isReadOnly: true, isDestructive: false, isIdempotent: true, isOpenWorld: false)

private let server = Server(
  name: "fuzzed", title: "Fuzzed", version: "1", instructions: "",
  tools: [
    Tool(
      name: "echo", title: "Echo", description: "Says it again.",
      input: .object([.required("text", .text(limit: 8), "What to say.")]),
      output: .envelope(.object([.required("text", .text())])), annotations: annotations
    ) { arguments, _ in
      Tool.Result(structured: ["status": "ok", "data": ["text": arguments["text"] ?? .null]])
    }
  ],
  resources: ResourceShelf(
    list: { _ in [Resource(uri: "sample:a", name: "a")] },
    templates: [
      ResourceTemplate(pattern: "sample:{name}", name: "any", title: "Any", description: "Any.")
    ]
  ) { uri, _ in
    guard uri == "sample:a" else { throw ResourceShelf.Problem.notFound("there is none") }
    return [ResourceContent(uri: uri, mimeType: "text/plain", bytes: [0x68])]
  },
  prompts: [
    Prompt(
      name: "greet", title: "Greet", description: "Says hello.",
      arguments: [Prompt.Argument("who", "Whom", isRequired: true)]
    ) { "Say hello to \($0["who"] ?? "")." }
  ])
