import Platform
import HTTPClient
import HTTPServing
import Testing

/// Gives the same byte again and again, then ends or fails.
final class Repeated: HTTPBodyReader {
  private let left: Locked<Int>
  private let fails: Bool

  init(count: Int, fails: Bool = false) {
    left = Locked(count)
    self.fails = fails
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try left.withLock { left in
      if left == 0 && fails { throw SocketError() }
      let count = min(left, buffer.count, 1000)
      for index in 0..<count { buffer[index] = 0x61 }
      left -= count
      return count
    }
  }
}

@Suite struct HTTPServerStreamTests {
  private func start(
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable () -> HTTPResponse.Body
  ) throws -> HTTPServer {
    var configuration = HTTPServerConfiguration()
    change(&configuration)
    return try HTTPServer(configuration: configuration) { _ in
      HTTPResponse(status: 200, body: body())
    }
  }

  private func get(_ server: HTTPServer) throws -> HTTPClientResponse {
    try HTTPClient().send(HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/"))
  }

  @Test func `a stream arrives whole, with its length and without`() throws {
    let known = try start { .stream(length: 300_000, Repeated(count: 300_000)) }
    let answer = try get(known)
    #expect(answer.headers["content-length"] == "300000")
    #expect(answer.body.count == 300_000)
    let unknown = try start { .stream(length: nil, Repeated(count: 300_000)) }
    let chunked = try get(unknown)
    #expect(chunked.headers["transfer-encoding"] == "chunked")
    #expect(chunked.body.count == 300_000)
  }

  @Test(arguments: [300_000, nil])
  func `a stream that fails is seen as cut, never as the end`(_ length: Int?) throws {
    let server = try start { .stream(length: length, Repeated(count: 5000, fails: true)) }
    #expect { try self.get(server) } throws: { ($0 as? HTTPClientError)?.code == .cut }
  }

  @Test func `a stream shorter than its length is seen as cut`() throws {
    let server = try start { .stream(length: 6000, Repeated(count: 5000)) }
    #expect { try self.get(server) } throws: { ($0 as? HTTPClientError)?.code == .cut }
  }

  @Test func `events reach the client as they come, and close ends the stream`() async throws {
    let closed = Gate()
    let source = EventSource(heartbeatSeconds: nil) { closed.open() }
    let server = try start { .events(source) }
    let port = server.port
    let first = Gate()
    let reading = Task {
      try await blocking {
        var seen: [UInt8] = []
        _ = try HTTPClient().send(HTTPClientRequest(url: "http://127.0.0.1:\(port)/")) {
          seen += Array($0)
          first.open()
        }
        return String(decoding: seen, as: UTF8.self)
      }
    }
    #expect(source.send(Array("data: 1\n\n".utf8)))
    await first.wait()
    #expect(source.send(Array("data: 2\n\n".utf8)))
    source.close()
    #expect(try await reading.value == "data: 1\n\ndata: 2\n\n")
    await closed.wait()
    #expect(!source.send([1]))
  }

  @Test func `a silent stream beats, and a client that left is noticed by it`() async throws {
    let closed = Gate()
    let server = try start { .events(EventSource(heartbeatSeconds: 1) { closed.open() }) }
    try await blocking {
      let socket = try RawSocket(port: server.port)
      socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(socket.read(until: ": ping\n\n").contains(": ping\n\n"))
    }
    await closed.wait()
  }

  @Test func `a client that reads too slowly is dropped`() async throws {
    let closed = Gate()
    let source = EventSource(queueBytes: 100_000, heartbeatSeconds: nil) { closed.open() }
    let server = try start { .events(source) }
    let socket = try RawSocket(port: server.port)
    socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = socket.read(until: "\r\n\r\n")
    var rounds = 0
    while source.send([UInt8](repeating: 0x61, count: 50_000)), rounds < 100_000 { rounds += 1 }
    #expect(rounds < 100_000)
    await closed.wait()
    #expect(!source.isOpen)
    server.stop(graceSeconds: 0)
  }

  @Test func `stopping ends event streams and lets running requests finish`() async throws {
    let source = EventSource(heartbeatSeconds: nil)
    let started = Gate()
    let mayEnd = Gate()
    let server = try HTTPServer { request in
      if request.rawPath == "/events" { return HTTPResponse(status: 200, body: .events(source)) }
      started.open()
      mayEnd.waitBlocking()
      return HTTPResponse(status: 200, body: .bytes(Array("done".utf8)))
    }
    let url = "http://127.0.0.1:\(server.port)"
    let events = Task {
      try await blocking { try HTTPClient().send(HTTPClientRequest(url: url + "/events")) }
    }
    source.send(Array("data: x\n\n".utf8))
    let slow = Task {
      try await blocking { try HTTPClient().send(HTTPClientRequest(url: url + "/slow")) }
    }
    await started.wait()
    // Far more than it takes: it must not run out on a machine with all else to do.
    let stopping = Task { try await blocking { server.stop(graceSeconds: 120) } }
    #expect(text(try await events.value) == "data: x\n\n")
    // Who comes now is told to come back later.
    let late = try await blocking { try HTTPClient().send(HTTPClientRequest(url: url + "/late")) }
    #expect(late.status == 503 && late.headers["connection"] == "close")
    mayEnd.open()
    #expect(text(try await slow.value) == "done")
    try await stopping.value
    server.stop(graceSeconds: 10)
    #expect { try HTTPClient().send(HTTPClientRequest(url: url + "/")) } throws: {
      ($0 as? HTTPClientError)?.code == .couldNotConnect
    }
  }

