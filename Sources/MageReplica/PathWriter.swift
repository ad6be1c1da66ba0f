import Crypto
import HTTPClient
import Replica
import SyncModel

/// Makes one change on a server that knows no conditions but one: that a new file must not exist.
///
/// What it replaces is read and compared first, what it wrote is read back. Between the two lies
/// the time of one request, in which somebody else may write; the versions that the server keeps of
/// each file tell afterwards.
struct PathWriter {
  /// What became of one change.
  struct Outcome {
    var result: ChangeResult
    /// The file as it was read last, where that is known.
    var text: (bytes: [UInt8], facts: MageReading.Text)?
    /// Versions that somebody wrote in between, by their paths on the server.
    var overtaken: [String] = []

    init(
      _ result: ChangeResult, text: (bytes: [UInt8], facts: MageReading.Text)? = nil,
      overtaken: [String] = []
    ) {
      self.result = result
      self.text = text
      self.overtaken = overtaken
    }
  }

  let reader: CarefulReader
  let cancellation: CancellationFlag

  private var dialect: any MageDialect { reader.dialect }
  private var project: MageProject { reader.project }

  /// Makes a change whose new content, if it has one, is verified and one that the server keeps.
  func make(_ change: PathChange, _ bytes: [UInt8]?) throws -> Outcome {
    let file = MageFile(change.path, spelling: change.spelling)
    switch (change.node.before, bytes) {
    case (nil, let bytes?): return try create(file, bytes)
    case (let before?, let bytes?): return try replace(file, before, bytes)
    case (let before?, nil): return try delete(file, before)
    case (nil, nil): return Outcome(.done)
    }
  }

  private func create(_ file: MageFile, _ bytes: [UInt8]) throws -> Outcome {
    if !dialect.createsExclusively {
      switch try reader.look(at: file, cancellation) {
      case .missing: break
      case let look: return settled(look, wanted: bytes)
      }
    }
    var trouble: MageTrouble?
    var isBegun = false
    for _ in 0..<2 {
      do {
        if isBegun {
          try dialect.replace(file, bytes, in: project, cancellation)
        } else if case .exists = try dialect.create(file, bytes, in: project, cancellation) {
          return settled(try reader.holds(file, bytes, cancellation), wanted: bytes)
        }
        trouble = nil
      } catch {
        trouble = try MageTrouble(error)
      }
      let look = try reader.holds(file, bytes, cancellation)
      if trouble != nil, PathWriter.isCut(look, of: bytes) {
        isBegun = true
        continue
      }
      guard case .missing = look else { return settled(look, wanted: bytes) }
      guard let found = trouble else { return Outcome(.moved(found: nil)) }
      // A folder may stand there: one that deletions have emptied is no longer anybody's.
      if found.mayBeFolder, try !makeRoom(for: file) { return Outcome(.failed(.occupiedFolder)) }
    }
    return Outcome(.failed(trouble?.reason ?? .changedWhileReading))
  }

  private func replace(_ file: MageFile, _ before: Node, _ bytes: [UInt8]) throws -> Outcome {
    let known = try dialect.versions(of: file, in: project, cancellation)
    let old: [UInt8]
    switch try reader.look(at: file, cancellation) {
    case .text(let found, let facts):
      if found == bytes { return Outcome(.done, text: (found, facts)) }
      guard SHA256.hash(found) == before.file?.digest else {
        return settled(.text(found, facts), wanted: bytes)
      }
      old = found
    case let look: return settled(look, wanted: bytes)
    }
    var trouble: MageTrouble?
    for _ in 0..<2 {
      do {
        try dialect.replace(file, bytes, in: project, cancellation)
        trouble = nil
      } catch {
        trouble = try MageTrouble(error)
      }
      let look = try reader.holds(file, bytes, cancellation)
      if trouble != nil {
        if case .text(let found, _) = look, found == old { continue }
        if PathWriter.isCut(look, of: bytes) { continue }
      }
      var outcome = settled(look, wanted: bytes)
      outcome.overtaken = try overtaken(file, since: known, sparing: [old, bytes])
      return outcome
    }
    return Outcome(.failed(trouble?.reason ?? .changedWhileReading))
  }

