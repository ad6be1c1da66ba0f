import Platform
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Stands between clients and a real server on the wire, and does to requests what networks do.
///
/// Each connection of a client has a thread, and a connection of its own to the server. A test says
/// what happens to each request; without that everything passes.
final class FaultProxy: Sendable {
  /// A request that is about to pass.
  struct Passing: Sendable {
    /// Its place in the order of arrival, from 0.
    let number: Int
    let method: String
    /// The path with its query.
    let target: String

    /// Whether a hub that takes it makes a revision of it.
    var isCommit: Bool { method == "POST" && target.hasSuffix("/commits") }
  }

  typealias Script = @Sendable (Passing) -> WireFault?

  fileprivate struct State {
    var script: Script?
    var count = 0
    var done: [String: Int] = [:]
    var refusesUntil: Int64?
    var connections: [ObjectIdentifier: WireSocket] = [:]
    var isOver = false
  }

  /// What threads share; they must not keep the proxy itself alive.
  fileprivate final class Core: Sendable {
    let server: UInt16
    let state = Locked(State())

    init(server: UInt16) { self.server = server }
  }

  private let core: Core
  private let port: UInt16

  /// The address that clients are given.
  var url: String { "http://127.0.0.1:\(port)" }

  /// Stands before a server on loopback.
  init(before server: UInt16) throws {
    core = Core(server: server)
    let made = Monitor<UInt16?>(nil)
    try NativeThread.start { [core] in core.accept { port in made.update { $0 = port } } }
    let port = made.wait { $0 }
    guard port > 0 else { throw Errno.tooManyOpenFiles }
    self.port = port
  }

  deinit {
    let open = core.state.withLock { state in
      state.isOver = true
      return Array(state.connections.values)
    }
    for connection in open { connection.hangUp() }
  }

  /// Says what happens to requests from now on; nothing happens to any without a script.
  func play(_ script: Script?) {
    core.state.withLock { state in
      state.script = script
      state.refusesUntil = nil
    }
  }

  /// How often each kind of fault happened.
  var done: [String: Int] { core.state.withLock { $0.done } }

  /// How many requests came.
  var count: Int { core.state.withLock { $0.count } }
}

/// The one who takes connections.
extension FaultProxy.Core {
  /// Takes connections until the end; tells the port, which is 0 where there is none.
  fileprivate func accept(tell: (UInt16) -> Void) {
    guard let port = try? ListeningPort(), (try? port.listen()) != nil else { return tell(0) }
    tell(port.number)
    while !state.withLock({ $0.isOver }) {
      if let end = state.withLock({ $0.refusesUntil }), end > WallClock.system.monotonic() {
        // Whoever connects now is refused by the system itself.
        port.refuse()
        KillRounds.wait(2_000_000)
        continue
      }
      guard (try? port.listen()) != nil, let client = port.accept(withinMilliseconds: 20) else {
        continue
      }
      do {
        try NativeThread.start { self.serve(client) }
      } catch {
        client.hangUp(isRude: true)
      }
    }
  }

