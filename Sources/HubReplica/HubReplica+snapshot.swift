import Platform
import HTTPClient
import HubProtocol
package import Replica
import SyncModel

extension HubReplica {
  /// The most bytes of a listing, which is held in memory: about four million entries.
  private static let listingBytes = 1 << 30

  /// Looks at the whole project; with a known tree only what changed since is fetched.
  ///
  /// Fails with `HistoryRewound` when the history is not a continuation of the known one.
  package func snapshot(since known: KnownTree?) async throws -> Snapshot {
    try await perform { [self] cancellation in
      let snapshot = try look(since: known, cancellation)
      memory.withLock { $0.head = snapshot.cursor }
      return snapshot
    }
  }

  private func look(
    since known: KnownTree?, _ cancellation: CancellationFlag
  ) throws -> Snapshot {
    guard let known, let digest = TreeDigest(hex: known.cursor.fingerprint) else {
      return try wholeTree(cancellation)
    }
    do {
      guard let feed = try changes(since: known.cursor, digest, cancellation) else {
        return Snapshot(tree: known.tree, cursor: known.cursor)
      }
      if let snapshot = Self.advance(known, digest, by: feed) { return snapshot }
    } catch let refusal as HubRefusal where refusal.error.code == .historyGone {
      // Too old for the feed, or not our history any more; both are told below.
    }
    // A feed that does not fit may also mean that our own tree was wrong: the hub's tree at that
    // revision tells the two apart.
    let whole = try wholeTree(cancellation)
    if try isContinuation(whole, of: known.cursor, digest, cancellation) { return whole }
    throw HistoryRewound(known: known.cursor, found: whole)
  }

  /// Fetches what changed since a cursor, or nothing when nothing did.
  private func changes(
    since cursor: Cursor, _ digest: TreeDigest, _ cancellation: CancellationFlag
  ) throws -> ChangesFeed? {
    let tag = Wire.entityTag(revision: cursor.revision, treeDigest: digest)
    var request = HubRequest(
      path: path.appending("changes").query("since", cursor.revision),
      headers: [(Wire.Header.ifNoneMatch, tag)])
    request.maximumAnswer = Self.listingBytes
    let answer = try connection.send(request, cancellation)
    guard answer.status == 304 else {
      let feed = try decode(answer)
      guard feed.head.since == cursor.revision else {
        throw connection.notUnderstood("changes since another revision than asked")
      }
      return feed
    }
    if let id = answer.headers[Wire.Header.project] {
      memory.withLock { memory in
        memory.projectID = id
        memory.isFresh = true
      }
    }
    guard answer.headers[Wire.Header.entityTag].map({ $0 == tag }) ?? true else {
      throw connection.notUnderstood("another entity tag than asked")
    }
    return nil
  }

  /// Fetches the whole tree and compares it with its own digest.
  private func wholeTree(_ cancellation: CancellationFlag) throws -> Snapshot {
    var request = HubRequest(path: path.appending("changes"))
    request.maximumAnswer = Self.listingBytes
    let feed = try decode(try connection.send(request, cancellation))
    guard feed.head.since == nil else {
      throw connection.notUnderstood("changes where the whole tree was asked for")
    }
    let tree = Tree(sorted: feed.entries.compactMap(\.treeEntry))
    guard TreeDigest(tree) == feed.head.treeDigest else {
      throw connection.notUnderstood("the tree is not that of its digest")
    }
    return Snapshot(tree: tree, cursor: Self.cursor(feed.head))
  }

  private func decode(_ answer: HubAnswer) throws -> ChangesFeed {
    let feed: ChangesFeed
    do throws(MessageError) {
      feed = try ChangesFeed.decode(answer.body)
    } catch {
      throw connection.notUnderstood("changes: \(error)")
    }
    let isSame = memory.withLock { memory in
      defer {
        memory.projectID = feed.head.id
        memory.isFresh = true
      }
      return memory.projectID.map { $0 == feed.head.id } ?? true
    }
    guard isSame else {
      throw connection.notUnderstood("the project's id changed between two requests")
    }
    return feed
  }

  /// Applies a feed to a known tree; nothing if the two do not belong together.
  private static func advance(
    _ known: KnownTree, _ digest: TreeDigest, by feed: ChangesFeed
  ) -> Snapshot? {
    guard feed.head.revision >= known.cursor.revision else { return nil }
    var digest = digest
    for entry in feed.entries {
      digest.replace(entry.path, known.tree[entry.path]?.node, with: entry.node)
    }
    guard digest == feed.head.treeDigest else { return nil }
    // The same revision twice with different trees is a history that was replaced.
    guard feed.head.revision > known.cursor.revision || feed.entries.isEmpty else { return nil }
    let tree = known.tree.applying(
      sorted: feed.entries.map { (path: $0.path, entry: $0.treeEntry) })
    return Snapshot(tree: tree, cursor: cursor(feed.head))
  }

  /// Tells whether the history still has the known revision with the known tree.
  private func isContinuation(
    _ whole: Snapshot, of known: Cursor, _ digest: TreeDigest,
    _ cancellation: CancellationFlag
  ) throws -> Bool {
    guard let found = whole.cursor, found.revision >= known.revision else { return false }
    if found.revision == known.revision { return found.fingerprint == known.fingerprint }
    do {
      return try treeDigest(at: known.revision, cancellation) == digest
    } catch let refusal as HubRefusal
      where [.noSuchRevision, .historyGone].contains(refusal.error.code)
    {
      return false
    }
  }

  private func treeDigest(
    at revision: UInt64, _ cancellation: CancellationFlag
  ) throws -> TreeDigest {
    var digest = TreeDigest()
    var last: SyncPath?
    while true {
      var request = HubRequest(
        path: path.appending("tree").query("revision", revision).query("after", last?.key))
      request.maximumAnswer = Self.listingBytes
      let page = try connection.message(TreePage.self, request, cancellation)
      for entry in page.entries {
        if let node = entry.node { digest.add(entry.path, node) }
      }
      guard page.hasMore else { return digest }
      guard let next = page.entries.last?.path, last.map({ $0 < next }) ?? true else {
        throw connection.notUnderstood("a tree without an end")
      }
      last = next
    }
  }

  static func cursor(_ head: ChangesFeed.Head) -> Cursor {
    Cursor(revision: head.revision, fingerprint: head.treeDigest.hex)
  }
}
