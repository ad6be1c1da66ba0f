import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A port on loopback that stays ours, and that takes connections or refuses them.
///
/// One thread uses it.
final class ListeningPort {
  /// Its number.
  let number: UInt16
  /// Bound and never listening: the system gives the number to nobody while we refuse.
  private let reservation: Int32
  private var listening: Int32?

  /// Takes a free port, which refuses at first.
  init() throws(Errno) {
    let descriptor = try ListeningPort.bound(to: 0)
    reservation = descriptor
    var own = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &own) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    number = own.sin_port.bigEndian
  }

  deinit {
    refuse()
    close(reservation)
  }

  private static func bound(to number: UInt16) throws(Errno) -> Int32 {
    let descriptor = socket(AF_INET, WireSocket.stream, 0)
    guard descriptor >= 0 else { throw Errno.last }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    var yes: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size)
    #if canImport(Darwin)
      setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &yes, size)
    #endif
    guard WireSocket.withLoopback(number, { bind(descriptor, $0, $1) }) == 0 else {
      let error = Errno.last
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// Refuses whoever connects from now on.
  func refuse() {
    if let listening { close(listening) }
    listening = nil
  }

  /// Takes whoever connects from now on.
  func listen() throws(Errno) {
    guard listening == nil else { return }
    let descriptor = try ListeningPort.bound(to: number)
    guard systemListen(descriptor) == 0 else {
      let error = Errno.last
      close(descriptor)
      throw error
    }
    listening = descriptor
  }

  /// The next connection; nothing where none comes for so long.
  func accept(withinMilliseconds limit: Int32) -> WireSocket? {
    guard let listening else { return nil }
    var wanted = pollfd(fd: listening, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, limit) > 0 else { return nil }
    let client = systemAccept(listening)
    return client >= 0 ? WireSocket(descriptor: client) : nil
  }
}

/// `accept(2)`, under a name that the method of the same name does not hide.
private func systemAccept(_ descriptor: Int32) -> Int32 { accept(descriptor, nil, nil) }

/// `listen(2)`, under a name that the method of the same name does not hide.
private func systemListen(_ descriptor: Int32) -> Int32 { listen(descriptor, 64) }
