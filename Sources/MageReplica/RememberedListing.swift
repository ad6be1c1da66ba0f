import Platform
package import SyncModel

/// What reading a file showed, together with the row under which the server listed it.
///
/// Sizes are bytes, times are seconds since 1970 by the server's clock.
package struct ListingRow: Hashable, Sendable {
  /// What the file was found to be.
  package enum Finding: Hashable, Sendable {
    /// A text with this content and length.
    case text(Digest, size: UInt64)
    /// Not a text that the server hands out whole.
    case notText
    /// Nobody looked, because the path takes no part.
    case unread
  }

  /// The path.
  package var path: SyncPath
  /// The server's spelling, where it differs.
  package var spelling: String?
  /// The size in the listing; nothing where the server lists none.
  package var size: UInt64?
  /// When it was written, as the listing rounds it.
  package var modified: Int64
  /// What it held.
  package var finding: Finding
  /// The server's clock when that was read.
  package var verified: Int64

  /// Describes a file that was read.
  package init(
    path: SyncPath, spelling: String? = nil, size: UInt64?, modified: Int64, finding: Finding,
    verified: Int64
  ) {
    self.path = path
    self.spelling = spelling
    self.size = size
    self.modified = modified
    self.finding = finding
    self.verified = verified
  }

  /// How many seconds a file must have been left alone before its time can be trusted.
  ///
  /// The server rounds the time of a write to a second, up or down, and tells its clock cut to one:
  /// a second write within that time may leave the same row behind.
  package static let racySeconds: Int64 = 2

  /// Whether a later write must show in the row, because the file was old when it was read.
  package var isSettled: Bool {
    finding != .unread && modified < verified - ListingRow.racySeconds
  }
}

/// What is remembered of one project's last listing.
package struct RememberedListing: Hashable, Sendable {
  /// The server's fingerprint of the listing; nothing where the rows are not exactly its own.
  package var tag: String?
  /// Which way of asking the server understood.
  package var dialect: String?
  /// All files that were listed, those that take no part included, sorted by path.
  package var rows: [ListingRow]

  /// Describes a listing.
  package init(tag: String? = nil, dialect: String? = nil, rows: [ListingRow] = []) {
    self.tag = tag
    self.dialect = dialect
    self.rows = rows
  }
}

/// Keeps what was learned from listings between two runs.
///
/// A help for speed alone: with nothing in it every file is read again.
package protocol ListingMemory: Sendable {
  /// The last listing of a project; empty where none is known.
  func listing(of project: String) -> RememberedListing
  /// Keeps a listing in place of the last one. What cannot be kept is left out without an error.
  func keep(_ listing: RememberedListing, of project: String)
  /// Paths that both sides agreed on: their absence from a listing has to be confirmed too.
  func agreedPaths(of project: String) -> [SyncPath]
}

/// Remembers listings as long as the process lives.
package final class TransientListingMemory: ListingMemory {
  private let listings = Locked<[String: RememberedListing]>([:])

  /// Makes an empty memory.
  package init() {}

  package func listing(of project: String) -> RememberedListing {
    listings.withLock { $0[project] } ?? RememberedListing()
  }

  package func keep(_ listing: RememberedListing, of project: String) {
    listings.withLock { $0[project] = listing }
  }

  package func agreedPaths(of project: String) -> [SyncPath] { [] }
}
