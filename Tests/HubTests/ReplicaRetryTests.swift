import HTTPClient
import HTTPServing
import HubProtocol
import HubReplica
import Platform
import Replica
import SyncModel
import Synchronization
import Testing

@Suite struct ReplicaRetryTests {
  static let info = ProjectInfo(name: "demo", id: "p1", revision: 0, entries: 0)

  @Test(arguments: [429, 500, 502, 503, 504])
  func `is done for what may go away, with growing pauses`(status: Int) async throws {
    let hub = try ScriptedHub { number, _ in
      number < 3
        ? ScriptedHub.json(status, Array("{}".utf8)) : ScriptedHub.json(200, Self.info.json)
    }
    #expect(try await hub.replica().identity().id == "p1")
    let pauses = hub.pauses.withLock { $0 }
    #expect(pauses.count == 3)
    #expect(
      pauses.enumerated().allSatisfy { index, pause in
        (125_000_000 << Int64(index)..<250_000_000 << Int64(index)).contains(pause)
      })
  }

  @Test(arguments: [400, 401, 403, 404, 409, 413, 422, 507])
  func `is never done for what will not change`(status: Int) async throws {
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.json(status, WireError(.malformed, message: "").json)
    }
    await #expect(throws: ReplicaError.self) { _ = try await hub.replica().identity() }
    #expect(hub.asked.count == 1)
  }

  @Test func `ends after six attempts with an error that says it may work later`() async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.json(503, Array("{}".utf8)) }
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await hub.replica().identity()
    }
    #expect(error?.code == .unreachable)
    #expect(error?.isRetriable == true)
    #expect(hub.asked.count == 6)
  }

  @Test func `waits as long as the hub asks, unless that is too long`() async throws {
    let hub = try ScriptedHub { number, _ in
      switch number {
      case 0: ScriptedHub.refusal(WireError(.slowDown, message: ""), ["Retry-After": "7"])
      case 1: ScriptedHub.refusal(WireError(.busy, message: ""), ["Retry-After": "9000"])
      default: ScriptedHub.json(200, Self.info.json)
      }
    }
    await #expect(throws: ReplicaError.self) { _ = try await hub.replica().identity() }
    #expect(hub.pauses.withLock { $0 } == [7_000_000_000])
  }

  @Test func `is done when an answer was cut`() async throws {
    let hub = try ScriptedHub { number, _ in
      number == 0
        ? ScriptedHub.cut(200, Array(#"{"name":"#.utf8), of: 500)
        : ScriptedHub.json(200, Self.info.json)
    }
    #expect(try await hub.replica().identity().id == "p1")
    #expect(hub.asked.count == 2)
  }

  @Test func `a hub that is down is unreachable`() async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.page }
    let replica = try hub.replica()
    hub.stop()
    let error = await #expect(throws: ReplicaError.self) { _ = try await replica.identity() }
    #expect(error?.code == .unreachable)
    #expect(hub.pauses.withLock { $0.count } == 5)
  }

  @Test func `pauses are random within bounds, and the total ends them`() {
    var backoff = Backoff(
      RetryPolicy(attempts: 100, firstPause: 100, longestPause: 1000, total: 10_000),
      randomness: .seeded(7), start: 0)
    var now: Int64 = 0
    var pauses: [Int64] = []
    while let pause = backoff.pause(after: now) {
      pauses.append(pause)
      now += pause
    }
    #expect(now <= 10_000)
    #expect(pauses.count > 10)
    #expect(pauses.allSatisfy { $0 >= 50 && $0 < 1000 })
    #expect(Set(pauses).count > 5)
  }

  @Test func `progress forgets failures and the time that passed before it`() {
    var backoff = Backoff(
      RetryPolicy(attempts: 100, firstPause: 100, longestPause: 100, total: 1000),
      randomness: .seeded(7), start: 0)
    for hour: Int64 in 1...10 {
      let now = hour * 3_600_000_000_000
      backoff.progressed(at: now)
      #expect(backoff.pause(after: now + 900) != nil)
      #expect(backoff.pause(after: now + 1000) == nil)
    }
  }

  @Test func `progress allows as many attempts again`() {
    var backoff = Backoff(
      RetryPolicy(attempts: 2, firstPause: 100), randomness: .seeded(7), start: 0)
    for _ in 0..<10 {
      #expect(backoff.pause(after: 0) != nil)
      backoff.progressed(at: 0)
    }
    #expect(backoff.pause(after: 0) != nil)
    #expect(backoff.pause(after: 0) == nil)
  }
}

