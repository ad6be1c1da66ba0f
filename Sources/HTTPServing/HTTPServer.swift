import Platform
import CMicroHTTPD

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An HTTP/1.1 server: a few threads receive and send, a fixed number of threads run the handler.
///
/// A request reaches the handler only when it has arrived completely, so that slow and half-open
/// connections cost no thread. Each connection stays with one of the threads that receive and send.
package final class HTTPServer: Sendable {
  private struct Running {
    let daemon: OpaquePointer
    /// Belongs to the daemon, which closes it.
    let listening: Int32
    let context: Unmanaged<ServerCore>
    let identity: PEMTexts?
  }

  private let core: ServerCore
  private let running: Monitor<Running?>
  /// The port that the server listens on.
  package let port: UInt16

  /// Starts to listen; the handler may run on several threads at once and may block.
  package init(
    configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
  ) throws(HTTPServerError) {
    let socket = try ListeningSocket(host: configuration.host, port: configuration.port)
    guard let pool = WorkerPool(threads: configuration.workers) else {
      close(socket.descriptor)
      throw HTTPServerError(code: .cannotStart)
    }
    let core = ServerCore(configuration: configuration, pool: pool, handler: handler)
    let context = Unmanaged.passRetained(core)
    let identity = configuration.tls.map { PEMTexts($0) }
    var settings = daemonSettings(configuration)
    settings.listen_socket = socket.descriptor
    settings.certificate = identity.map { UnsafePointer($0.certificate) }
    settings.key = identity.map { UnsafePointer($0.key) }
    settings.context = context.toOpaque()
    guard let daemon = syncline_mhd_start(&settings) else {
      // The library has closed the socket already; a second close could hit somebody else's.
      pool.close()
      context.release()
      throw HTTPServerError(code: identity == nil ? .cannotStart : .badTLSIdentity)
    }
    self.core = core
    port = socket.port
    running = Monitor(
      Running(
        daemon: daemon, listening: socket.descriptor, context: context, identity: identity))
    guard startThread({ core.keepHouse() }) else {
      stop(graceSeconds: 0)
      throw HTTPServerError(code: .cannotStart)
    }
  }

  deinit { stop(graceSeconds: 0) }

  /// The bytes that request bodies take at this moment.
  package var bodyBytesInUse: Int { core.budget.inUse }

  /// Stops: ends event streams, lets requests in work finish for that long, answers new ones 503.
  ///
  /// What still runs then is answered 503 and its handler's result dropped. A second call returns
  /// once the first is done and does nothing itself.
  package func stop(graceSeconds: Int) {
    running.withLock { running in
      guard let stopping = running.take() else { return }
      // New connections go on to be accepted, and refused: `MHD_quiesce_daemon`, which would end
      // that first, races with the daemon's own threads in 0.9.75 and ends the process then.
      let events = core.state.update { state in
        state.isStopping = true
        return Array(state.events.values)
      }
      for source in events { source.close() }
      let grace = WallClock.system.monotonic() + Int64(max(graceSeconds, 0)) * 1_000_000_000
      if !core.state.wait(until: grace, for: { $0.requests.isEmpty }) {
        abandonRequests()
      }
      core.pool.close()
      // Closing alone would leave it listening while a child process that is just being started
      // still holds a copy.
      shutdown(stopping.listening, Int32(SHUT_RDWR))
      MHD_stop_daemon(stopping.daemon)
      core.state.update { $0.isEnded = true }
      stopping.context.release()
    }
  }

  private func abandonRequests() {
    let requests = core.state.update { state in
      state.refusesWork = true
      return Array(state.requests.values)
    }
    for request in requests { request.finish(core.refusal(503)) }
    // A moment for the answers to leave; who reads slower is cut.
    _ = core.state.wait(until: WallClock.system.monotonic() + 250_000_000) { $0.requests.isEmpty }
  }
}

/// The PEM texts as C strings, kept as long as the daemon may look at them, then wiped.
private final class PEMTexts: Sendable {
  nonisolated(unsafe) let certificate: UnsafeMutablePointer<CChar>
  nonisolated(unsafe) let key: UnsafeMutablePointer<CChar>
  private let keyCount: Int

  init(_ identity: TLSIdentity) {
    certificate = copy(identity.certificatePEM)
    key = copy(identity.keyPEM)
    keyCount = identity.keyPEM.count
  }

  deinit {
    key.update(repeating: 0, count: keyCount)
    certificate.deallocate()
    key.deallocate()
  }
}

private func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
  let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
  for (index, byte) in bytes.enumerated() { text[index] = CChar(bitPattern: byte) }
  text[bytes.count] = 0
  return text
}
