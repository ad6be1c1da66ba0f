import Platform
import Crypto
import HTTPServing
import HubProtocol
import HubReplica
import Replica
import SyncModel
import Testing

@Suite struct ReplicaApplyTests {
  static let digest = Sample.treeDigest(["a": "1"])

  static func batch(_ contents: [String: [UInt8]], in store: PartialContents) -> Batch {
    for content in contents.values { store.put(content, as: SHA256.hash(content)) }
    return Batch(
      id: CommitID(run: "run", counter: 1), message: "words",
      changes: contents.sorted { $0.key < $1.key }.map {
        PathChange(path: Sample.path($0.key), before: nil, after: Sample.file($0.value))
      })
  }

  static func done(_ revision: UInt64 = 5) -> HTTPResponse {
    ScriptedHub.json(
      200, CommitResponse(revision: revision, treeDigest: digest, isRepeated: false).json)
  }

  @Test func `a small push is one request that carries its contents`() async throws {
    let hub = try ScriptedHub { _, _ in Self.done() }
    let store = PartialContents()
    let batch = Self.batch(["a": [1], "b": [2, 2], "c": [1]], in: store)
    let outcome = try await hub.replica().apply(batch, contents: store)
    #expect(outcome.results == [.done, .done, .done])
    #expect(hub.asked.map(\.line) == ["POST /api/v1/projects/demo/commits"])
    let commit = try CommitRequest.decode(
      hub.asked[0].body, maximumChanges: 9, maximumInline: 3)
    #expect(commit.id == "run.1")
    #expect(commit.message == "words")
    #expect(commit.changes.map(\.content) == [[1], [2, 2], nil])
  }

  @Test func `a lost answer is answered by sending the very same commit`() async throws {
    let hub = try ScriptedHub { number, _ in
      switch number {
      case 0: ScriptedHub.cut(200, Array(#"{"revi"#.utf8), of: 100)
      case 1: ScriptedHub.json(502, [])
      default: Self.done()
      }
    }
    let store = PartialContents()
    let outcome = try await hub.replica().apply(
      Self.batch(["a": [1]], in: store), contents: store)
    #expect(outcome.results == [.done])
    #expect(hub.asked.count == 3)
    #expect(Set(hub.asked.map(\.body)).count == 1)
  }

  @Test func `paths that moved come back with what was found, and nothing was tried`()
    async throws
  {
    let found = Sample.file([9])
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.refusal(
        WireError(
          .moved, message: "",
          moved: [
            .init(path: Sample.path("b"), found: found), .init(path: Sample.path("c"), found: nil),
          ]))
    }
    let store = PartialContents()
    let outcome = try await hub.replica().apply(
      Self.batch(["a": [1], "b": [2], "c": [3]], in: store), contents: store)
    #expect(outcome.results == [.notTried, .moved(found: .node(found)), .moved(found: nil)])
    #expect(outcome.cursor == nil)
  }

  @Test(arguments: [
    (WireError.Code.impossibleTree, ChangeResult.moved(found: nil)),
    (.invalidPath, .failed(.refused(code: "invalid_path"))),
  ])
  func `paths that the tree cannot hold are named`(
    code: WireError.Code, expected: ChangeResult
  ) async throws {
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.refusal(WireError(code, message: "", paths: ["b", "elsewhere"]))
    }
    let store = PartialContents()
    let outcome = try await hub.replica().apply(
      Self.batch(["a": [1], "b": [2]], in: store), contents: store)
    #expect(outcome.results == [.notTried, expected])
  }

