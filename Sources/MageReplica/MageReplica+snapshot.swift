import Crypto
import HTTPClient
import Platform
package import Replica
import SyncModel

extension MageReplica {
  /// Looks at the whole project: lists it, and reads what may have changed.
  ///
  /// A path that the listing no longer names is asked for by name before it counts as gone: the
  /// server has been seen to list nothing at all with every file in place.
  package func snapshot(since _: KnownTree?) async throws -> Snapshot {
    let listed = try await connection.blocking { [self] cancellation in
      try list(cancellation)
    }
    let reader = reader(listed.known)
    let unread = listed.comparison.unread.map(\.file)
    let missing = listed.comparison.missing
    let found = Locked(Findings())
    meter?.begin(.scanning, totalFiles: unread.count + missing.count)
    try await connection.forEach(unread.count + missing.count) { [self] number, cancellation in
      defer { meter?.add(files: 1) }
      if number < unread.count {
        let look = try reader.look(at: unread[number], cancellation)
        found.withLock { take(look, at: unread[number], wasListed: true, &$0) }
        return
      }
      let file = missing[number - unread.count]
      let look = try reader.look(at: file, cancellation)
      found.withLock { take(look, at: file, wasListed: false, &$0) }
    }
    try await lookAgain(listed.known, reader, found)
    return finish(listed, found.withLock { $0 })
  }

  /// Looks again at files that were listed and seemed not to be there when they were read.
  ///
  /// A file counts as gone when a listing does not name it any more; one odd answer deletes nothing.
  private func lookAgain(
    _ known: Known, _ reader: CarefulReader, _ found: Locked<Findings>
  ) async throws {
    let vanished = found.withLock { $0.vanished }
    guard !vanished.isEmpty else { return }
    let named = try await connection.blocking { cancellation -> Set<SyncPath> in
      guard
        case .files(let listed) = try known.dialect.list(known.project, since: nil, cancellation)
      else { return Set(vanished.map(\.path)) }
      return Set(listed.files.map(\.file.path))
    }
    let doubtful = vanished.filter { named.contains($0.path) }
    try await connection.forEach(doubtful.count) { [self] number, cancellation in
      let file = doubtful[number]
      let look = try reader.look(at: file, cancellation)
      found.withLock { found in
        guard look.isMissing else { return take(look, at: file, wasListed: true, &found) }
        found.blocked.append(
          TreeEntry(
            path: file.path, state: .blocked(.refused(code: "content_missing")),
            spelling: file.named))
      }
    }
  }

  /// A listing, compared with what is remembered.
  private struct Listed: Sendable {
    var known: Known
    var comparison: ListingComparison
    var unnameable: [UnnameableEntry] = []
    var tag: String?
  }

  /// What reading showed.
  private struct Findings {
    var rows: [ListingRow] = []
    var blocked: [TreeEntry] = []
    /// Files that were listed, and not there when they were read.
    var vanished: [MageFile] = []
    /// Whether what was read is all that was listed, and nothing else.
    var isAsListed = true
  }

  private func list(_ cancellation: CancellationFlag) throws -> Listed {
    let found = try projectToLookAt(cancellation)
    let takes = options.takes
    var remembered = memory.listing(of: found.project.id)
    if options.readsEverything { remembered = RememberedListing() }
    let agreed = memory.agreedPaths(of: found.project.id)
    switch try found.dialect.list(found.project, since: remembered.tag, cancellation) {
    case .unchanged:
      return Listed(
        known: found,
        comparison: ListingComparison(unchanged: remembered, agreed: agreed, takes: takes),
        tag: remembered.tag)
    case .files(let listed):
      outside.withLock { $0 = listed.outside }
      return Listed(
        known: found,
        comparison: ListingComparison(
          listed.files, memory: remembered, agreed: agreed, takes: takes),
        unnameable: listed.unnameable.map { name in
          UnnameableEntry(bytes: Array(name.text.utf8), reason: .name(name.problem))
        }, tag: listed.outside == 0 ? listed.tag : nil)
    }
  }

  /// Notes what one look showed.
  private func take(
    _ look: FileLook, at file: MageFile, wasListed: Bool, _ found: inout Findings
  ) {
    // What is neither listed nor there leaves the listing as it was.
    if look.isMissing == wasListed { found.isAsListed = false }
    switch look {
    case .missing: if wasListed { found.vanished.append(file) }
    case .restless, .refused:
      found.isAsListed = false
      if let reason = look.block {
        found.blocked.append(
          TreeEntry(path: file.path, state: .blocked(reason), spelling: file.named))
      }
    case .notText(let facts): found.rows.append(ListingRow(file, facts, .notText))
    case .text(let bytes, let facts): found.rows.append(row(file, bytes, facts))
    }
  }

  /// The row of a file that was read, with its content kept for a pull.
  func row(_ file: MageFile, _ bytes: [UInt8], _ facts: MageReading.Text) -> ListingRow {
    let digest = SHA256.hash(bytes)
    shelf.keep(bytes, digest)
    return ListingRow(file, facts, .text(digest, size: UInt64(bytes.count)))
  }

  /// Puts the tree together, and remembers what was learned.
  private func finish(_ listed: Listed, _ found: Findings) -> Snapshot {
    let rows = listed.comparison.settled + found.rows
    let twins = listed.comparison.twins
    // A tag stands for exactly these rows, or it would hide what they lack.
    let isWhole = found.isAsListed && twins.isEmpty && listed.unnameable.isEmpty
    memory.keep(
      RememberedListing(
        tag: isWhole ? listed.tag : nil, dialect: type(of: listed.known.dialect).name,
        rows: (rows + listed.comparison.others).sorted { $0.path < $1.path }),
      of: listed.known.project.id)
    var entries = rows.map(\.entry) + found.blocked
    entries += twins.map {
      TreeEntry(path: $0, state: .blocked(.nameCollision(with: $0)))
    }
    // What the rules of this look leave out is not gone: the run may have met others.
    entries += listed.comparison.unseen.map {
      TreeEntry(path: $0.path, state: .blocked(.listingIncomplete), spelling: $0.named)
    }
    let aside =
      listed.comparison.others.map(\.path) + listed.unnameable.map(\.likeness)
    let occupied = Set(aside.compactMap(\.parent)).sorted()
    return Snapshot(tree: Tree(entries), unnameable: listed.unnameable, occupied: occupied)
  }
}

extension MageFile {
  /// The spelling, where it differs from the path.
  var named: String? { spelling.utf8.elementsEqual(path.key.utf8) ? nil : spelling }
}

extension ListingRow {
  /// The row of a file that was just read.
  init(_ file: MageFile, _ facts: MageReading.Text, _ finding: Finding) {
    self.init(
      path: file.path, spelling: file.named, size: facts.size.map { UInt64(clamping: $0) },
      modified: MageTime.rounded(facts.modified), finding: finding, verified: facts.time)
  }

  /// What the row shows in a tree.
  var entry: TreeEntry {
    let state: TreeEntry.State =
      switch finding {
      case .text(let digest, let size):
        .node(.file(Node.File(digest: digest, size: size, isExecutable: nil)))
      case .notText, .unread: .blocked(.contentNotCarried)
      }
    return TreeEntry(
      path: path, state: state, modified: Timestamp(seconds: modified), spelling: spelling)
  }
}
