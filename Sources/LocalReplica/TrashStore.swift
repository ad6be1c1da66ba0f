package import Platform
import SyncModel

/// What all runs replaced and deleted: `.syncline/trash/RUN/{local,remote}/PATH`, and later states
/// of one path in `local.2/` and so on.
package struct TrashStore: Sendable {
  private static let name = "trash"
  private let state: any Directory

  /// Something that is kept.
  package struct Entry: Sendable {
    /// The run that kept it.
    package var run: String
    /// The side that it stood on: `local` or `remote`.
    package var side: String
    /// The path below that, as it is kept; possibly not UTF-8.
    package var path: [UInt8]
    /// The folder of the run that it lies in: the side's, or a numbered sibling of that.
    package var folder: String
    /// The length in bytes; of a link that of its target.
    package var size: UInt64
    /// Whether it is a link.
    package var isLink: Bool
  }

  /// Opens the trash of a held `.syncline/`; makes nothing.
  package init(state: any Directory) {
    self.state = state
  }

  /// The runs that keep something, oldest first; nothing else that lies there.
  package func runs() throws(Errno) -> [String] {
    guard let trash = try folder() else { return [] }
    return try trash.list().byteNames.compactMap { String(validating: $0, as: UTF8.self) }.sorted()
  }

  /// Everything that a run keeps, sorted by side and path.
  package func entries(of run: String) throws(Errno) -> [Entry] {
    guard let trash = try folder(), try trash.statusIfPresent(of: run)?.kind == .directory else {
      return []
    }
    let folder = try trash.openDirectory(run)
    var found: [Entry] = []
    for side in Side.allCases.map(\.rawValue) {
      for attempt in 1...99 {
        let name = attempt == 1 ? side : "\(side).\(attempt)"
        // The siblings are made in order.
        guard try folder.statusIfPresent(of: name)?.kind == .directory else { break }
        try collect(folder.openDirectory(name), prefix: [], run, side, name, &found)
      }
    }
    return found
  }

  /// Removes all that a run keeps, for ever.
  package func remove(_ run: String) throws(Errno) {
    guard let trash = try folder() else { return }
    try trash.removeTree(run)
  }

  private func folder() throws(Errno) -> (any Directory)? {
    do { return try state.openDirectory(TrashStore.name) } catch {
      if error == .notFound { return nil }
      throw error
    }
  }

  private func collect(
    _ folder: any Directory, prefix: [UInt8], _ run: String, _ side: String,
    _ top: String, _ found: inout [Entry]
  ) throws(Errno) {
    for name in try folder.list().byteNames.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let path = prefix + name
      let (status, inner) = try EntryName.with(bytes: name) {
        (name) throws(Errno) -> (FileStatus, (any Directory)?) in
        let status = try folder.status(of: name)
        return (status, status.kind == .directory ? try folder.openDirectory(name) : nil)
      }
      if let inner {
        try collect(inner, prefix: path + [UInt8(ascii: "/")], run, side, top, &found)
      } else {
        found.append(
          Entry(
            run: run, side: side, path: path, folder: top, size: status.size,
            isLink: status.kind == .link))
      }
    }
  }
}

extension LocalReplica {
  /// The trash of this folder.
  package func trashStore() throws(Errno) -> TrashStore {
    TrashStore(state: try privateFolder())
  }
}