  @Test func `a refusal for paths of nobody is not understood as done`() async throws {
    let hub = try ScriptedHub { _, _ in
      ScriptedHub.refusal(
        WireError(.moved, message: "", moved: [.init(path: Sample.path("z"), found: nil)]))
    }
    let store = PartialContents()
    let batch = Self.batch(["a": [1]], in: store)
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await hub.replica().apply(batch, contents: store)
    }
    #expect(error?.code == .notUnderstood)
  }

  @Test(arguments: [
    (WireError.Code.commitReused, ReplicaError.Code.commitReused),
    (.notAllowed, .notAllowed), (.scope, .notAllowed), (.storageFull, .storage),
    (.malformed, .refused),
  ])
  func `what concerns all of it is an error`(
    code: WireError.Code, expected: ReplicaError.Code
  ) async throws {
    let hub = try ScriptedHub { _, _ in ScriptedHub.refusal(WireError(code, message: "")) }
    let store = PartialContents()
    let batch = Self.batch(["a": [1]], in: store)
    let error = await #expect(throws: ReplicaError.self) {
      _ = try await hub.replica().apply(batch, contents: store)
    }
    #expect(error?.code == expected)
  }

  @Test(arguments: [10, 600_000])
  func `a content that changed stops the commit and is named`(size: Int) async throws {
    let recorder = PackRecorder()
    let hub = try ScriptedHub { _, request in recorder.answer(request) }
    let store = PartialContents()
    let contents = Dictionary(
      uniqueKeysWithValues: (0..<3).map { ("f\($0)", PackSample.noise(size, seed: UInt64($0))) })
    let batch = Self.batch(contents, in: store)
    let digest = SHA256.hash(contents["f1"] ?? [])
    store.put([UInt8](repeating: 5, count: size), as: digest)
    let outcome = try await hub.replica().apply(batch, contents: store)
    #expect(outcome.results == [.notTried, .failed(.changedWhileReading), .notTried])
    #expect(!hub.asked.contains { $0.line.hasSuffix("/commits") })
    #expect(recorder.contents.withLock { $0[digest] } == nil)
  }

  @Test func `a large push sends what is missing in packs and parts, then commits`() async throws {
    let recorder = PackRecorder()
    let hub = try ScriptedHub { _, request in recorder.answer(request) }
    let store = PartialContents()
    var contents: [String: [UInt8]] = ["big": PackSample.noise(20 << 20, seed: 9)]
    for index in 0..<400 { contents["f\(index)"] = PackSample.noise(30_000, seed: UInt64(index)) }
    let batch = Self.batch(contents, in: store)
    let present = SHA256.hash(contents["f7"] ?? [])
    recorder.contents.withLock { $0[present] = contents["f7"] }
    let outcome = try await hub.replica().apply(batch, contents: store)
    #expect(outcome.results.allSatisfy { $0 == .done })
    let received = recorder.contents.withLock { $0 }
    #expect(contents.values.allSatisfy { received[SHA256.hash($0)] == $0 })
    #expect(recorder.sentTwice.withLock { $0 }.isEmpty)
    let packs = hub.asked.filter { $0.line.hasSuffix("/packs") }
    #expect(packs.count >= 2 && packs.count <= 4)
    #expect(packs.allSatisfy { $0.body.count <= 8 << 20 })
    #expect(hub.asked.filter { $0.line.hasPrefix("PUT") }.count == 3)
    #expect(hub.asked.last?.line.hasSuffix("/commits") == true)
  }

  @Test func `an upload goes on from where an earlier one was cut`() async throws {
    let recorder = PackRecorder()
    let hub = try ScriptedHub { _, request in recorder.answer(request) }
    let store = PartialContents()
    let big = PackSample.noise(20 << 20, seed: 9)
    let batch = Self.batch(["big": big], in: store)
    recorder.parts.withLock { $0[SHA256.hash(big).description] = Array(big[..<(10 << 20)]) }
    let outcome = try await hub.replica().apply(batch, contents: store)
    #expect(outcome.results == [.done])
    #expect(recorder.contents.withLock { $0[SHA256.hash(big)] } == big)
    #expect(
      hub.asked.filter { $0.line.hasPrefix("PUT") }.compactMap {
        $0.line.split(separator: "?").last
      }
        == ["offset=10485760&size=20971520", "offset=18874368&size=20971520"])
  }

  @Test func `a content that another client has sent meanwhile is not sent to its end`()
    async throws
  {
    let recorder = PackRecorder()
    let big = PackSample.noise(20 << 20, seed: 9)
    let hub = try ScriptedHub { _, request in
      guard request.method == "PUT", request.query("offset") != "0" else {
        return recorder.answer(request)
      }
      recorder.contents.withLock { $0[SHA256.hash(big)] = big }
      return ScriptedHub.json(
        200, UploadState(received: UInt64(big.count), isComplete: false).json)
    }
    let store = PartialContents()
    let outcome = try await hub.replica().apply(
      Self.batch(["big": big], in: store), contents: store)
    #expect(outcome.results == [.done])
    #expect(hub.asked.filter { $0.line.hasPrefix("PUT") }.count == 2)
  }

  @Test func `contents that a hub turns out to lack are sent and the commit is repeated`()
    async throws
  {
    let recorder = PackRecorder()
    let content = PackSample.noise(2 << 20, seed: 1)
    recorder.forgets.withLock { $0 = true }
    let hub = try ScriptedHub { _, request in recorder.answer(request) }
    let store = PartialContents()
    let outcome = try await hub.replica().apply(
      Self.batch(["f": content], in: store), contents: store)
    #expect(outcome.results == [.done])
    #expect(hub.asked.filter { $0.line.hasSuffix("/commits") }.count == 2)
  }

  @Test func `a cursor comes only with the tree that the caller knows`() async throws {
    let before = ["a": "1"]
    let after = ["a": "1", "b": "2"]
    for (revision, digest, isKnown) in [
      (UInt64(5), Sample.treeDigest(after), true),
      (6, Sample.treeDigest(["a": "1", "b": "2", "c": "3"]), false),
    ] {
      let hub = try ScriptedHub { number, _ in
        number == 0
          ? ScriptedHub.json(200, Sample.feed(before, revision: 4).json)
          : ScriptedHub.json(
            200, CommitResponse(revision: revision, treeDigest: digest, isRepeated: false).json)
      }
      let replica = try hub.replica()
      _ = try await replica.snapshot(since: nil)
      let store = PartialContents()
      let outcome = try await replica.apply(
        Self.batch(["b": Array("2".utf8)], in: store), contents: store)
      #expect(outcome.results == [.done])
      #expect(
        outcome.cursor == (isKnown ? Cursor(revision: revision, fingerprint: digest.hex) : nil))
    }
  }
}

