import Crypto
import Engine
import JSON
import Platform
import ProjectState
import Replica
import SyncCore
import SyncModel

/// The state file of Mage's own tool in a local folder, so that either program can go on.
///
/// Which bytes were written last is remembered beside the base: any others are the other tool's.
enum MageAgentRecord {
  private static let largest = 64 << 20

  /// Records how both sides stand after a run.
  static func write(for session: ProjectSession, at now: Int64) async throws {
    let observation = try await session.engine.observe()
    session.engine.keepCache(of: observation)
    let root = try await session.repoPath()
    let folder = session.folder.root
    var state = MageAgentState(repoPath: root)
    if let known = try read(folder)?.state, known.repoPath == root { state = known }
    let time = ISO8601.string(nanoseconds: now, precision: .milliseconds)
    // The other tool writes the offset in digits.
    let stamp = time.dropLast() + "+00:00"
    state.update(
      observation.reconciliation.itemsWithInSync.map { MageAgentState.Standing($0) },
      at: String(stamp))
    let bytes = state.rendered(at: String(stamp))
    // Before the file: killed in between, the one that is there still counts as ours.
    try remember(ContentDigest.of(bytes), in: session)
    try folder.replaceFile(MageAgentState.fileName, with: bytes, mode: 0o644)
  }

  /// Reads the state file with the digest of its bytes; nothing where there is none, or none that
  /// is understood.
  static func read(
    _ folder: any Directory
  ) throws(MageAgentFailure) -> (state: MageAgentState, digest: Digest)? {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try folder.readFile(MageAgentState.fileName, limit: largest)
    } catch {
      guard error == .notFound else {
        throw MageAgentFailure(
          .stopped,
          "The state file '\(MageAgentState.fileName)' in the local folder cannot be read: "
            + "\(ErrnoWords.text(error.rawValue)).",
          hint: "it must be a file; move what stands there away, and run again")
      }
      return nil
    }
    return MageAgentState(parsing: bytes).map { ($0, ContentDigest.of(bytes)) }
  }

  /// Whether a state file is one that was written, or taken over, in this folder.
  static func isOurs(_ digest: Digest, in session: ProjectSession) throws -> Bool {
    try known(in: session).contains("\(digest)")
  }

  /// Remembers a state file as written or taken over; the one before it counts as well.
  static func remember(_ digest: Digest, in session: ProjectSession) throws {
    let last = try known(in: session).prefix(1)
    try session.state.setFact(
      .companionRecords, to: (["\(digest)"] + last).joined(separator: " "))
  }

  private static func known(in session: ProjectSession) throws -> [String] {
    (try session.state.fact(.companionRecords) ?? "").split(separator: " ").map { String($0) }
  }
}
