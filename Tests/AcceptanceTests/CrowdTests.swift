import HTTPClient
import Platform
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A hub to which a thousand connections cling that never say anything whole.
@Suite struct CrowdTests {
  #if os(Linux)
    @Test func `a thousand slow and half-open connections keep nobody else waiting`() throws {
      let (stage, hub, ada) = try Stage.withProject()
      defer { withExtendedLifetime(stage) {} }
      let clone = try ada.bind("ada", to: "p", of: hub)
      try clone.write("one\n", to: "a.txt")
      try clone.run("push", "--yes").require(0)
      let port = try #require(UInt16(hub.port))
      let crowd = Crowd(port: port, count: 1000)
      #expect(crowd.count >= 950, "\(crowd.count) connections were taken")

      // While they cling, everybody else does a whole day's work.
      let start = WallClock.system.monotonic()
      for round in 0..<5 {
        crowd.drip()
        try clone.write("round \(round)\n", to: "a.txt")
        try clone.run("push", "--yes").expect(0)
        try clone.run("status").expect(0)
      }
      let seconds = (WallClock.system.monotonic() - start) / 1_000_000_000
      #expect(seconds < 20, "ten commands took \(seconds) s")
      crowd.leave()
      try clone.run("status").expect(0)
      hub.stop()
      try hub.expectClean()
      #expect(try hub.requests().allSatisfy { $0.status < 500 })
    }
  #endif
}

/// Many connections from several addresses of loopback, each stuck in another part of a request.
private final class Crowd {
  private var sockets: [Int32] = []

  /// Connects so many times; each address gets as many as a hub lets it have.
  init(port: UInt16, count: Int) {
    for number in 0..<count {
      let address: UInt32 = 0x7F00_0002 + UInt32(number / 180)
      guard let socket = Crowd.connect(to: port, from: address) else { continue }
      sockets.append(socket)
      Crowd.say(Crowd.openings[number % Crowd.openings.count], on: socket)
    }
  }

  deinit { leave() }

  /// How many connections stand.
  var count: Int { sockets.count }

  /// One byte more on each.
  func drip() {
    for socket in sockets { Crowd.say("x", on: socket) }
  }

  /// Hangs up.
  func leave() {
    for socket in sockets { close(socket) }
    sockets = []
  }

  /// Nothing at all, half a line, half a head, a body that never comes, half a body.
  private static let openings = [
    "", "G", "GET /api/v1/hub HTTP/1.1\r\nHost: 127.0.0.1\r\nX-",
    "POST /api/v1/projects HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n",
    "POST /api/v1/projects HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{\"name",
    "PUT /api/v1/projects/p/uploads/x HTTP/1.1\r\nHost: 127.0.0.1\r\n"
      + "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
  ]

  private static func connect(to port: UInt16, from address: UInt32) -> Int32? {
    #if os(Linux)
      let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    #else
      let socket = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard socket >= 0 else { return nil }
    var own = place(address, 0)
    var hub = place(0x7F00_0001, port)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isConnected =
      withUnsafePointer(to: &own) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
      } == 0
      && withUnsafePointer(to: &hub) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { systemConnect(socket, $0, length) }
      } == 0
    guard isConnected else {
      close(socket)
      return nil
    }
    return socket
  }

  private static func place(_ address: UInt32, _ port: UInt16) -> sockaddr_in {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = address.bigEndian
    return place
  }

  private static func say(_ text: String, on socket: Int32) {
    // Where the hub has hung up there is nobody to tell.
    _ = Array(text.utf8).withUnsafeBytes {
      send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
  }
}

private func systemConnect(
  _ socket: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t
) -> Int32 { connect(socket, address, length) }
