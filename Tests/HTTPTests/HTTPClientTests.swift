import Platform
import HTTPClient
import HTTPServing
import Testing

struct BadAnswer: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: String
  let code: HTTPClientError.Code

  init(_ name: String, _ bytes: String, _ code: HTTPClientError.Code) {
    testDescription = name
    self.bytes = bytes
    self.code = code
  }
}

private let ok = "HTTP/1.1 200 OK\r\n"

private let badAnswers: [BadAnswer] = [
  BadAnswer("nothing", "", .connectionLost),
  BadAnswer("a cut body", ok + "Content-Length: 100\r\n\r\nabc", .cut),
  BadAnswer("a cut chunk", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nab", .cut),
  BadAnswer("no last chunk", ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", .cut),
  BadAnswer("garbage", "\u{1}\u{2}garbage\r\n\r\n", .badResponse),
  BadAnswer(
    "huge headers",
    ok + String(repeating: "X: \(String(repeating: "y", count: 900))\r\n", count: 400),
    .tooLarge),
  BadAnswer("a huge announced length", ok + "Content-Length: 99999999999\r\n\r\nabc", .tooLarge),
]

@Suite struct HTTPClientTests {
  private func code(_ body: () throws -> HTTPClientResponse) -> HTTPClientError.Code? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? HTTPClientError)?.code
    }
  }

  @Test(arguments: badAnswers)
  func `a bad answer is an error of its kind`(_ answer: BadAnswer) throws {
    let server = try ScriptedServer(answer: answer.bytes)
    #expect(code { try HTTPClient().send(HTTPClientRequest(url: server.url)) } == answer.code)
  }

  @Test func `no redirect is followed`() throws {
    let server = try ScriptedServer(
      answer: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\nno")
    let answer = try HTTPClient().send(HTTPClientRequest(url: server.url))
    #expect(answer.status == 302)
    #expect(answer.headers["LOCATION"] == "http://127.0.0.1:1/")
    #expect(text(answer) == "no")
  }

  @Test func `interim answers are passed over`() throws {
    let server = try ScriptedServer(
      answer: "HTTP/1.1 103 Early\r\nA: 1\r\n\r\n" + ok + "B: 2\r\nContent-Length: 1\r\n\r\nx")
    let answer = try HTTPClient().send(HTTPClientRequest(url: server.url))
    #expect(answer.status == 200)
    #expect(answer.headers["a"] == nil)
    #expect(answer.headers["b"] == "2")
  }

  @Test func `bytes after the announced length are no part of the body`() throws {
    let server = try ScriptedServer(answer: ok + "Content-Length: 2\r\n\r\nabcdef")
    #expect(text(try HTTPClient().send(HTTPClientRequest(url: server.url))) == "ab")
  }

  @Test func `a silent server meets each time limit`() throws {
    let silent: @Sendable (RawSocket) -> Void = { _ = $0.readAll() }
    let server = try ScriptedServer([silent, silent])
    var request = HTTPClientRequest(url: server.url)
    request.stallTimeout = 1
    #expect(code { try HTTPClient().send(request) } == .timedOut(.stall))
    request.stallTimeout = nil
    request.totalTimeout = 0.3
    #expect(code { try HTTPClient().send(request) } == .timedOut(.total))
  }

  @Test func `a cancelled request does not wait for its time-out`() async throws {
    let arrived = Gate()
    let server = try ScriptedServer([
      {
        _ = $0.read(until: "\r\n\r\n")
        arrived.open()
        _ = $0.readAll()
      }
    ])
    let flag = CancellationFlag()
    let url = server.url
    // On threads of their own: the server gives up by itself after ten silent seconds.
    let (result, time) = try await blocking {
      let answer = Monitor<Result<HTTPClientResponse, any Error>?>(nil)
      onThread {
        let result = Result {
          try HTTPClient().send(HTTPClientRequest(url: url), cancellation: flag)
        }
        answer.update { $0 = result }
      }
      arrived.waitBlocking()
      let start = ContinuousClock.now
      flag.cancel()
      return (answer.wait { $0 }, start.duration(to: .now))
    }
    let error = #expect(throws: HTTPClientError.self) { try result.get() }
    #expect(error?.code == .cancelled && error?.requestWasSent == true)
    // The server never answers; the bound only tells cancelling from waiting for a time-out.
    #expect(time < .seconds(20))
  }

  @Test func `nobody there and bad addresses are told apart`() throws {
    let server = try HTTPServer { _ in HTTPResponse(status: 200) }
    let url = "http://127.0.0.1:\(server.port)/"
    server.stop(graceSeconds: 0)
    #expect(code { try HTTPClient().send(HTTPClientRequest(url: url)) } == .couldNotConnect)
    for url in ["ftp://host/", "http://user@host/", "file:///etc/passwd", "http://a b/", ""] {
      #expect(code { try HTTPClient().send(HTTPClientRequest(url: url)) } == .badURL)
    }
    var request = HTTPClientRequest(url: url)
    request.headers = [("X", "a\r\nY: b")]
    #expect(code { try HTTPClient().send(request) } == .badURL)
  }

  @Test func `a response beyond the limit is refused, announced or not`() throws {
    let server = try HTTPServer { _ in
      HTTPResponse(status: 200, body: .bytes([UInt8](repeating: 1, count: 2000)))
    }
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/")
    request.maxResponseBytes = 1999
    #expect(code { try HTTPClient().send(request) } == .tooLarge)
    request.maxResponseBytes = 2000
    #expect(try HTTPClient().send(request).body.count == 2000)
    let endless = try ScriptedServer(
      answer: ok + "\r\n" + String(repeating: "x", count: 3000))
    request.url = endless.url
    #expect(code { try HTTPClient().send(request) } == .tooLarge)
  }

  @Test(arguments: [302, 404, 503])
  func `a refusal has a limit of its own, whatever the answer may have`(status: Int) throws {
    let server = try HTTPServer { request in
      let size = (1 << 20) + (request.rawPath == "/over" ? 1 : 0)
      return HTTPResponse(status: status, body: .stream(length: nil, Repeated(count: size)))
    }
    let url = "http://127.0.0.1:\(server.port)"
    var request = HTTPClientRequest(url: url + "/over")
    request.maxResponseBytes = .max
    #expect(code { try HTTPClient().send(request) { _ in } } == .tooLarge)
    request.url = url + "/just"
    #expect(try HTTPClient().send(request) { _ in }.body.count == 1 << 20)
    let announced = try ScriptedServer(
      answer: "HTTP/1.1 \(status) No\r\nContent-Length: 734003200\r\n\r\n")
    request.url = announced.url
    #expect(code { try HTTPClient().send(request) { _ in } } == .tooLarge)
  }

  @Test func `a 304 may announce the length of what it does not send`() throws {
    let server = try ScriptedServer(
      answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 734003200\r\n\r\n")
    #expect(try HTTPClient().send(HTTPClientRequest(url: server.url)).status == 304)
  }

  @Test func `a receiver that throws ends the request with its error`() throws {
    struct Full: Error {}
    let server = try HTTPServer { request in
      HTTPResponse(status: request.rawPath == "/" ? 200 : 404, body: .bytes([1, 2]))
    }
    let url = "http://127.0.0.1:\(server.port)"
    #expect {
      try HTTPClient().send(HTTPClientRequest(url: url + "/")) { _ in throw Full() }
    } throws: {
      ($0 as? HTTPClientError)?.code == .callbackFailed && ($0 as? HTTPClientError)?.cause is Full
    }
    let missing = try HTTPClient().send(HTTPClientRequest(url: url + "/x")) { _ in throw Full() }
    #expect(missing.body == [1, 2])
  }

  @Test func `a stream is sent whole, and one that ends early fails`() throws {
    var configuration = HTTPServerConfiguration()
    configuration.limits.bodyBytes = { _, _ in 10 << 20 }
    let server = try HTTPServer(configuration: configuration) { request in
      HTTPResponse(status: 200, body: .bytes(request.body.bytes))
    }
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    var request = HTTPClientRequest(method: "PUT", url: "http://127.0.0.1:\(server.port)/")
    request.body = .stream(length: bytes.count, ArrayReader(bytes))
    let answer = try HTTPClient().send(request)
    #expect(answer.body == bytes)
    #expect(answer.requestWasSent)
    request.body = .stream(length: bytes.count + 1, ArrayReader(bytes))
    #expect(code { try HTTPClient().send(request) } == .callbackFailed)
    request.body = .bytes([])
    #expect(try HTTPClient().send(request).body.isEmpty)
  }

  @Test func `a kept connection that the server closed is replaced`() throws {
    let seen = Locked<[String]>([])
    let answerOnce: @Sendable (RawSocket) -> Void = { socket in
      let request = socket.read(until: "body")
      seen.withLock { $0.append(request) }
      socket.send(ok + "Content-Length: 1\r\n\r\nx")
    }
    let server = try ScriptedServer([answerOnce, answerOnce])
    let client = HTTPClient(keptHandles: 1)
    var request = HTTPClientRequest(method: "POST", url: server.url)
    for _ in 0..<2 {
      request.body = .stream(length: 4, ArrayReader(Array("body".utf8)))
      #expect(try client.send(request).status == 200)
    }
    #expect(seen.withLock { $0.count } == 2)
    #expect(!seen.withLock { $0.joined() }.contains("Expect"))
  }

  @Test func `one connection serves many requests of one client`() throws {
    var configuration = HTTPServerConfiguration()
    configuration.limits.connections = 1
    let server = try HTTPServer(configuration: configuration, handler: echo)
    let client = HTTPClient(keptHandles: 1)
    var request = HTTPClientRequest(url: "http://127.0.0.1:\(server.port)/")
    request.totalTimeout = 5
    for _ in 0..<20 { #expect(try client.send(request).status == 200) }
  }
}