  @Test func `a stop at any moment leaves every client with an answer or an error`() async throws {
    for round in 0..<40 {
      let source = EventSource(heartbeatSeconds: nil)
      let arrived = Gate()
      let server = try HTTPServer { request in
        arrived.open()
        if request.rawPath == "/events" { return HTTPResponse(status: 200, body: .events(source)) }
        for _ in 0..<(round % 3) { yieldThread() }
        return echo(request)
      }
      let url = "http://127.0.0.1:\(server.port)"
      let clients = (0..<4).map { number in
        Task {
          try await blocking {
            let client = HTTPClient(keptHandles: 1)
            let path = number == 0 && round % 2 == 0 ? "/events" : "/"
            var request = HTTPClientRequest(method: "POST", url: url + path)
            request.body = .bytes([UInt8](repeating: 1, count: number * 50_000))
            request.totalTimeout = 20
            var answers = 0
            while let answer = try? client.send(request), answer.status == 200 { answers += 1 }
            return answers
          }
        }
      }
      await arrived.wait()
      source.send(Array("data: x\n\n".utf8))
      try await blocking { server.stop(graceSeconds: round % 2) }
      for client in clients { #expect(try await client.value < 1_000_000) }
      server.stop(graceSeconds: 1)
    }
  }

  @Test func `a handler past the grace is answered for with 503`() async throws {
    let started = Gate()
    let mayEnd = Gate()
    let server = try HTTPServer { _ in
      started.open()
      mayEnd.waitBlocking()
      return HTTPResponse(status: 200)
    }
    let url = "http://127.0.0.1:\(server.port)/"
    let answer = Task { try await blocking { try HTTPClient().send(HTTPClientRequest(url: url)) } }
    await started.wait()
    try await blocking { server.stop(graceSeconds: 0) }
    #expect(try await answer.value.status == 503)
    mayEnd.open()
  }

  @Test func `a body that is slow to come holds up no new connection`() async throws {
    let asked = Gate()
    let goOn = Gate()
    let server = try HTTPServer { request in
      HTTPResponse(
        status: 200,
        body: request.rawPath == "/slow"
          ? .stream(length: 1, Held(asked, until: goOn)) : .bytes([1, 2, 3]))
    }
    let url = "http://127.0.0.1:\(server.port)"
    async let slow = blocking {
      try HTTPClient().send(HTTPClientRequest(url: url + "/slow")).body.count
    }
    await asked.wait()
    let quick = try await blocking { () throws -> Int in
      // Opened whatever comes, or the slow one would never end.
      defer { goOn.open() }
      var request = HTTPClientRequest(url: url + "/quick")
      request.totalTimeout = 10
      return try HTTPClient().send(request).body.count
    }
    #expect(quick == 3)
    #expect(try await slow == 1)
  }
}

/// One byte that comes only when a gate opens.
private final class Held: HTTPBodyReader {
  private let asked: Gate
  private let goOn: Gate

  init(_ asked: Gate, until goOn: Gate) {
    self.asked = asked
    self.goOn = goOn
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    asked.open()
    goOn.waitBlocking()
    buffer[0] = 1
    return 1
  }
}
