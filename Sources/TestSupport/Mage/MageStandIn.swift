package import JSON
package import Platform

/// A server that behaves as Mage does, in memory, with faults to order.
///
/// It follows what was observed of the real one: errors inside of status 200, missing files as empty
/// texts, line ends that change on the way, times rounded in listings, writes that readers see half
/// done. Its files are kept by their path in the project `demo`.
package final class MageStandIn: Sendable {
  /// Which of the two kinds of server it is.
  package enum Kind: String, Sendable, CaseIterable {
    case openSource
    case pro
  }

  /// A file as it lies on the server's disk.
  package struct File: Sendable {
    /// Its bytes.
    package var bytes: [UInt8]
    /// Seconds since 1970.
    package var modified: Double

    /// Describes a file.
    package init(bytes: [UInt8], modified: Double) {
      self.bytes = bytes
      self.modified = modified
    }
  }

  /// What the server does wrong, or what happens to it.
  package struct Faults: Sendable {
    /// The next reads of a path answer with these instead of the truth, one after the other.
    package var readings: [String: [MadeReading]] = [:]
    /// The next reads of a path answer with these files, whatever is in them.
    package var oddFiles: [String: [JSONValue]] = [:]
    /// Paths that are listed and cannot be read, with the code.
    package var unreadable: [String: Int] = [:]
    /// The listing names no file at all.
    package var listsNothing = false
    /// Paths that the listing leaves out.
    package var unlisted: Set<String> = []
    /// Runs just after the next listing, as somebody else's work.
    package var afterListing: (@Sendable (MageStandIn) -> Void)?
    /// Runs just before the next write or deletion of a path, as somebody else's work.
    package var beforeWrite: [String: @Sendable (MageStandIn) -> Void] = [:]
    /// Runs just after the commercial server made a path, empty.
    package var afterCreate: [String: @Sendable (MageStandIn) -> Void] = [:]
    /// Paths, the project's name included, that the listing names too.
    package var foreign: [String] = []
    /// Runs just before the next move of a path, as somebody else's work.
    package var beforeMove: [String: @Sendable (MageStandIn) -> Void] = [:]
    /// The next questions for versions, of any path, are answered with this code.
    package var refusedVersions: [Int] = []
    /// Paths that are listed without a time.
    package var timeless: Set<String> = []
    /// The next questions of the commercial server's kind are answered with this error.
    package var failingBrowse: [String] = []
    /// Paths whose next write is answered with an error, and how far it came.
    package var failingWrites: [String: Progress] = [:]
    /// Every request is answered with this instead.
    package var answer: (status: Int, body: [UInt8])?
  }

  /// How far a write came before the server failed.
  package enum Progress: Sendable, CaseIterable {
    case notBegun, emptied, halfDone, done
  }

  /// A reading that is not what the file is.
  package struct MadeReading: Sendable {
    var content: String
    var size: Int?

    /// Makes a reading up.
    package init(content: String, size: Int?) {
      self.content = content
      self.size = size
    }
  }

  /// What the server holds, and what is to go wrong.
  package struct State: Sendable {
    /// The files by their path in the project, hidden ones included.
    package var files: [String: File] = [:]
    /// The versions that were kept of files, by their path; the commercial server keeps none.
    package var versions: [String: [UInt8]] = [:]
    /// Folders that stand there without a file.
    package var folders: Set<String> = []
    /// What is to go wrong.
    package var faults = Faults()
    /// The requests so far, as `METHOD target`.
    package var requests: [String] = []
    /// The project's id, if it has one.
    package var projectID: String? = "0123456789abcdef"
    /// The password that it wants, if it wants one.
    package var password: String?
    /// Whether it says that it wants its users to sign in, or does not.
    package var tellsSignIn = true
  }

  /// Which of the two kinds of server it is.
  package let kind: Kind
  /// What it holds.
  package let state = Locked(State())
  private let now: @Sendable () -> Int64

  /// The project's folder on the server's disk.
  package static let root = "/srv/.hidden/demo"
  /// A token that opens the project.
  package static let token =
    "e30."
    + Base64.encode(
      Array(#"{"expires":1,"token":"inner-token"}"#.utf8), alphabet: .urlSafe) + ".sig"

  /// Makes a server without files, which writes by a clock in nanoseconds since 1970.
  package init(
    _ kind: Kind = .openSource, now: @escaping @Sendable () -> Int64 = { WallClock.system.now() }
  ) {
    self.kind = kind
    self.now = now
  }

  /// The server's clock, in seconds since 1970.
  var time: Double { Double(now()) / 1e9 }

  /// The server's clock as its answers tell it, cut to whole seconds.
  package var seconds: Int64 { now() / 1_000_000_000 }

  /// Writes a file as somebody at the server's disk does; `modified` in seconds since 1970.
  package func put(_ path: String, _ bytes: [UInt8]?, modified: Double? = nil) {
    let time = modified ?? time
    state.withLock { $0.files[path] = bytes.map { File(bytes: $0, modified: time) } }
  }

  /// Writes a file as somebody who uses the server's pages does: a version is kept.
  package func save(_ path: String, _ text: String, version: String) {
    put(path, Array(text.utf8))
    state.withLock { $0.versions[".file_versions/\(path)/\(version)"] = Array(text.utf8) }
  }

  /// The bytes of a file.
  package func bytes(_ path: String) -> [UInt8]? { state.withLock { $0.files[path]?.bytes } }

  /// Orders faults.
  package func order(_ change: (inout Faults) -> Void) {
    state.withLock { change(&$0.faults) }
  }
}
