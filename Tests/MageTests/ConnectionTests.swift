import HTTPClient
import MageReplica
import Platform
import Replica
import TestSupport
import Testing

@Suite struct ConnectionTests {
  private func code(_ body: () async throws -> Void) async -> ReplicaError.Code? {
    do {
      try await body()
      return nil
    } catch {
      return (error as? ReplicaError)?.code
    }
  }

  @Test func `signing in gives a token that opens the project`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.state.withLock { $0.password = "open sesame" }
    let stranger = try server.connection()
    #expect(try await stranger.info().wantsSignIn == true)
    #expect(await code { try await stranger.checkAccess() } == .notAllowed)
    #expect(
      await code { _ = try await stranger.signIn(email: "a@b", password: "no") } == .notAllowed)
    let token = try await stranger.signIn(email: "a@b", password: "open sesame")
    try await server.connection(credential: token).checkAccess()
    #expect(
      await code { try await server.connection(credential: "other").checkAccess() } == .notAllowed)
  }

  @Test func `a page where the server should be is not understood`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    for status in [200, 301, 404] {
      server.order { $0.answer = (status, Array("<html>hello</html>".utf8)) }
      #expect(
        await code { _ = try await server.replica().snapshot(since: nil) } == .notUnderstood)
    }
  }

  @Test func `the base path of the address stands before every request`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    let connection = try MageConnection(
      address: MageAddress(origin: server.origin, base: "/team/a"), credential: nil,
      environment: .init(transport: HTTPClient()))
    #expect(await code { _ = try await connection.info() } == .notUnderstood)
    #expect(server.requests == ["GET /team/a/api/status"])
  }

  @Test func `a project without an id is refused`() async throws {
    let server = try StandIn()
    defer { server.stop() }
    server.state.withLock { $0.projectID = nil }
    #expect(await code { _ = try await server.replica().identity() } == .notUnderstood)
  }

  @Test func `a server that is busy is asked again with growing pauses, not for ever`()
    async throws
  {
    let server = try StandIn()
    defer { server.stop() }
    server.order { $0.answer = (503, []) }
    let pauses = Locked<[Int64]>([])
    let connection = try server.connection(pauses: pauses)
    #expect(await code { _ = try await connection.info() } == .unreachable)
    let waited = pauses.withLock { $0 }
    #expect(waited.count == 5 && waited == waited.sorted())
  }

  @Test func `an unreachable server is no empty project`() async throws {
    let server = try StandIn()
    let replica = try server.replica()
    server.stop()
    #expect(await code { _ = try await replica.snapshot(since: nil) } == .unreachable)
  }
}
