import HTTPServing
import JSON
import Platform

extension HTTPEndpoint {
  /// Answers a request: as a stream where it takes long, else with one message.
  func answer(
    _ request: Request, _ terms: Terms, _ http: HTTPRequest, in conversation: Conversation,
    isStateless: Bool
  ) -> HTTPResponse {
    let accepted = http.headers.all("Accept").joined(separator: ",").lowercased()
    let streams = accepted.contains("text/event-stream")
    if isStateless, request.method == Method.listen.rawValue, !streams {
      return refuse(406, "a subscription is a stream: 'Accept: text/event-stream'")
    }
    if isStateless { keep(conversation) }
    do throws(RPCError) {
      if streams || isStateless, Method(rawValue: request.method)?.isLong == true {
        return try stream(
          request, terms, in: conversation, isStateless: isStateless, asEvents: streams)
      }
      return try wait(request, terms, in: conversation, isStateless: isStateless)
    } catch {
      if isStateless { release(conversation) }
      return answer(.failure(request.id, error))
    }
  }

  /// Answers with events, news of progress and then the answer, which ends the stream; or with the
  /// answer alone, as JSON, where the client takes no events.
  ///
  /// A client that goes away cancels a stateless request. Before that revision a lost connection
  /// meant nothing, and cancellation is a message.
  private func stream(
    _ request: Request, _ terms: Terms, in conversation: Conversation, isStateless: Bool,
    asEvents: Bool
  ) throws(RPCError) -> HTTPResponse {
    let calls = conversation.calls
    // Silence is broken every second: writing is how a closed connection is noticed.
    let source = EventSource(
      queueBytes: 16 << 20, heartbeatSeconds: 1, filler: asEvents ? ": ping\n\n" : " ",
      onClose: { if isStateless { calls.cancel(request.id) } })
    try conversation.start(request, on: terms) { message in
      if asEvents {
        source.send(Array("event: message\ndata: ".utf8) + message.bytes + Array("\n\n".utf8))
      } else if !message.isNotification {
        source.send(message.bytes)
      }
    } ended: { [self] in
      source.close()
      if isStateless { release(conversation) }
    }
    return HTTPResponse(
      status: 200,
      headers: [
        "Content-Type": asEvents ? "text/event-stream" : "application/json",
        "X-Accel-Buffering": "no",
      ], body: .events(source))
  }

  /// Answers with one message.
  private func wait(
    _ request: Request, _ terms: Terms, in conversation: Conversation, isStateless: Bool
  ) throws(RPCError) -> HTTPResponse {
    let state = Monitor((answer: Outgoing?.none, isDone: false))
    try conversation.start(request, on: terms) { message in
      if message.isNotification { return }
      state.update { $0.answer = message }
    } ended: { [self] in
      state.update { $0.isDone = true }
      if isStateless { release(conversation) }
    }
    let deadline = WallClock.system.monotonic() + HTTPEndpoint.patience * 1_000_000_000
    guard state.wait(until: deadline, for: { $0.isDone }) else {
      conversation.calls.cancel(request.id)
      return refuse(504, "it took longer than \(HTTPEndpoint.patience) seconds; cancelled")
    }
    guard let message = state.withLock({ $0.answer }) else {
      throw RPCError(.internalError, "the request was cancelled")
    }
    let isUnknown =
      if case .failure(_, let error) = message { error.code == .methodNotFound } else { false }
    return answer(message, status: isStateless && isUnknown ? 404 : 200)
  }
}
