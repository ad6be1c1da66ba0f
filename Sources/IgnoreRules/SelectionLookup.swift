/// Answers for whole paths, of a remote's listing or of the base, with the ignore files of a scan.
///
/// Paths asked in sorted order share the work for their common folders.
package struct SelectionLookup: Sendable {
  private let files: [[UInt8]: [IgnoreFile]]
  private var walk: SelectionWalk
  private var folders: [[UInt8]] = []
  /// The reason for the first folder on the way that is skipped, and its depth.
  private var skipped: (depth: Int, reason: SkipReason)?

  /// Creates a lookup; `files` by the path of their folder with a slash at its end, `[]` the root.
  package init(_ rules: SelectionRules, files: [[UInt8]: [IgnoreFile]]) {
    self.files = files
    walk = SelectionWalk(rules, files: files[[]] ?? [])
  }

  /// Whether the file at `path` takes part, and if not, why.
  package mutating func selection(ofPath path: Bytes) -> Selection {
    let names = path.split(separator: slash, omittingEmptySubsequences: false)
    guard let name = names.last else { return .selected }
    let parents = names.dropLast()
    var shared = 0
    for (folder, parent) in zip(folders, parents) {
      guard folder.elementsEqual(parent) else { break }
      shared += 1
    }
    while folders.count > shared {
      folders.removeLast()
      walk.leave()
    }
    if let depth = skipped?.depth, depth > shared { skipped = nil }
    for parent in parents.dropFirst(shared) {
      let bytes = Bytes(rebasing: parent)
      if skipped == nil,
        case .skipped(let reason) = walk.selection(of: bytes, isFolder: true)
      {
        skipped = (folders.count + 1, reason)
      }
      walk.enter(bytes, files: files[walk.folder + parent + [slash]] ?? [])
      folders.append(Array(parent))
    }
    if let skipped { return .skipped(skipped.reason) }
    return walk.selection(of: Bytes(rebasing: name), isFolder: false)
  }

  /// Whether the file at `path` takes part, and if not, why.
  package mutating func selection(ofPath path: [UInt8]) -> Selection {
    path.withUnsafeBufferPointer { selection(ofPath: $0) }
  }
}
