import Platform
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A TCP connection on loopback that reads HTTP messages as the bytes that they are.
///
/// One thread uses it; ``hangUp(isRude:)`` may come from any.
final class WireSocket: Sendable {
  /// A message, or as much of it as came before the other side left.
  struct Message {
    /// All bytes, head first.
    var bytes: [UInt8]
    /// How many of them are the head, with its empty line.
    var headLength: Int
    /// Whether it came to its end.
    var isWhole: Bool

    /// The lines of the head.
    var head: [Substring] {
      String(decoding: bytes[..<headLength], as: UTF8.self).split(separator: "\r\n")
    }

    /// The value of a header, without regard to case.
    func header(_ name: String) -> Substring? {
      for line in head.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        if line[..<colon].lowercased() == name {
          return line[line.index(after: colon)...].drop { $0 == " " }
        }
      }
      return nil
    }

    /// The message without one header.
    func without(_ name: String) -> Message {
      guard header(name) != nil else { return self }
      let kept = head.filter { !$0.lowercased().hasPrefix(name + ":") }
      let newHead = Array((kept.joined(separator: "\r\n") + "\r\n\r\n").utf8)
      return Message(
        bytes: newHead + bytes[headLength...], headLength: newHead.count, isWhole: isWhole)
    }
  }

  private let descriptor: Int32
  private let unread = Locked<[UInt8]>([])
  private let isClosed = Locked(false)

  /// Takes a connection.
  init(descriptor: Int32) {
    self.descriptor = descriptor
    var yes: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, size)
    #if canImport(Darwin)
      setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &yes, size)
    #endif
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  /// Connects to a port on loopback.
  convenience init(port: UInt16) throws(Errno) {
    let descriptor = socket(AF_INET, WireSocket.stream, 0)
    guard descriptor >= 0 else { throw Errno.last }
    let status = WireSocket.withLoopback(port) { connect(descriptor, $0, $1) }
    guard status == 0 else {
      let error = Errno.last
      close(descriptor)
      throw error
    }
    self.init(descriptor: descriptor)
  }

  deinit { close(descriptor) }

  #if canImport(Glibc)
    static let stream = Int32(SOCK_STREAM.rawValue)
  #else
    static let stream = SOCK_STREAM
  #endif

  /// Calls with the address of a port on loopback.
  static func withLoopback<Result>(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// Ends the connection in both directions; rudely, the other side meets a reset.
  func hangUp(isRude: Bool = false) {
    isClosed.withLock { isClosed in
      guard !isClosed else { return }
      isClosed = true
      if isRude {
        // It is sent when the last reference goes.
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
          descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        return
      }
      // A reader on another thread is woken; the number stays ours until the last reference goes.
      shutdown(descriptor, Int32(SHUT_RDWR))
    }
  }

  /// Sends all bytes; false where the other side is gone.
  @discardableResult
  func send(_ bytes: some Collection<UInt8>) -> Bool {
    let bytes = Array(bytes)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        sendBytes(descriptor, buffer.baseAddress?.advanced(by: sent), buffer.count - sent)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  /// Reads one message; nothing where the other side left before its first byte.
  ///
  /// A message without a length goes on until the end of the connection where it `isAnswer`. The
  /// closure sees the head before the body is read, and says whether there may be a body.
  func read(isAnswer: Bool, onHead: (Message) -> Bool) -> Message? {
    guard let headLength = gather(until: Array("\r\n\r\n".utf8), from: 0) else {
      let rest = take(unread.withLock { $0.count })
      return rest.isEmpty ? nil : Message(bytes: rest, headLength: rest.count, isWhole: false)
    }
    var message = Message(
      bytes: unread.withLock { Array($0[..<headLength]) }, headLength: headLength, isWhole: true)
    let length: Int?
    if !onHead(message) {
      length = 0
    } else if message.header("transfer-encoding")?.lowercased() == "chunked" {
      length = gatherChunks(from: headLength)
    } else if let text = message.header("content-length"), let count = Int(text) {
      length = gather(headLength + count) ? count : nil
    } else if isAnswer {
      while receive() {}
      length = unread.withLock { $0.count } - headLength
    } else {
      length = 0
    }
    message.isWhole = length != nil
    message.bytes = take(length.map { headLength + $0 } ?? unread.withLock { $0.count })
    return message
  }

  /// The length of a chunked body, read to its end; nothing where it was cut.
  private func gatherChunks(from start: Int) -> Int? {
    var position = start
    while true {
      guard let end = gather(until: Array("\r\n".utf8), from: position) else { return nil }
      let line = unread.withLock { String(decoding: $0[position..<end - 2], as: UTF8.self) }
      guard let size = Int(line.prefix { $0 != ";" }, radix: 16) else { return nil }
      position = end + size + 2
      guard gather(position) else { return nil }
      if size == 0 { return position - start }
    }
  }

  /// Reads until a mark has come, and tells where it ends.
  private func gather(until mark: [UInt8], from start: Int) -> Int? {
    while true {
      let found = unread.withLock { $0.dropFirst(start).firstRange(of: mark)?.upperBound }
      if let found { return found }
      guard receive() else { return nil }
    }
  }

  /// Reads until so many bytes have come.
  private func gather(_ count: Int) -> Bool {
    while unread.withLock({ $0.count }) < count {
      guard receive() else { return false }
    }
    return true
  }

  private func take(_ count: Int) -> [UInt8] {
    unread.withLock { unread in
      let taken = Array(unread.prefix(count))
      unread.removeFirst(taken.count)
      return taken
    }
  }

  private func receive() -> Bool {
    var part = [UInt8](repeating: 0, count: 65536)
    var count = recv(descriptor, &part, part.count, 0)
    while count < 0, errno == EINTR { count = recv(descriptor, &part, part.count, 0) }
    guard count > 0 else { return false }
    unread.withLock { $0 += part[..<count] }
    return true
  }
}

private func sendBytes(_ socket: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  #if canImport(Darwin)
    send(socket, bytes, count, 0)
  #else
    send(socket, bytes, count, Int32(MSG_NOSIGNAL))
  #endif
}
