import HTTPClient
import HTTPServing
import Testing

/// Answers with what arrived: method, segments, query, length and the body itself.
@Sendable func echo(_ request: HTTPRequest) -> HTTPResponse {
  let head =
    "\(request.method) \(request.segments) "
    + "\(request.target.query.map { $0.name + "=" + $0.value }) \(request.peer)\n"
  return HTTPResponse(
    status: 200, headers: ["X-Seen": request.headers["x-ask"] ?? "-"],
    body: .bytes(Array(head.utf8) + request.body.bytes))
}

func text(_ response: HTTPClientResponse) -> String {
  String(decoding: response.body, as: UTF8.self)
}

struct MalformedRequest: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let status: Int
  let bytes: String

  init(_ name: String, _ status: Int, _ line: String, _ rest: String) {
    testDescription = name
    self.status = status
    bytes = line + " HTTP/1.1\r\n" + rest
  }
}

private let malformed: [MalformedRequest] = [
  MalformedRequest("a broken escape", 400, "GET /%zz", "Host: x\r\n\r\n"),
  MalformedRequest("an escaped NUL", 400, "GET /a%00b", "Host: x\r\n\r\n"),
  MalformedRequest("an absolute target", 400, "GET http://x/a", "Host: x\r\n\r\n"),
  MalformedRequest("no host", 400, "GET /", "\r\n"),
  MalformedRequest(
    "two lengths", 400, "POST /",
    "Host: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
  MalformedRequest(
    "a length and chunks", 400, "POST /",
    "Host: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
  MalformedRequest(
    "a header too large", 431, "GET /",
    "Host: x\r\nX: \(String(repeating: "y", count: 20_000))\r\n\r\n"),
]

private let hasAddressV6: Bool = {
  var configuration = HTTPServerConfiguration()
  configuration.host = "::1"
  return (try? HTTPServer(configuration: configuration, handler: echo)) != nil
}()

@Suite struct HTTPServerTests {
  private let client = HTTPClient()

  private func server(
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse = echo
  ) throws -> HTTPServer {
    var configuration = HTTPServerConfiguration()
    configuration.errorBody = { Array("refused \($0)".utf8) }
    change(&configuration)
    return try HTTPServer(configuration: configuration, handler: handler)
  }

  private func send(
    _ server: HTTPServer, _ target: String, method: String = "GET",
    body: HTTPClientRequest.Body = .none
  ) throws -> HTTPClientResponse {
    try client.send(
      HTTPClientRequest(
        method: method, url: "http://127.0.0.1:\(server.port)\(target)",
        headers: [("X-Ask", "why")], body: body))
  }

  @Test func `a handler sees the request as it was sent`() throws {
    let server = try server()
    let answer = try send(server, "/a%2Fb/c?x=1+2", method: "POST", body: .bytes(Array("hi".utf8)))
    #expect(answer.status == 200)
    #expect(answer.headers["x-seen"] == "why")
    #expect(text(answer) == "POST [\"a/b\", \"c\"] [\"x=1 2\"] 127.0.0.1\nhi")
    #expect(answer.requestWasSent)
    let other = try send(server, "/", method: "PROPFIND")
    #expect(text(other).hasPrefix("PROPFIND []"))
  }

  @Test func `a body beyond the route's limit is refused, announced or not`() throws {
    let server = try server {
      $0.limits.bodyBytes = { method, path in method == "PUT" && path == "/big" ? 1000 : 10 }
    }
    let body = HTTPClientRequest.Body.bytes([UInt8](repeating: 65, count: 500))
    #expect(try send(server, "/big", method: "PUT", body: body).status == 200)
    let refused = try send(server, "/small", method: "PUT", body: body)
    #expect(refused.status == 413)
    #expect(text(refused) == "refused 413")
    #expect(refused.headers["content-type"] == "application/json")
    let socket = try RawSocket(port: server.port)
    socket.send("POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    socket.send("8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n")
    #expect(socket.read(until: "refused").hasPrefix("HTTP/1.1 413"))
    let huge = try RawSocket(port: server.port)
    huge.send("POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
    #expect(huge.readAll().hasPrefix("HTTP/1.1 413"))
    #expect(server.bodyBytesInUse == 0)
  }

  @Test func `bodies share one budget and give it back`() throws {
    let server = try server {
      $0.limits.bodyBudget = 10_000
      $0.limits.bodyBytes = { _, _ in 1 << 20 }
    }
    // The first holds most of the budget, since its last byte is missing.
    let holder = try RawSocket(port: server.port)
    holder.send("POST /h HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n")
    holder.send([UInt8](repeating: 65, count: 8999))
    while server.bodyBytesInUse < 8999 { yieldThread() }
    let body = HTTPClientRequest.Body.bytes([UInt8](repeating: 66, count: 4000))
    let refused = try send(server, "/", method: "POST", body: body)
    #expect(refused.status == 503)
    #expect(refused.headers["retry-after"] == "1")
    holder.send("A")
    #expect(holder.read(until: "AAA").hasPrefix("HTTP/1.1 200"))
    while server.bodyBytesInUse > 0 { yieldThread() }
    #expect(try send(server, "/", method: "POST", body: body).status == 200)
  }

  @Test(arguments: malformed)
  func `a malformed request is refused and reaches no handler`(_ request: MalformedRequest) throws {
    let server = try server { _ in
    } handler: { _ in
      HTTPResponse(status: 200)
    }
    let socket = try RawSocket(port: server.port)
    socket.send(request.bytes)
    let head = socket.read(until: "\r\n\r\n")
    #expect(head.dropFirst("HTTP/1.1".count).hasPrefix(" \(request.status)"))
  }

  @Test(arguments: [1, 3, 12])
  func `a refusal reaches a client that is still sending`(_ megabytes: Int) throws {
    let server = try server { $0.limits.bodyBytes = { _, _ in 1000 } }
    let bytes = [UInt8](repeating: 65, count: megabytes << 20)
    for _ in 0..<2 {
      let whole = try send(server, "/", method: "POST", body: .bytes(bytes))
      #expect(whole.status == 413)
      let pieces = try send(
        server, "/", method: "POST", body: .stream(length: bytes.count, ArrayReader(bytes)))
      #expect(pieces.status == 413)
    }
  }

  @Test(.enabled(if: hasAddressV6)) func `an IPv6 address is listened on`() throws {
    let server = try server { $0.host = "::1" }
    let answer = try client.send(HTTPClientRequest(url: "http://[::1]:\(server.port)/"))
    #expect(text(answer).hasSuffix(" ::1\n"))
    let both = try self.server { $0.host = "::" }
    #expect(text(try send(both, "/")).hasSuffix(" 127.0.0.1\n"))
  }

  @Test func `requests on one connection are answered in order`() throws {
    let server = try server()
    let socket = try RawSocket(port: server.port)
    socket.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n")
    let answers = socket.read(until: "two")
    #expect(answers.contains("one"))
    #expect(answers.contains("two"))
  }

  @Test func `a HEAD answer has the length but not the body`() throws {
    let server = try server { _ in
    } handler: { _ in
      HTTPResponse(status: 200, body: .bytes(Array("12345".utf8)))
    }
    let answer = try send(server, "/", method: "HEAD")
    #expect(answer.headers["content-length"] == "5")
    #expect(answer.body.isEmpty)
  }

  @Test func `half-open requests cost no thread`() throws {
    let server = try server { $0.workers = 1 }
    let halfOpen = try (0..<50).map { _ in try RawSocket(port: server.port) }
    for (index, socket) in halfOpen.enumerated() {
      socket.send("POST / HTTP/1.1\r\nHost: x\r\n")
      if index % 2 == 0 { socket.send("Content-Length: 10\r\n\r\n1234") }
    }
    #expect(try send(server, "/").status == 200)
    #expect(halfOpen.count == 50)
  }

  @Test(arguments: ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n", "GET /"])
  func `a request that drips in is cut, in its body and in its head`(start: String) async throws {
    let server = try server {
      $0.limits.headSeconds = 1
      $0.limits.bodyWindowSeconds = 1
    }
    let rest = try await blocking {
      let socket = try RawSocket(port: server.port)
      socket.send(start)
      for _ in 0..<9 {
        socket.send("x")
        if socket.hasAnswer(withinMilliseconds: 400) { break }
      }
      return socket.readAll()
    }
    #expect(!rest.hasPrefix("HTTP/1.1 2"))
  }

  @Test func `more connections than allowed from one address are closed`() throws {
    let server = try server { $0.limits.connectionsPerAddress = 2 }
    let first = try RawSocket(port: server.port)
    let second = try RawSocket(port: server.port)
    for socket in [first, second] {
      socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(socket.read(until: "127.0.0.1\n").hasPrefix("HTTP/1.1 200"))
    }
    #expect(try RawSocket(port: server.port).readAll().isEmpty)
  }

  @Test func `a taken port is an error with its number`() throws {
    let server = try server()
    #expect {
      _ = try self.server { $0.port = server.port }
    } throws: { error in
      if case .cannotListen = (error as? HTTPServerError)?.code { return true }
      return false
    }
  }

  @Test func `many clients at once get their own answers`() async throws {
    let server = try server { $0.workers = 4 }
    let client = HTTPClient(keptHandles: 4)
    let port = server.port
    try await withThrowingTaskGroup { group in
      for worker in 0..<6 {
        group.addTask {
          try await blocking {
            for round in 0..<60 {
              let bytes = [UInt8](repeating: UInt8(round), count: (worker + 1) * round * 97)
              let answer = try client.send(
                HTTPClientRequest(
                  method: "POST", url: "http://127.0.0.1:\(port)/\(worker)", body: .bytes(bytes)))
              #expect(answer.status == 200)
              #expect(answer.body.suffix(bytes.count).elementsEqual(bytes))
            }
          }
        }
      }
      try await group.waitForAll()
    }
    while server.bodyBytesInUse > 0 { yieldThread() }
  }
}
