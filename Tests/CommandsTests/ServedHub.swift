import Hub
import HubProtocol
import HubStore
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

/// A hub that this process serves on a free port: all that most tests need, without the price of a
/// process.
final class ServedHub {
  /// Its data folder.
  let data: String
  /// Its address.
  let url: String
  private let own: TemporaryFolder?
  private var store: HubStore?
  private var server: HubServer?
  private var deaf: DeafPort?

  /// Starts a hub on a data folder, which is made where it is missing.
  init(data: String) throws {
    self.data = data
    own = nil
    (store, server, url) = try ServedHub.serve(data)
  }

  /// Starts an empty hub in a folder that goes with it.
  init() throws {
    let folder = try TemporaryFolder()
    own = folder
    data = folder.path + "/hub"
    (store, server, url) = try ServedHub.serve(data)
  }

  deinit { server?.stop(graceSeconds: 0) }

  private static let environment = HubEnvironment(clock: .system, randomness: .system)

  private static func serve(_ data: String) throws -> (HubStore, HubServer, String) {
    let store = try HubStore(DataFolder(data), for: .serve, environment: environment)
    let server = try HubServer.start(
      HubConfiguration(version: "test", workers: 2), store: store, environment: environment)
    return (store, server, "http://127.0.0.1:\(server.port)")
  }

  /// Ends it: nothing answers any more, and its data is free.
  func stop() {
    let port = server?.port
    server?.stop(graceSeconds: 0)
    deaf = port.flatMap { DeafPort($0) }
    server = nil
    store = nil
    // The threads of a server that stopped end a moment later, and hold the store until then.
    let limit = WallClock.system.monotonic() + 10_000_000_000
    while WallClock.system.monotonic() < limit {
      if (try? HubStore(DataFolder(data), for: .maintain, environment: ServedHub.environment))
        != nil
      {
        return
      }
      sched_yield()
    }
  }

  /// Makes a project.
  func createProject(_ name: String) throws {
    _ = try #require(store).createProject(named: name, by: "test")
  }

  /// Makes a token, for one project or for all.
  func token(
    name: String = "ann", _ scope: TokenScope = .write, project: String? = nil
  ) throws -> String {
    let store = try #require(store)
    let bound = try project.flatMap { try store.project(named: $0) }
    return try store.createToken(
      named: name, scope: scope, project: bound, expires: nil, by: "test"
    ).text
  }

  /// Runs a verb of `syncline hub` beside it.
  func manage(_ words: [String]) async throws -> CommandRun {
    try await CommandRun.run(["hub"] + words + ["--data", data], in: "/")
  }
}
