package import Platform

/// Speaks with the one client that started this process: a message a line, in and out.
package struct StdioTransport: Sendable {
  private let server: Server
  private let input: StandardStream
  private let writer: LineWriter

  /// Makes a transport; nothing else may write to `output`.
  package init(_ server: Server, input: StandardStream, output: StandardStream) {
    self.server = server
    self.input = input
    writer = LineWriter(output)
  }

  /// How long requests may go on after the input has ended: clients wait about two seconds for the
  /// process before they end it, and a script that pipes its requests in wants its answers.
  private static let grace = Duration.milliseconds(1500)

  /// Answers until the input ends, nobody reads the output any more, or the task is cancelled.
  ///
  /// Requests that go on then are soon cancelled, and have tidied up when it returns.
  package func serve() async throws(Errno) {
    let source = try LineSource(input, longest: Message.largest)
    defer { source.close() }
    let conversation = Conversation(server)
    for await line in source.lines {
      source.took()
      take(line, conversation)
      if writer.isBroken { break }
    }
    let isLate = Task.isCancelled || writer.isBroken
    await conversation.calls.end(grace: isLate ? .zero : StdioTransport.grace)
  }

  private func take(_ line: LineSource.Line, _ conversation: Conversation) {
    let send = { @Sendable [writer] (message: Outgoing) in writer.write(message) }
    switch line {
    case .tooLong:
      send(
        .failure(
          nil, RPCError(.invalidRequest, "a message has at most \(Message.largest) bytes")))
    case .bytes(let bytes):
      do throws(Message.Problem) {
        conversation.take(try Message.parse(bytes), send: send)
      } catch {
        send(.failure(error.id, error.error))
      }
    }
  }
}

/// Writes messages, each whole and on a line of its own, from any thread.
private final class LineWriter: Sendable {
  private let output: StandardStream
  private let broken = Locked(false)

  init(_ output: StandardStream) {
    self.output = output
  }

  /// Whether the reader has gone away.
  var isBroken: Bool { broken.withLock { $0 } }

  func write(_ message: Outgoing) {
    let line = message.bytes + [UInt8(ascii: "\n")]
    broken.withLock { isBroken in
      guard !isBroken else { return }
      line.withUnsafeBytes { bytes in
        do { try output.write(bytes) } catch { isBroken = true }
      }
    }
  }
}
