import LocalReplica
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel

/// An edit that a run took out of its place unseen, and what became of it.
struct RescuedEdit {
  /// The edit, as the trash keeps it.
  var kept: KeptContent
  /// The conflict copy beside its path, if it could be made.
  var copy: SyncPath?
  /// Why it could not be made; the edit is in the trash alone then.
  var problem: BlockReason?

  /// True when a later run may be able to make the copy.
  var isPending: Bool {
    if case .unwritable? = problem { return true }
    return false
  }
}

extension Engine {
  /// Puts edits that were taken out of their places back beside them, as conflict copies.
  ///
  /// A name that other content has taken gets more digits. May be repeated: a copy that is there
  /// already is found to be.
  func giveBack(_ rescued: [KeptContent], run: String) async throws -> [RescuedEdit] {
    if settings.copiesAside { return try giveBackAside(rescued, run: run) }
    var edits = rescued.map { RescuedEdit(kept: $0) }
    var open = Array(edits.indices)
    var digits = ConflictCopy.fewestDigits
    while !open.isEmpty {
      var named: [(index: Int, copy: SyncPath)] = []
      for index in open {
        let kept = edits[index].kept
        let hex = ConflictCopy.hex(of: kept.node)
        if digits <= hex.utf8.count,
          let copy = ConflictCopy.path(
            for: kept.path, losing: .local, hex: hex, digits: digits)
        {
          named.append((index, copy))
        } else {
          edits[index].problem = .name(.nameTooLong)
        }
      }
      guard !named.isEmpty else { break }
      let origins = Dictionary(
        named.map { ($0.copy, edits[$0.index].kept.path) }, uniquingKeysWith: { first, _ in first })
      let outcome = try await local.apply(
        Batch(
          id: CommitID(run: run, counter: .max),
          changes: named.map {
            PathChange(path: $0.copy, before: nil, after: edits[$0.index].kept.node)
          }),
        contents: RescuedContents(trash: try local.trashContents(run: run), origins: origins))
      // What was not tried was not tried because the user interrupted: the next run does it.
      try Task.checkCancellation()
      open = []
      for (name, result) in zip(named, outcome.results) {
        switch result {
        case .done: edits[name.index].copy = name.copy
        case .moved, .failed(.occupiedFolder): open.append(name.index)
        case .failed(let reason): edits[name.index].problem = reason
        case .notTried: edits[name.index].problem = .changedWhileReading
        }
      }
      digits += 1
    }
    return edits
  }
}

/// The trash of a run, asked for contents under the names of their copies.
private struct RescuedContents: ContentProvider {
  let trash: any ContentProvider
  let origins: [SyncPath: SyncPath]

  func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    var original = content
    original.path = origins[content.path] ?? content.path
    return try trash.open(original, from: offset)
  }
}
