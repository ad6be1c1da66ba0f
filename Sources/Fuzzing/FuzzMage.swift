import Engine
import HTTPClient
import MageReplica
import Platform
import Replica
import SyncModel

/// What a Mage server may answer: a look ends with an error that tells no secret, or with a tree of
/// a project, whose contents are what the tree says.
func fuzzMage(_ bytes: [UInt8]) throws {
  let server = AnsweringServer(bytes)
  let replica = try server.replica()
  try waiting {
    for _ in 0..<2 {
      let snapshot: Snapshot
      do { snapshot = try await replica.snapshot(since: nil) } catch {
        try check(error)
        return
      }
      try check(snapshot)
      try await checkContents(snapshot, of: replica)
      guard let path = snapshot.tree.entries.first?.path else { return }
      do {
        let versions = try await replica.versions(of: path)
        try promise(versions == versions.sorted(by: >), "versions out of order")
        for version in versions.prefix(2) {
          _ = try await replica.file(at: path, version: version)
        }
      } catch { try check(error) }
    }
  }
  try promise(server.count < 10_000, "\(server.count) requests")
}

private func check(_ snapshot: Snapshot) throws {
  for (left, right) in zip(snapshot.tree.entries, snapshot.tree.entries.dropFirst()) {
    try promise(left.path < right.path, "a tree out of order: \(left.path) \(right.path)")
  }
  for entry in snapshot.tree.entries {
    let isPath = (try? SyncPath(validating: entry.path.key)) == entry.path
    try promise(isPath, "a path that no project may hold: \(entry.path)")
    if let spelling = entry.spelling {
      try promise((try? SyncPath(validating: spelling)) == entry.path, "another path: \(spelling)")
    }
  }
}

private func checkContents(_ snapshot: Snapshot, of replica: MageReplica) async throws {
  let sink = MemorySink()
  var wanted: [WantedContent] = []
  for entry in snapshot.tree.entries {
    guard case .file(let file)? = entry.node else { continue }
    wanted.append(
      WantedContent(
        path: entry.path, spelling: entry.spelling, digest: file.digest, size: file.size))
  }
  do {
    let failed = try await replica.read(wanted, into: sink)
    let missing = Set(wanted.map(\.digest)).subtracting(sink.contents.keys)
    try promise(
      missing.isSubset(of: failed.map(\.content.digest)), "neither delivered nor refused")
  } catch { try check(error) }
}

private func check(_ error: any Error) throws {
  if let broken = error as? Broken { throw broken }
  guard let error = error as? ReplicaError else {
    throw Broken(description: "an error of no kind: \(error)")
  }
  try promise(!error.detail.contains(AnsweringServer.secret), "the token is told")
}

/// Runs async code on a thread of the fuzzers' own and waits for its end.
private func waiting(_ body: @escaping @Sendable () async throws -> Void) throws {
  let outcome = Monitor<Result<Void, any Error>?>(nil)
  Task(executorPreference: thread) {
    do {
      try await body()
      outcome.update { $0 = .success(()) }
    } catch {
      outcome.update { $0 = .failure(error) }
    }
  }
  try outcome.wait { $0 }.get()
}

private let thread = BlockingPool(threads: 1)

/// A server whose answers are the parts of an input.
private final class AnsweringServer: HTTPCarrier {
  static let secret = "a-token-of-the-fuzzer"
  private static let address = "http://127.0.0.1:6789"
  private static let status = """
    {"statuses":[{"repo_path":"/srv/demo","repo_path_relative":"demo","project_uuid":"u"}]}
    """
  private static let otherKind = #"{"error":{"code":500,"exception":"__init__() missing 1"}}"#

  private struct State {
    var count = 0
    var reads = 0
  }

  private let state = Locked(State())
  /// Whether the server says of itself what it should, and whether it is an open-source one.
  private let (isKnown, isOpenSource): (Bool, Bool)
  private let code: Int
  private let date: String
  private let listing: [UInt8]
  private let answers: [[UInt8]]

  init(_ bytes: [UInt8]) {
    var input = FuzzInput(bytes)
    isKnown = input.byte() % 8 != 0
    isOpenSource = input.byte() % 2 == 0
    code = input.pick([200, 200, 200, 200, 200, 200, 304, 404, 429, 500])
    let hasDate = input.byte() % 4 == 0
    var parts = input.parts(6)
    let first = parts.removeFirst()
    date =
      hasDate ? String(decoding: first, as: UTF8.self) : "Fri, 20 Nov 2026 19:03:29 GMT"
    listing = parts.removeFirst()
    answers = parts.filter { !$0.isEmpty }
  }

  /// How many requests came.
  var count: Int { state.withLock { $0.count } }

  func replica() throws -> MageReplica {
    guard let origin = Origin(url: AnsweringServer.address) else {
      throw Broken(description: "no origin")
    }
    let connection = try MageConnection(
      address: MageAddress(origin: origin),
      credential: MageCredential(token: AnsweringServer.secret, origin: origin),
      environment: MageConnection.Environment(
        transport: self, sleeper: Sleeper { _, _ in }, retry: RetryPolicy(attempts: 2),
        pool: thread))
    return MageReplica(connection: connection, options: .init(takes: { _ in true }))
  }

  func send(
    _ request: HTTPClientRequest, cancellation: CancellationFlag?,
    onBody: ((UnsafeRawBufferPointer) throws -> Void)?
  ) throws(HTTPClientError) -> HTTPClientResponse {
    let body = answer(to: request.url)
    var headers = HTTPFields()
    headers.add(name: "Date", value: date)
    headers.add(name: "ETag", value: "\"1\"")
    return HTTPClientResponse(
      status: state.withLock { $0.count } < 3 ? 200 : code, headers: headers, body: body,
      bytesReceived: body.count)
  }

  private func answer(to url: String) -> [UInt8] {
    let (number, reads) = state.withLock { state in
      state.count += 1
      return (state.count, state.reads)
    }
    if isKnown, url.hasSuffix("/api/status") { return Array(AnsweringServer.status.utf8) }
    if number < 3, isOpenSource { return Array(AnsweringServer.otherKind.utf8) }
    if url.contains("/api/files?") || url.hasSuffix("/api/browser_items") { return listing }
    guard !answers.isEmpty else { return Array("{}".utf8) }
    state.withLock { $0.reads += 1 }
    // Each answer comes twice, since a look often wants to see the same thing again.
    return answers[reads / 2 % answers.count]
  }
}
