import Crypto
import Platform
import SyncModel
import Testing

/// An edit that the user made while a run was cut off.
struct UserEdit {
  /// The file.
  let name: String
  /// What it holds now.
  let text: String

  /// The digest of that.
  var digest: Digest { SHA256.hash(Array(text.utf8)) }
}

extension KillStage {
  /// Expects everything to be as an undisturbed run leaves it, but for what the user edited.
  func expectSettled(
    _ edits: [UserEdit] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try TreeListing(clone.path)
    let edited = Set(edits.map(\.name))
    let differences = found.differences(from: result).map(\.description).filter { path in
      !edited.contains { path == $0 || path.hasPrefix($0 + "/") || KillStage.isCopy(path, of: $0) }
    }
    #expect(differences.isEmpty, "\(differences.prefix(10))", sourceLocation: sourceLocation)
    for edit in edits {
      #expect(
        found.contents.contains(edit.digest), "the edit of \(edit.name) is gone",
        sourceLocation: sourceLocation)
    }
    if edits.isEmpty {
      // Nothing to do: what the hub has is what the clone has.
      try clone.run("check").expect(0, sourceLocation: sourceLocation)
    }
    try expectNothingLost(found, edits, sourceLocation: sourceLocation)
    try expectNoLitter(sourceLocation: sourceLocation)
    try hub.expectClean(sourceLocation: sourceLocation)
  }

  /// Tells whether a path has the name of a conflict copy of another.
  private static func isCopy(_ path: String, of original: String) -> Bool {
    let stem = original.prefix { $0 != "." }
    return path.hasPrefix(stem + ".conflict-")
  }

  /// Every content that the clone had is in it or in its trash, and the trash holds nothing else.
  private func expectNothingLost(
    _ found: TreeListing, _ edits: [UserEdit], sourceLocation: SourceLocation
  ) throws {
    let trash = ".syncline/trash"
    let kept = clone.has(trash) ? try TreeListing(clone.path + "/" + trash).contents : []
    let edited = Set(edits.map(\.digest))
    let all = found.contents.union(kept)
    // What the user wrote over by hand is the user's own doing.
    let superseded = Set(
      edits.compactMap { edit -> Digest? in
        if case .file(let digest, _)? = before[TreePath(edit.name)] { digest } else { nil }
      })
    let lost = before.contents.subtracting(all).subtracting(superseded)
    #expect(lost.isEmpty, "\(lost.count) contents are gone", sourceLocation: sourceLocation)
    let strange = kept.subtracting(before.contents).subtracting(edited)
      .subtracting(edits.isEmpty ? [] : result.contents)
    #expect(
      strange.isEmpty, "\(strange.count) contents in the trash never stood in the folder",
      sourceLocation: sourceLocation)
  }

  /// No name of ours is left where nobody needs it any more.
  private func expectNoLitter(sourceLocation: SourceLocation) throws {
    let files = POSIXFileSystem()
    let hidden = try files.openDirectory(path: clone.path + "/.syncline")
    let own: Set = [
      ".gitignore", "lock", "objects", "staging", "stamp", "state.db", "state.db-shm",
      "state.db-wal", "trash",
    ]
    var litter = try KillStage.names(hidden).filter { !own.contains($0) }
    for area in ["staging", "trash"] where try hidden.statusIfPresent(of: area) != nil {
      let folder = try hidden.openDirectory(area)
      for run in try KillStage.names(folder) {
        if area == "staging" {
          litter.append("staging/" + run)
        } else if try TreeListing(clone.path + "/.syncline/trash/" + run).entries.isEmpty {
          litter.append("trash/" + run)
        }
      }
    }
    litter += try TreeListing(clone.path).paths.map(\.description).filter { path in
      path.hasSuffix(".part") || path.hasSuffix(".new") || path.contains("probe-")
    }
    litter += try TreeListing(hub.data).paths.map(\.description).filter { path in
      path.contains("/uploads/") || path.hasSuffix(".tmp") || path.hasSuffix(".new")
        || path.hasSuffix(".part") || path.hasPrefix("deleted/")
    }
    #expect(litter.isEmpty, "\(litter.prefix(10))", sourceLocation: sourceLocation)
  }

  private static func names(_ folder: any Directory) throws -> [String] {
    try folder.list().byteNames.map { String(decoding: $0, as: UTF8.self) }
  }
}
