import Platform
import CMicroHTTPD

/// The settings of a daemon whose callbacks reach the `ServerCore` given as their context.
func daemonSettings(_ configuration: HTTPServerConfiguration) -> syncline_mhd_settings {
  let limits = configuration.limits
  var settings = syncline_mhd_settings()
  settings.connection_limit = UInt32(clamping: max(limits.connections, 1))
  settings.per_ip_limit = UInt32(clamping: max(limits.connectionsPerAddress, 1))
  settings.idle_timeout = UInt32(clamping: max(limits.idleSeconds, 1))
  // Room for headers that are too large, so that the refusal is ours, and for a piece of a body.
  settings.memory_limit = limits.headerBytes * 2 + (32 << 10)
  // The threads share the connections that are allowed, and each needs one at least.
  settings.threads = UInt32(clamping: max(min(configuration.senders, limits.connections), 1))
  settings.target = { context, target, connection in
    guard let core = serverCore(context), let connection, let target else { return nil }
    return beginRequest(core, ConnectionPointer(pointer: connection), String(cString: target))
  }
  settings.access = { _, _, _, method, _, upload, uploadCount, request in
    guard let request = request?.pointee, let method, let uploadCount else { return .NO }
    let context = Unmanaged<RequestContext>.fromOpaque(request).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: upload, count: uploadCount.pointee)
    return context.receive(method: String(cString: method), upload: bytes) {
      uploadCount.pointee = 0
    }
  }
  settings.completed = { _, _, request, _ in
    guard let request, let opaque = request.pointee else { return }
    request.pointee = nil
    endRequest(Unmanaged<RequestContext>.fromOpaque(opaque).takeRetainedValue())
  }
  settings.connection = { context, connection, _, event in
    guard let core = serverCore(context), let connection else { return }
    let pointer = ConnectionPointer(pointer: connection)
    if event == .CONNECTION_NOTIFY_STARTED {
      core.connections.open(
        pointer, socket: syncline_mhd_socket(connection), deadline: core.headDeadline())
    } else {
      core.connections.close(pointer)
    }
  }
  return settings
}

private func serverCore(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
  context.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
}

private func beginRequest(
  _ core: ServerCore, _ connection: ConnectionPointer, _ target: String
) -> UnsafeMutableRawPointer {
  let context = RequestContext(core: core, connection: connection, rawTarget: target)
  core.connections.expect(connection, by: core.headDeadline())
  return Unmanaged.passRetained(context).toOpaque()
}

private func endRequest(_ context: RequestContext) {
  context.core.state.update { _ = $0.requests.removeValue(forKey: ObjectIdentifier(context)) }
  // A connection kept open may be silent for the idle time, and then owes a request.
  context.core.connections.expect(
    context.connection,
    by: context.core.headDeadline(after: context.core.configuration.limits.idleSeconds))
}