  private func delete(_ file: MageFile, _ before: Node) throws -> Outcome {
    let known = try dialect.versions(of: file, in: project, cancellation)
    let old: [UInt8]
    switch try reader.look(at: file, cancellation) {
    case .missing: return Outcome(.done)
    case .text(let found, let facts):
      guard SHA256.hash(found) == before.file?.digest else {
        return Outcome(.moved(found: state(found)), text: (found, facts))
      }
      old = found
    case let look: return settled(look, wanted: nil)
    }
    var trouble: MageTrouble?
    for _ in 0..<2 {
      do {
        try dialect.delete(file, in: project, cancellation)
        trouble = nil
      } catch {
        trouble = try MageTrouble(error)
      }
      let look = try reader.look(at: file, cancellation)
      if case .text(let found, _) = look, found == old, trouble != nil { continue }
      var outcome = settled(look, wanted: nil)
      outcome.overtaken = try overtaken(file, since: known, sparing: [old])
      return outcome
    }
    return Outcome(.failed(trouble?.reason ?? .changedWhileReading))
  }

  /// What a look means for a change after which the file should hold certain bytes, or be gone.
  private func settled(_ look: FileLook, wanted: [UInt8]?) -> Outcome {
    switch look {
    case .missing: Outcome(wanted == nil ? .done : .moved(found: nil))
    case .text(let bytes, let facts):
      Outcome(
        bytes == wanted ? .done : .moved(found: state(bytes)), text: (bytes, facts))
    case .notText, .restless, .refused: Outcome(.moved(found: look.block.map { .blocked($0) }))
    }
  }

  /// Whether a file shows how far a write of ours came that the server did not finish.
  private static func isCut(_ look: FileLook, of bytes: [UInt8]) -> Bool {
    guard case .text(let found, _) = look else { return false }
    return found.count < bytes.count && bytes.starts(with: found)
  }

  private func state(_ bytes: [UInt8]) -> TreeEntry.State { .node(MageReplica.node(bytes)) }

  /// Versions that are neither what was there nor what was written.
  ///
  /// The server names versions by whole seconds, and keeps the last of each: one that ours replaced
  /// within its second cannot be seen.
  private func overtaken(
    _ file: MageFile, since known: [String], sparing contents: [[UInt8]]
  ) throws -> [String] {
    let old = Set(known)
    var found: [String] = []
    for version in try dialect.versions(of: file, in: project, cancellation)
    where !old.contains(version) {
      guard case .file(let text) = try dialect.read(version: version, of: project, cancellation)
      else { continue }
      if let bytes = ReadingJudge.bytes(of: text), contents.contains(bytes) { continue }
      found.append(version)
    }
    return found
  }

  /// Moves a folder that holds no file out of the way, if there is one, under a hidden name.
  ///
  /// False where files are in it.
  private func makeRoom(for file: MageFile) throws -> Bool {
    guard case .files(let listed) = try dialect.list(project, since: nil, cancellation) else {
      return false
    }
    let inside = file.spelling + "/"
    let isUsed =
      listed.files.contains { $0.file.spelling.hasPrefix(inside) }
      || listed.unnameable.contains { $0.text.hasPrefix(inside) }
    guard !isUsed else { return false }
    let mark = SHA256.hash(Array(file.spelling.utf8)).hex.prefix(12)
    try dialect.clear(
      folder: file.spelling, of: project, as: ".syncline-emptied-\(mark)", cancellation)
    return true
  }
}

/// Why a write is in doubt: it is looked at before anything else is done.
struct MageTrouble {
  /// The reason to give where the file shows that nothing was done.
  let reason: BlockReason
  /// Whether a folder in the file's place would explain it.
  let mayBeFolder: Bool

  /// Takes what a write threw; throws on what ends the whole batch.
  init(_ error: any Error) throws {
    switch error {
    case let refusal as MageRefusal:
      reason = .refused(code: "mage_\(refusal.code)")
      mayBeFolder = refusal.isFailure
    case is MageSilence:
      // The look that follows finds out whether the server is back.
      reason = .refused(code: "no_answer")
      mayBeFolder = false
    default: throw error
    }
  }
}
