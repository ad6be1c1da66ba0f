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

  /// How often the server is asked for versions that it fails to tell.
  private static let attempts = 3

  private var dialect: any MageDialect { reader.dialect }
  private var project: MageProject { reader.project }

  /// Makes a change whose new content, if it has one, is verified and one that the server keeps.
  func make(_ change: PathChange, _ bytes: [UInt8]?) throws -> Outcome {
    let file = MageFile(change.path, spelling: change.spelling)
    do {
      switch (change.node.before, bytes) {
      case (nil, let bytes?): return try create(file, bytes)
      case (let before?, let bytes?): return try replace(file, before, bytes)
      case (let before?, nil): return try delete(file, before)
      case (nil, nil): return Outcome(.done)
      }
    } catch let refusal as MageRefusal {
      // The server refuses something about this file; the others of the batch have their own turn.
      return Outcome(.failed(refusal.reason))
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
        if !isBegun {
          switch try dialect.create(file, bytes, in: project, cancellation) {
          case .exists: return settled(try reader.holds(file, bytes, cancellation), wanted: bytes)
          case .written: break
          case .empty: isBegun = true
          }
        }
        if isBegun, try isStillEmpty(file) {
          try dialect.replace(file, bytes, in: project, cancellation)
        }
        trouble = nil
      } catch {
        trouble = try MageTrouble(error)
      }
      let look = try reader.holds(file, bytes, cancellation)
      if trouble != nil, isBegun, PathWriter.isCut(look, of: bytes) { continue }
      // A part of the file may be ours, cut; an empty one may as well be somebody's new file.
      guard case .missing = look else { return settled(look, wanted: bytes) }
      guard let found = trouble else { return Outcome(.moved(found: nil)) }
      // A folder may stand there: one that deletions have emptied is no longer anybody's.
      if found.mayBeFolder, let obstacle = try makeRoom(for: file) { return obstacle }
    }
    return Outcome(.failed(trouble?.reason ?? .changedWhileReading))
  }

  /// Whether nobody has written into a file since it was made empty.
  private func isStillEmpty(_ file: MageFile) throws -> Bool {
    guard case .file(let text) = try dialect.read(file, of: project, cancellation) else {
      return false
    }
    return text.content?.isEmpty ?? false
  }

  private func replace(_ file: MageFile, _ before: Node, _ bytes: [UInt8]) throws -> Outcome {
    let known: [String]
    switch try versions(of: file) {
    case .success(let found): known = found
    case .failure(let refusal): return Outcome(.failed(refusal.reason))
    }
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
    let known: [String]
    switch try versions(of: file) {
    case .success(let found): known = found
    case .failure(let refusal): return Outcome(.failed(refusal.reason))
    }
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
    // What is written stays written, whether the server tells of its versions or not.
    guard case .success(let now) = try versions(of: file) else { return [] }
    return try now.filter { version in
      guard !old.contains(version) else { return false }
      do {
        guard case .file(let text) = try dialect.read(version: version, of: project, cancellation)
        else { return false }
        return ReadingJudge.bytes(of: text).map { !contents.contains($0) } ?? true
      } catch is MageRefusal {
        return true
      }
    }
  }

  /// The versions that the server kept of a file, or why it does not tell.
  private func versions(of file: MageFile) throws -> Result<[String], MageRefusal> {
    var refusal = MageRefusal(code: 500, message: "")
    for attempt in 0..<PathWriter.attempts {
      if attempt > 0 { try reader.pause(CarefulReader.pause, cancellation) }
      do {
        return .success(try dialect.versions(of: file, in: project, cancellation))
      } catch let error as MageRefusal {
        // A failure of the server's may pass; a refusal will not.
        guard error.isFailure else { return .failure(error) }
        refusal = error
      }
    }
    return .failure(refusal)
  }

  /// Moves a folder that holds no file out of the way, under a hidden name.
  ///
  /// Answers why the file cannot be made, where a file stands there or in the folder.
  private func makeRoom(for file: MageFile) throws -> Outcome? {
    guard case .files(let listed) = try dialect.list(project, since: nil, cancellation) else {
      return Outcome(.failed(.changedWhileReading))
    }
    let inside = file.spelling + "/"
    let names = listed.files.map(\.file.spelling) + listed.unnameable.map(\.text)
    // A file that came since the look is no folder.
    guard !names.contains(file.spelling) else { return Outcome(.failed(.changedWhileReading)) }
    guard !names.contains(where: { $0.hasPrefix(inside) }) else {
      return Outcome(.failed(.occupiedFolder))
    }
    switch try dialect.clear(file, of: project, cancellation) {
    case .cleared: return nil
    case .restored: return Outcome(.failed(.occupiedFolder))
    case .stranded(let place): return Outcome(.failed(.occupiedFolder), overtaken: [place])
    }
  }
}