/// Takes packs and parts like a hub, and accepts every commit whose contents it has.
final class PackRecorder: Sendable {
  let contents = Locked<[Digest: [UInt8]]>([:])
  let parts = Locked<[String: [UInt8]]>([:])
  let sentTwice = Locked<[Digest]>([])
  /// Whether the next question for missing contents is answered with none.
  let forgets = Locked(false)

  func answer(_ request: HTTPRequest) -> HTTPResponse {
    do {
      switch request.segments.dropFirst(4).first {
      case nil:
        return ScriptedHub.json(
          200, HubInfo(name: "h", version: "1", protocols: 1...1, limits: .init()).json)
      case "missing":
        let asked = try DigestList.decode(request.body.bytes, as: .asked).digests
        let forgets = forgets.withLock { forgets in
          defer { forgets = false }
          return forgets
        }
        let missing =
          forgets ? [] : asked.filter { digest in contents.withLock { $0[digest] == nil } }
        return ScriptedHub.json(200, DigestList(missing).json(.missing))
      case "packs":
        let received = try PackSample.read(request.body.bytes, piece: 1 << 16)
        for content in received { take(content) }
        return ScriptedHub.json(200, StoredContents(stored: received.count).json)
      case "uploads": return upload(request)
      default: return try commit(request)
      }
    } catch {
      return ScriptedHub.refusal(WireError(.malformed, message: "\(error)"))
    }
  }

  private func take(_ content: [UInt8]) {
    let digest = SHA256.hash(content)
    if contents.withLock({ $0.updateValue(content, forKey: digest) }) != nil {
      sentTwice.withLock { $0.append(digest) }
    }
  }

  private func upload(_ request: HTTPRequest) -> HTTPResponse {
    let name = request.segments.last ?? ""
    let received = parts.withLock { $0[name]?.count ?? 0 }
    guard request.method == "PUT" else {
      return ScriptedHub.json(
        200, UploadState(received: UInt64(received), isComplete: false).json)
    }
    guard request.query("offset") == "\(received)" else {
      return ScriptedHub.refusal(
        WireError(.wrongOffset, message: "", received: UInt64(received)))
    }
    let part = parts.withLock {
      $0[name, default: []] += request.body.bytes
      return $0[name] ?? []
    }
    if request.query("size") == "\(part.count)" { take(part) }
    return ScriptedHub.json(
      200, UploadState(received: UInt64(part.count), isComplete: false).json)
  }

  private func commit(_ request: HTTPRequest) throws -> HTTPResponse {
    let commit = try CommitRequest.decode(
      request.body.bytes, maximumChanges: 1 << 20, maximumInline: 1 << 20)
    let lacking = commit.changes.compactMap { $0.content == nil ? $0.new?.file?.digest : nil }
      .filter { digest in contents.withLock { $0[digest] == nil } }
    guard lacking.isEmpty else {
      return ScriptedHub.refusal(WireError(.missingContent, message: "", digests: lacking))
    }
    return ScriptedHub.json(
      200, CommitResponse(revision: 1, treeDigest: TreeDigest(), isRepeated: false).json)
  }
}
