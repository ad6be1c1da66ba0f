import CMicroHTTPD

extension RequestContext {
  /// Queues a response; false to the daemon closes the connection.
  func answer(_ response: HTTPResponse) -> MHD_Result {
    phase = .answered
    core.connections.expect(connection, by: nil)
    guard let made = make(response) else {
      response.abandon()
      return .NO
    }
    defer { MHD_destroy_response(made) }
    for field in response.headers.fields where !isServerOwned(field.name) {
      // A field that holds a line break is refused here, and with it the whole answer.
      if MHD_add_response_header(made, field.name, field.value) != .YES { return .NO }
    }
    if core.isStopping { MHD_add_response_header(made, "Connection", "close") }
    return MHD_queue_response(connection.pointer, UInt32(response.status), made)
  }

  private func make(_ response: HTTPResponse) -> OpaquePointer? {
    switch response.body {
    case .bytes(let bytes):
      return bytes.withUnsafeBytes { syncline_mhd_bytes($0.baseAddress, $0.count) }
    case .stream(let length, let reader):
      return pulled(length: length, .reader(reader, left: length))
    case .events(let source):
      core.register(source)
      let made = pulled(length: nil, .events(source, connection))
      if made == nil { core.unregister(source) }
      return made
    }
  }

  private func pulled(length: Int?, _ source: PulledBody.Source) -> OpaquePointer? {
    let body = Unmanaged.passRetained(PulledBody(core: core, source: source))
    let made = syncline_mhd_pulled(
      Int64(length ?? -1), 128 << 10,
      { context, _, buffer, capacity in
        guard let context, let buffer else { return syncline_mhd_failed }
        return Unmanaged<PulledBody>.fromOpaque(context).takeUnretainedValue().pull(
          into: UnsafeMutableRawBufferPointer(start: buffer, count: capacity))
      },
      body.toOpaque(),
      { context in
        guard let context else { return }
        Unmanaged<PulledBody>.fromOpaque(context).takeRetainedValue().end()
      })
    if made == nil { body.release() }
    return made
  }
}

private func isServerOwned(_ name: String) -> Bool {
  ["Content-Length", "Transfer-Encoding", "Date", "Connection"].contains { asciiEqual($0, name) }
}

/// A body that the daemon pulls, on the thread of its connection.
private final class PulledBody {
  enum Source {
    case reader(any HTTPBodyReader, left: Int?)
    case events(EventSource, ConnectionPointer)
  }

  private let core: ServerCore
  private var source: Source

  init(core: ServerCore, source: Source) {
    self.core = core
    self.source = source
  }

  func pull(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    switch source {
    case .events(let source, let connection):
      return source.pull(into: buffer, for: connection)
    case .reader(let reader, let left):
      let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, left ?? .max)])
      guard let count = try? reader.read(into: room), count >= 0, count <= room.count else {
        // The cut connection is how the client learns of the failure.
        return syncline_mhd_failed
      }
      if count == 0 { return left == nil ? syncline_mhd_end : syncline_mhd_failed }
      source = .reader(reader, left: left.map { $0 - count })
      return count
    }
  }

  func end() {
    switch source {
    case .reader: break
    case .events(let source, _): core.unregister(source)
    }
  }
}
