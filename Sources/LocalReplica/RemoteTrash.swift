import Crypto
import Platform
package import Replica
package import SyncModel

/// Keeps what a run replaces on a remote that has no history: plain files under their own paths.
final class RemoteTrash: ContentSink {
  private let folder: any Directory
  private let run: String
  private let note: @Sendable (KeptContent) -> Void

  /// Opens the trash of a run; `note` is told of everything that was kept.
  init(
    state: any Directory, run: String, note: @escaping @Sendable (KeptContent) -> Void
  ) throws(Errno) {
    self.run = run
    self.note = note
    folder = try state.openOrCreateDirectory("trash", mode: 0o700)
      .openOrCreateDirectory(run, mode: 0o700)
  }

  func has(_ content: WantedContent) -> Bool { false }

  func begin(_ content: WantedContent) throws -> any ContentWriter {
    // The newest state of a path that a run replaces twice goes to a sibling folder: a number in
    // the name could be another path's.
    for attempt in 1...99 {
      let sibling = attempt == 1 ? "remote" : "remote.\(attempt)"
      do throws(Errno) {
        var folders = FolderStack(
          root: try folder.openOrCreateDirectory(sibling, mode: 0o700), mode: 0o700)
        let place = try folders.place(of: content.path.key, creating: true)
        let kept = KeptContent(
          path: content.path, location: "trash/\(run)/\(sibling)/\(content.path)",
          node: .file(
            Node.File(digest: content.digest, size: content.size, isExecutable: nil)))
        return Writer(
          content: content, file: try place.folder.createFile(place.name, mode: 0o600),
          done: { [note] in note(kept) }, drop: { try place.folder.removeFile(place.name) })
      } catch {
        let isTaken = error == .exists || error == .notDirectory || error == .isDirectory
        if !isTaken { throw error }
      }
    }
    throw Errno.exists
  }

  private final class Writer: ContentWriter {
    private let content: WantedContent
    private let file: any File
    private let hasher = SHA256()
    private let done: () -> Void
    private let drop: () throws -> Void
    private var count: UInt64 = 0

    init(
      content: WantedContent, file: any File, done: @escaping () -> Void,
      drop: @escaping () throws -> Void
    ) {
      self.content = content
      self.file = file
      self.done = done
      self.drop = drop
    }

    var received: UInt64 { 0 }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
      try file.write(bytes)
      hasher.update(bytes)
      count += UInt64(bytes.count)
    }

    func finish() throws {
      guard hasher.finish() == content.digest, count == content.size else {
        try drop()
        throw ContentError.mismatch(content.path)
      }
      try file.synchronize()
      done()
    }

    func abandon() {
      // A part of a content is of no use; if it cannot be removed it does no harm.
      try? drop()
    }
  }
}

/// What a run kept of a remote without a history, as contents: an undo writes them back.
private struct RemoteTrashContents: ContentProvider {
  let state: any Directory
  let run: String

  func open(_ content: WantedContent, from offset: UInt64) throws -> any ContentReader {
    do {
      let folder = try state.openDirectory("trash").openDirectory(run).openDirectory("remote")
      var folders = FolderStack(root: folder, mode: 0o700)
      let place = try folders.place(of: content.path.key)
      return try FileReader(place.folder.openFile(place.name), for: content, from: offset)
    } catch let error as Errno where error == .notFound || error == .notDirectory {
      throw ContentError.missing(content.path)
    }
  }
}

extension LocalReplica {
  /// What a run kept of a remote without a history; whoever takes a content verifies it.
  package func remoteTrashContents(run: String) throws -> any ContentProvider {
    RemoteTrashContents(state: try privateFolder(), run: run)
  }

  /// Forgets that a run kept what it then did not replace; the bytes stay where they are.
  package func forgetKeptOfRemote(_ paths: Set<SyncPath>, run: String) {
    guard !paths.isEmpty else { return }
    memory.withLock { memory in
      var left = paths
      guard var kept = memory.keptOfRemote[run] else { return }
      // An earlier pass may have replaced the path: only the last entry is in question.
      for index in kept.indices.reversed() where left.remove(kept[index].path) != nil {
        kept.remove(at: index)
      }
      memory.keptOfRemote[run] = kept
    }
  }

  /// The place where a run keeps what it replaces on a remote without a history.
  package func remoteTrash(run: String) throws -> any ContentSink {
    try RemoteTrash(state: try privateFolder(), run: run) { [memory] kept in
      memory.withLock { $0.keptOfRemote[run, default: []].append(kept) }
    }
  }
}
