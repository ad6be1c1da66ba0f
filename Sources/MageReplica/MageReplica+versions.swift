import HTTPClient
import Replica
package import SyncModel

extension MageReplica {
  /// The versions that the server kept of a file, newest first.
  ///
  /// Mage names them by the second in which they were written, and keeps the last one of each
  /// second; what was written past its API left none.
  package func versions(of path: SyncPath) async throws -> [UInt64] {
    try await connection.blocking { [self] cancellation in
      let known = try project(cancellation)
      let places = try known.dialect.versions(
        of: MageFile(path), in: known.project, cancellation)
      return places.compactMap { MageReplica.number(of: $0) }.sorted(by: >)
    }
  }

  /// The file that the server has at a path now, or had in a version; nothing where it has none.
  ///
  /// Its content can be read afterwards.
  package func file(at path: SyncPath, version: UInt64?) async throws -> TreeEntry? {
    try await connection.blocking { [self] cancellation in
      let known = try project(cancellation)
      let file = MageFile(path)
      guard let version else {
        let look = try reader(known).look(at: file, cancellation)
        switch look {
        case .missing: return nil
        case .text(let bytes, let facts): return row(file, bytes, facts).entry
        case .notText, .restless, .refused:
          return look.block.map { TreeEntry(path: path, state: .blocked($0)) }
        }
      }
      guard
        let place = try known.dialect.versions(of: file, in: known.project, cancellation).first(
          where: { MageReplica.number(of: $0) == version }),
        case .file(let text) = try known.dialect.read(
          version: place, of: known.project, cancellation)
      else { return nil }
      guard let bytes = ReadingJudge.bytes(of: text) else {
        return TreeEntry(path: path, state: .blocked(.contentNotCarried))
      }
      return row(file, bytes, text).entry
    }
  }

  private static func number(of place: String) -> UInt64? {
    place.split(separator: "/").last.flatMap { UInt64($0) }
  }
}
