import HTTPClient
import Hub
import HubProtocol
import HubReplica
import HubStore
import Platform
import Replica
import SyncModel
import TestSupport

/// A hub of our own on a free port, with one project, `demo`, and a token that may write to it.
final class RealHub: Sendable {
  private struct Unusable: Error {}

  let store: HubStore
  let project: HubProject
  let origin: Origin
  private let server: HubServer
  private let token: String
  private let folder: TemporaryFolder
  private let commits = Locked(0)

  init(limits: HubInfo.Limits = HubInfo.Limits()) throws {
    folder = try TemporaryFolder()
    let environment = HubEnvironment(clock: .system, randomness: .system)
    store = try HubStore(
      DataFolder(folder.path + "/hub"), for: .serve, environment: environment)
    project = try store.createProject(named: "demo", by: "test")
    token = try store.createToken(
      named: "ann", scope: .write, project: nil, expires: nil, by: "test"
    ).text
    server = try HubServer.start(
      HubConfiguration(version: "test", limits: limits), store: store, environment: environment)
    guard let origin = Origin(url: "http://127.0.0.1:\(server.port)") else { throw Unusable() }
    self.origin = origin
  }

  deinit { server.stop(graceSeconds: 0) }

  func connection() throws -> HubConnection {
    try HubConnection(
      origin: origin, credential: HubCredential(token: token, origin: origin),
      environment: .init(
        transport: HTTPClient(), retry: .once, pool: BlockingPool(threads: 6)))
  }

  func replica() throws -> HubReplica {
    HubReplica(connection: try connection(), project: "demo")
  }

  /// Commits as somebody else does, past the replica under test.
  func write(_ path: String, _ bytes: [UInt8]?) throws {
    let path = try SyncPath(validating: path)
    guard let project = try store.project(named: "demo") else { throw Unusable() }
    var expected: Node?
    do {
      expected = try store.entry(at: path, revision: nil, in: project).node
    } catch HubStoreError.noSuchPath {
      expected = nil
    }
    let number = commits.withLock { count in
      count += 1
      return count
    }
    let request = CommitRequest(
      id: "other.\(number)", message: nil,
      changes: [
        .init(
          path: path, expected: expected, new: bytes.map { Sample.file($0) }, content: bytes)
      ])
    _ = try store.commit(request, author: "other", in: project)
  }

  /// The content at a path of the head; nothing if there is none.
  func bytes(_ path: String) throws -> [UInt8]? {
    guard let project = try store.project(named: "demo") else { throw Unusable() }
    do {
      let entry = try store.entry(
        at: try SyncPath(validating: path), revision: nil, in: project)
      guard let file = entry.node?.file else { return nil }
      return try store.content(file.digest, in: project).bytes(limit: 64 << 20)
    } catch HubStoreError.noSuchPath {
      return nil
    }
  }

  func subject() throws -> ReplicaUnderTest {
    ReplicaUnderTest(
      replica: try replica(), write: { [self] in try write($0, $1) },
      remove: { [self] in try write($0, nil) }, bytes: { [self] in try bytes($0) })
  }
}