@Suite struct ReplicaConnectionTests {
  @Test func `send the token to its own origin only`() throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.page }
    let other = try #require(Origin(url: "https://other.example"))
    #expect(throws: ReplicaError.self) {
      _ = try HubConnection(
        origin: hub.origin, credential: HubCredential(token: "t", origin: other),
        environment: .init(transport: HTTPClient()))
    }
    #expect("\(HubCredential(token: "slt_x", origin: other))" == "token for https://other.example")
  }

  @Test func `over plain HTTP are for this machine, unless allowed`() throws {
    let origin = try #require(Origin(url: "http://hub.example"))
    #expect(throws: ReplicaError.self) {
      _ = try HubConnection(
        origin: origin, credential: nil, environment: .init(transport: HTTPClient()))
    }
    _ = try HubConnection(
      origin: origin, credential: nil,
      environment: .init(transport: HTTPClient(), allowsPlainHTTP: true))
  }

  @Test func `carry token and version, and never follow a redirect`() async throws {
    let hub = try ScriptedHub { _, _ in
      HTTPResponse(status: 302, headers: ["Location": "http://127.0.0.1:1/"])
    }
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await hub.replica().identity()
    }
    #expect(error?.code == .notUnderstood)
    #expect(error?.detail.contains("slt_secret") == false)
    #expect(hub.asked.map(\.line) == ["GET /api/v1/projects/demo"])
    #expect(hub.asked[0].headers["Authorization"] == "Bearer slt_secret")
    #expect(hub.asked[0].headers["Syncline-Protocol"] == "1")
  }

  @Test(arguments: [
    "-9223372036854775808", "9223372036854775807", "99999999999999999999", "-1", "3", "1.0",
  ])
  func `refuse a hub of any other version, whatever number it tells`(version: String) async throws {
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.told(version, 200, ReplicaRetryTests.info.json)
    }
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await hub.replica().identity()
    }
    #expect(error?.code == .notUnderstood)
  }

  @Test(arguments: ["0", "1", "2"])
  func `understand a hub one version apart`(version: String) async throws {
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.told(version, 200, ReplicaRetryTests.info.json)
    }
    #expect(try await hub.replica().identity().id == "p1")
  }

  @Test(arguments: [
    (WireError.Code.notAllowed, ReplicaError.Code.notAllowed), (.scope, .notAllowed),
    (.unsupportedProtocol, .notUnderstood), (.storageFull, .storage), (.malformed, .refused),
  ])
  func `say what kind of trouble it is`(
    code: WireError.Code, expected: ReplicaError.Code
  ) async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.refusal(WireError(code, message: "why")) }
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await hub.replica().identity()
    }
    #expect(error?.code == expected)
  }

  @Test func `tell the hub's clock`() async throws {
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.json(200, ReplicaRetryTests.info.json, ["Syncline-Time": "1790000000000000001"])
    }
    let identity = try await hub.replica().identity()
    #expect(identity.clock == Timestamp(nanoseconds: 1_790_000_000_000_000_001))
  }

  @Test func `end soon after their task is cancelled`() async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.json(503, []) }
    let replica = try hub.replica()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await replica.identity()
    }
    let error = await #expect(throws: ReplicaError.self) { _ = try await task.value }
    #expect(error?.code == .cancelled)
  }

  @Test(arguments: [
    ("http://localhost:8080/demo", "http://localhost:8080", "demo"),
    ("https://Hub.example/my%20project/", "https://hub.example", "my project"),
    ("https://[::1]:9/%C3%A9", "https://[::1]:9", "é"),
  ])
  func `addresses name an origin and a project`(
    text: String, origin: String, project: String
  ) throws {
    let address = try HubAddress(text)
    #expect(address.origin.description == origin)
    #expect(address.project == project)
    #expect(try HubAddress(address.description) == address)
  }

  @Test(arguments: [
    ("ftp://x/p", HubAddress.Problem.notAnAddress), ("x/p", .notAnAddress),
    ("http://u:p@x/p", .notAnAddress), ("http://x", .noProject), ("http://x/", .noProject),
    ("http://x/a/b", .noProject), ("http://x/a%2Fb", .badProject), ("http://x/..", .badProject),
    ("http://x/%2e%2e", .badProject), ("http://x/%zz", .badProject),
    ("http://x/%ff", .badProject), ("http://x/a%00", .badProject), ("http://x/p?q", .hasQuery),
    ("http://x/p#f", .hasQuery),
  ])
  func `other addresses are refused`(text: String, problem: HubAddress.Problem) {
    #expect(throws: problem) { _ = try HubAddress(text) }
  }
}
