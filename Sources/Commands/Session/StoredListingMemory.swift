import Engine
import MageReplica
import Platform
import ProjectState
import SyncModel

/// Keeps listings in a folder's `state.db`, over a connection of its own.
///
/// Like the stat cache it only saves time: where it cannot be read or stored, more is read. Only a
/// remote without revisions asks for it, so it is opened when it is first asked.
final class StoredListingMemory: ListingMemory {
  private enum Connection {
    case unopened(ProjectFolder)
    case opened(StateDatabase)
    case unusable
  }

  private let connection: Locked<Connection>

  /// The memory of a folder that is bound; elsewhere one that ends with the process.
  static func open(_ folder: ProjectFolder) throws -> any ListingMemory {
    guard try folder.hidden?.statusIfPresent(of: "state.db") != nil else {
      return TransientListingMemory()
    }
    return StoredListingMemory(folder)
  }

  private init(_ folder: ProjectFolder) {
    connection = Locked(.unopened(folder))
  }

  /// Asks the database; nothing where it cannot be used.
  private func ask<Answer>(_ body: (StateDatabase) throws -> Answer?) -> Answer? {
    connection.withLock { connection in
      if case .unopened(let folder) = connection {
        connection = (try? folder.openState(create: false)).map { .opened($0) } ?? .unusable
      }
      guard case .opened(let state) = connection else { return nil }
      return try? body(state)
    }
  }

  func listing(of project: String) -> RememberedListing {
    guard let found = ask({ try $0.listing(of: project) }) else { return RememberedListing() }
    return RememberedListing(
      tag: found.tag, dialect: found.dialect, rows: found.files.map { ListingRow($0) })
  }

  func keep(_ listing: RememberedListing, of project: String) {
    _ = ask { state in
      try state.keepListing(
        tag: listing.tag, dialect: listing.dialect,
        files: listing.rows.map { ListedFileRecord($0) }, of: project)
    }
  }

  func agreedPaths(of project: String) -> [SyncPath] {
    let base = ask { state in
      try state.target(identity: project).map { try state.base(of: $0) }
    }
    return base?.rows.map(\.path) ?? []
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
