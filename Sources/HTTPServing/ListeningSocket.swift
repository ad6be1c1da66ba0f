import CMicroHTTPD

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A socket that listens, and the port that it got.
struct ListeningSocket {
  let descriptor: Int32
  let port: UInt16

  /// Listens on the first address of a host that allows it.
  init(host: String, port: UInt16) throws(HTTPServerError) {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = streamSocket
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else {
      throw HTTPServerError(code: .cannotResolve)
    }
    defer { freeaddrinfo(first) }
    var failure: Int32 = EADDRNOTAVAIL
    var next: UnsafeMutablePointer<addrinfo>? = first
    while let info = next {
      next = info.pointee.ai_next
      let descriptor = socket(info.pointee.ai_family, streamSocket | closeOnExec, 0)
      guard descriptor >= 0 else {
        failure = errno
        continue
      }
      if listens(descriptor, at: info.pointee), let port = boundPort(descriptor) {
        self.descriptor = descriptor
        self.port = port
        return
      }
      failure = errno
      close(descriptor)
    }
    throw HTTPServerError(code: .cannotListen(errno: failure))
  }
}

#if canImport(Glibc)
  private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
  private let streamSocket = SOCK_STREAM
#endif

private func listens(_ descriptor: Int32, at info: addrinfo) -> Bool {
  var yes: Int32 = 1
  let size = socklen_t(MemoryLayout<Int32>.size)
  guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
    fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0,
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size) == 0
  else { return false }
  if info.ai_family == AF_INET6 {
    // `::` serves IPv4 as well, where the system allows it.
    var no: Int32 = 0
    _ = setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &no, size)
  }
  return bind(descriptor, info.ai_addr, info.ai_addrlen) == 0 && listen(descriptor, 512) == 0
}

private func boundPort(_ descriptor: Int32) -> UInt16? {
  var address = sockaddr_storage()
  var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
  return withUnsafeMutablePointer(to: &address) { storage in
    storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
      guard getsockname(descriptor, general, &length) == 0 else { return nil }
      if Int32(general.pointee.sa_family) == AF_INET6 {
        return UnsafeRawPointer(storage).load(as: sockaddr_in6.self).sin6_port.bigEndian
      }
      return UnsafeRawPointer(storage).load(as: sockaddr_in.self).sin_port.bigEndian
    }
  }
}

#if canImport(Darwin)
  private let closeOnExec: Int32 = 0
#elseif canImport(Glibc)
  private let closeOnExec = Int32(SOCK_CLOEXEC.rawValue)
#else
  private let closeOnExec = SOCK_CLOEXEC
#endif

/// The numeric text of a peer's address; an IPv4 address mapped to IPv6 is shown as IPv4.
func numericAddress(_ address: UnsafePointer<sockaddr>?) -> String {
  guard let address else { return "" }
  let isV6 = Int32(address.pointee.sa_family) == AF_INET6
  let length = isV6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
  var text = [CChar](repeating: 0, count: 64)
  let status = getnameinfo(
    address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
  guard status == 0 else { return "" }
  let name = String(
    decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  let mapped = "::ffff:"
  return name.hasPrefix(mapped) && name.contains(".") ? String(name.dropFirst(mapped.count)) : name
}
