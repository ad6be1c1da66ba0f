import Engine
import MageReplica
import Platform
import ProjectState
import SyncModel

/// Keeps listings in a folder's `state.db`, over a connection of its own.
///
/// Like the stat cache it only saves time: where it cannot be read or stored, more is read.
final class StoredListingMemory: ListingMemory {
  private let state: Locked<StateDatabase>

  /// Opens the memory of a folder that is bound; elsewhere one that ends with the process.
  static func open(_ folder: ProjectFolder) throws -> any ListingMemory {
    guard try folder.hidden?.statusIfPresent(of: "state.db") != nil else {
      return TransientListingMemory()
    }
    return try StoredListingMemory(folder)
  }

  private init(_ folder: ProjectFolder) throws {
    state = Locked(try folder.openState(create: false))
  }

  func listing(of project: String) -> RememberedListing {
    let found = state.withLock { state in try? state.listing(of: project) }
    guard let found else { return RememberedListing() }
    return RememberedListing(
      tag: found.tag, dialect: found.dialect, rows: found.files.map { ListingRow($0) })
  }

  func keep(_ listing: RememberedListing, of project: String) {
    state.withLock { state in
      try? state.keepListing(
        tag: listing.tag, dialect: listing.dialect,
        files: listing.rows.map { ListedFileRecord($0) }, of: project)
    }
  }

  func agreedPaths(of project: String) -> [SyncPath] {
    state.withLock { state in
      let target = try? state.target(identity: project)
      let base = target.flatMap { try? state.base(of: $0) }
      return base?.rows.map(\.path) ?? []
    }
  }
}

/// The codes under which findings are stored.
private enum FindingCode {
  static let text: Int64 = 1
  static let notText: Int64 = 2
  static let unread: Int64 = 3
}

extension ListedFileRecord {
  fileprivate init(_ row: ListingRow) {
    var content: (digest: Digest, size: UInt64)?
    let code: Int64
    switch row.finding {
    case .text(let digest, let size): (code, content) = (FindingCode.text, (digest, size))
    case .notText: code = FindingCode.notText
    case .unread: code = FindingCode.unread
    }
    self.init(
      path: row.path, spelling: row.spelling, listedSize: row.size, modified: row.modified,
      verified: row.verified, finding: code, content: content)
  }
}

extension ListingRow {
  fileprivate init(_ record: ListedFileRecord) {
    let finding: Finding =
      switch (record.finding, record.content) {
      case (FindingCode.text, let content?): .text(content.digest, size: content.size)
      case (FindingCode.notText, _): .notText
      default: .unread
      }
    self.init(
      path: record.path, spelling: record.spelling, size: record.listedSize,
      modified: record.modified, finding: finding, verified: record.verified)
  }
}