  private func serve(_ client: WireSocket) {
    guard register(client) else { return }
    defer {
      client.hangUp()
      state.withLock { $0.connections[ObjectIdentifier(client)] = nil }
    }
    var server: WireSocket?
    defer {
      if let server {
        server.hangUp()
        state.withLock { $0.connections[ObjectIdentifier(server)] = nil }
      }
    }
    while true {
      let request = client.read(isAnswer: false) { head in
        // The client would wait with its body for the word of a server that has not been asked yet.
        if head.header("expect") != nil { client.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
        return true
      }
      guard let request else { return }
      if server == nil {
        guard let fresh = try? WireSocket(port: self.server), register(fresh) else { return }
        server = fresh
      }
      guard let server, pass(request.without("expect"), from: client, to: server) else { return }
    }
  }

  private func register(_ socket: WireSocket) -> Bool {
    state.withLock { state in
      guard !state.isOver else { return false }
      state.connections[ObjectIdentifier(socket)] = socket
      return true
    }
  }

  /// Lets one request pass, or not; false where the connection is over.
  private func pass(
    _ request: WireSocket.Message, from client: WireSocket, to server: WireSocket
  ) -> Bool {
    guard request.isWhole else {
      // The client went away in the middle: the server sees just that.
      server.send(request.bytes)
      return false
    }
    let line = request.head.first?.split(separator: " ") ?? []
    guard line.count == 3 else { return false }
    let (method, target) = (String(line[0]), String(line[1]))
    let fault = state.withLock { state in
      let passing = FaultProxy.Passing(number: state.count, method: method, target: target)
      state.count += 1
      let fault = state.script?(passing)
      if let fault { state.done[fault.kind, default: 0] += 1 }
      return fault
    }
    let round = Round(request: request, isHead: method == "HEAD", client: client, server: server)
    if case .refuse(let milliseconds) = fault {
      state.withLock {
        $0.refusesUntil = WallClock.system.monotonic() + Int64(milliseconds) * 1_000_000
      }
      client.hangUp(isRude: true)
      return false
    }
    return round.play(fault)
  }
}

/// One request and its answer.
private struct Round {
  let request: WireSocket.Message
  let isHead: Bool
  let client: WireSocket
  let server: WireSocket

  /// Plays a fault; false where the connection is over.
  func play(_ fault: WireFault?) -> Bool {
    switch fault {
    case nil: return forward { client.send($0.bytes) }
    case .dropBefore, .refuse:
      client.hangUp(isRude: true)
      return false
    case .cutRequest(let permille):
      server.send(request.bytes.prefix(request.bytes.count * permille / 1000))
      server.hangUp(isRude: true)
      client.hangUp(isRude: true)
      return false
    case .dropAfter:
      _ = forward { _ in true }
      client.hangUp(isRude: true)
      return false
    case .cutAnswer(let permille):
      _ = forward { client.send($0.bytes.prefix($0.bytes.count * permille / 1000)) }
      return false
    case .abandon(let milliseconds):
      server.send(request.bytes)
      wait(milliseconds)
      client.hangUp(isRude: true)
      return false
    case .delay(let milliseconds):
      wait(milliseconds)
      return forward { client.send($0.bytes) }
    case .late(let milliseconds):
      return forward {
        wait(milliseconds)
        return client.send($0.bytes)
      }
    case .twice: return forward { _ in true } && forward { client.send($0.bytes) }
    case .throttle(let milliseconds):
      return forward { answer in
        let piece = max(1, answer.bytes.count / 16)
        return stride(from: 0, to: answer.bytes.count, by: piece).allSatisfy { start in
          wait(milliseconds / 16)
          return client.send(answer.bytes[start..<min(start + piece, answer.bytes.count)])
        }
      }
    case .instead(let stranger): return client.send(stranger.bytes)
    }
  }

  /// Lets the server do what is asked, and hands its answer on.
  private func forward(_ hand: (WireSocket.Message) -> Bool) -> Bool {
    guard server.send(request.bytes), var answer = answer() else { return false }
    // What only says that a body may come was said already.
    while answer.head.first?.split(separator: " ").dropFirst().first == "100" {
      guard let next = self.answer() else { return false }
      answer = next
    }
    guard hand(answer), answer.isWhole else { return false }
    return answer.header("connection")?.lowercased() != "close"
      && request.header("connection")?.lowercased() != "close"
  }

  private func answer() -> WireSocket.Message? {
    server.read(isAnswer: true) { head in
      let status = head.head.first?.split(separator: " ").dropFirst().first ?? ""
      return !isHead && !status.hasPrefix("1") && status != "204" && status != "304"
    }
  }

  private func wait(_ milliseconds: Int) { KillRounds.wait(Int64(milliseconds) * 1_000_000) }
}
