#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

#if canImport(Glibc)
  private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
  private let streamSocket = SOCK_STREAM
#endif

/// A blocking TCP socket on loopback that says exactly the bytes that a test wants said.
final class RawSocket: Sendable {
  let descriptor: Int32

  init(descriptor: Int32) {
    self.descriptor = descriptor
    // A test that waits for ever helps nobody.
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// Connects to a port on loopback.
  convenience init(port: UInt16) throws {
    let descriptor = socket(AF_INET, streamSocket, 0)
    var address = loopback(port)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw SocketError() }
    self.init(descriptor: descriptor)
  }

  deinit { close(descriptor) }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        sendBytes(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent)
      }
      if count <= 0 { return }
      sent += count
    }
  }

  /// Reads what is there, at least one byte; nil at the end or after ten silent seconds.
  func read() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return count > 0 ? Array(buffer[..<count]) : nil
  }

  /// Reads until the text has come, or the other side ended; returns all that came.
  func read(until end: String) -> String {
    var text = ""
    while !text.contains(end), let bytes = read() { text += String(decoding: bytes, as: UTF8.self) }
    return text
  }

  /// Waits until there is something to read, or the other side has ended, for so long at most.
  func hasAnswer(withinMilliseconds limit: Int32) -> Bool {
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&wanted, 1, limit) > 0
  }

  /// Reads until the other side ends.
  func readAll() -> String {
    var text = ""
    while let bytes = read() { text += String(decoding: bytes, as: UTF8.self) }
    return text
  }
}

struct SocketError: Error {}

/// A port on loopback whose connections are answered by a script, one after the other.
final class ScriptedServer: Sendable {
  let port: UInt16
  private let listening: Int32

  /// Listens, and runs each script for one connection, on a thread of its own.
  init(_ scripts: [@Sendable (RawSocket) -> Void]) throws {
    let listening = socket(AF_INET, streamSocket, 0)
    self.listening = listening
    var address = loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer -> UInt16? in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        bind(listening, general, length) == 0 && listen(listening, 16) == 0
          && getsockname(listening, general, &length) == 0
      } ? pointer.pointee.sin_port.bigEndian : nil
    }
    guard let port else { throw SocketError() }
    self.port = port
    onThread {
      for script in scripts {
        let descriptor = accept(listening, nil, nil)
        if descriptor < 0 { break }
        script(RawSocket(descriptor: descriptor))
      }
    }
  }

  /// Answers every request on one connection with the bytes, then closes it.
  convenience init(answer: String) throws {
    try self.init([
      { socket in
        _ = socket.read(until: "\r\n\r\n")
        socket.send(answer)
      }
    ])
  }

  // Not closed, since the thread may still be about to accept on that number.
  deinit { shutdown(listening, Int32(SHUT_RDWR)) }

  var url: String { "http://127.0.0.1:\(port)/" }
}

/// Runs a body on a thread of its own, so that no thread of Swift's pool is blocked.
func onThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let box = Unmanaged.passRetained(Box(body)).toOpaque()
  #if canImport(Darwin)
    var thread: pthread_t?
    pthread_create(
      &thread, nil,
      {
        Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body()
        return nil
      }, box)
    if let thread { pthread_detach(thread) }
  #else
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      {
        if let box = $0 { Unmanaged<Box>.fromOpaque(box).takeRetainedValue().body() }
        return nil
      }, box)
    pthread_detach(thread)
  #endif
}

private func loopback(_ port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}

private func sendBytes(_ socket: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  #if canImport(Darwin)
    return Darwin.send(socket, bytes, count, 0)
  #elseif canImport(Musl)
    return Musl.send(socket, bytes, count, Int32(MSG_NOSIGNAL))
  #else
    return Glibc.send(socket, bytes, count, Int32(MSG_NOSIGNAL))
  #endif
}

/// Gives the processor away for a moment.
func yieldThread() { sched_yield() }
