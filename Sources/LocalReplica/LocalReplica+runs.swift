package import Platform
package import SyncModel

extension LocalReplica {
  /// The staging area of a run, made if need be; the same one for every call.
  ///
  /// Fails with ``Errno/readOnly`` where there is no private folder.
  package func staging(run: String) throws(Errno) -> StagingArea {
    if let known = memory.withLock({ $0.stagings[run] }) { return known }
    let above = try privateFolder().openOrCreateDirectory("staging", mode: 0o700)
    let isEmpty = try above.statusIfPresent(of: run) == nil
    let folder = try above.openOrCreateDirectory(run, mode: 0o700)
    let area = StagingArea(folder: folder, isEmpty: isEmpty)
    return memory.withLock { memory in
      let first = memory.stagings[run] ?? area
      memory.stagings[run] = first
      return first
    }
  }

  /// Removes the staging area of a run; it never holds anything that was not fetched for it.
  package func discardStaging(run: String) throws(Errno) {
    memory.withLock { _ = $0.stagings.removeValue(forKey: run) }
    try stagingFolder()?.removeTree(run)
  }

  /// Removes what a run needs no longer: its staging area, and its trash if nothing is in it.
  package func tidyUp(run: String) throws(Errno) {
    try discardStaging(run: run)
    try TrashArea.removeIfEmpty(run, state: try privateFolder())
  }

  /// Tells whether any staging area is there.
  package func hasStaging() throws(Errno) -> Bool {
    guard let areas = try stagingFolder() else { return false }
    return try !areas.list().entries.isEmpty
  }

  /// Removes all staging areas but those of the runs named.
  package func discardStaging(sparing others: Set<String>) throws(Errno) {
    for run in try stagings(sparing: others) { try tidyUp(run: run) }
  }

  func stagings(sparing others: Set<String>) throws(Errno) -> [String] {
    guard let areas = try stagingFolder() else { return [] }
    return try areas.list().byteNames.compactMap { String(validating: $0, as: UTF8.self) }
      .filter { !others.contains($0) }
  }

  /// Hands over to a run what others had staged that ended or were cut off.
  ///
  /// Those named keep their areas. What is whole is verified again, because a staging area is
  /// not on the device before its run goes on to write; what was cut off can be gone on with.
  package func adoptStaging(
    into run: String, sparing others: Set<String>
  ) throws(Errno) {
    guard let areas = try stagingFolder() else { return }
    for old in try stagings(sparing: others.union([run])) {
      if try areas.status(of: old).kind == .directory {
        try staging(run: run).adopt(from: areas.openDirectory(old))
      }
      try tidyUp(run: old)
    }
  }

  /// Takes out of a run's trash what lay there only to change places with what stood at its path.
  package func takeBack(_ kept: KeptContent, run: String) throws(Errno) {
    let place = try TrashArea(state: try privateFolder(), run: run).place(of: kept.location)
    do throws(Errno) {
      switch kept.node {
      case .link: try place.folder.removeFile(place.name)
      case .file(let file):
        let staged = try staging(run: run).place(of: file.digest)
        try place.folder.rename(place.name, to: staged.folder, as: staged.name, .replace)
        // Of two names of one file, which a move that was cut leaves, a rename removes none.
        if try place.folder.statusIfPresent(of: place.name) != nil {
          try place.folder.removeFile(place.name)
        }
      }
    } catch {
      // Somebody emptied the trash.
      if error != .notFound { throw error }
    }
  }

  /// Puts what an interrupted run took out of its place back, where nothing took that place since.
  ///
  /// Answers with what stands there again, and with the first that cannot go back. What stands there
  /// is on the device before the run is recorded as settled: otherwise a power cut could leave the
  /// place empty, as if a user had emptied it.
  package func putBack(
    _ kept: [KeptContent], run: String
  ) throws(Errno) -> (back: [KeptContent], stuck: (content: KeptContent, cause: Errno)?) {
    guard !kept.isEmpty else { return ([], nil) }
    let state = try privateFolder()
    let trash = TrashArea(state: state, run: run)
    var folders = FolderStack(root: root)
    var back: [KeptContent] = []
    var stuck: (content: KeptContent, cause: Errno)?
    for content in kept {
      do throws(Errno) {
        let slot = try trash.place(of: content.location)
        let place = try folders.place(of: content.path.key)
        try slot.folder.move(slot.name, to: place.folder, as: place.name)
        back.append(content)
      } catch {
        // Somebody made a file there since, or removed the folder, or emptied the trash.
        let isAnothers = error == .exists || error == .notFound || error == .notDirectory
        if !isAnothers, stuck == nil { stuck = (content, error) }
      }
    }
    if !back.isEmpty { try state.syncFileSystem() }
    return (back, stuck)
  }

  func stagingFolder() throws(Errno) -> (any Directory)? {
    do throws(Errno) { return try privateFolder().openDirectory("staging") } catch {
      if error == .notFound { return nil }
      throw error
    }
  }

  /// What a run replaced or deleted so far in this process, with where it is kept: here, and on a
  /// remote that keeps no history of its own.
  package func kept(by run: String) -> [KeptContent] {
    memory.withLock { ($0.kept[run] ?? []).map(\.content) + ($0.keptOfRemote[run] ?? []) }
  }

  /// Edits that a run took out of their places unexpectedly and that could not go back, since this
  /// was asked last.
  package func rescued(by run: String) -> [KeptContent] {
    memory.withLock { memory in
      var found: [KeptContent] = []
      guard var files = memory.kept[run] else { return [] }
      for index in files.indices where files[index].isEdit {
        files[index].isEdit = false
        found.append(files[index].content)
      }
      if !found.isEmpty { memory.kept[run] = files }
      return found
    }
  }

  /// Looks at the files in a run's trash again.
  ///
  /// Those that a writer who still held them open has written to since come back with what they
  /// hold now.
  package func lookAgain(run: String) throws(Errno) -> [KeptContent] {
    let files = memory.withLock { $0.kept[run] ?? [] }
    guard !files.isEmpty else { return [] }
    let trash = TrashArea(state: try privateFolder(), run: run)
    let reader = NodeReader()
    var changed: [KeptContent] = []
    for file in files {
      let place: FolderStack.Place
      let status: FileStatus
      do throws(Errno) {
        place = try trash.place(of: file.content.location)
        status = try place.folder.status(of: place.name)
      } catch {
        // Somebody emptied the trash: nothing is left to look at.
        if error == .notFound || error == .notDirectory { continue }
        throw error
      }
      if file.isSettled, status.describesSameContent(as: file.status) { continue }
      guard case .node(let node) = try reader.state(ofKept: place) else { continue }
      guard !node.agrees(with: file.content.node) else { continue }
      var content = file.content
      content.node = node
      changed.append(content)
    }
    return changed
  }

  /// Whether every file of this folder was replaced by an exchange of two names, at one instant.
  package func exchangesNames() throws(Errno) -> Bool {
    try privateFolder().statusIfPresent(of: TrashArea.withoutExchange) == nil
  }

  /// What the disk still shows of an interrupted run at one path.
  package func recoveryEvidence(
    run: String, path: SyncPath, intended: Node?
  ) throws(Errno) -> RecoveryEvidence {
    var evidence = RecoveryEvidence(isStaged: false, wasTaken: false, kept: [])
    if let file = intended?.file {
      let staging = try staging(run: run)
      evidence.isStaged = try staging.holds(file.digest, size: file.size)
      if !evidence.isStaged { evidence.wasTaken = try staging.wasConfirmed() }
    }
    let trash = TrashArea(state: try privateFolder(), run: run)
    let reader = NodeReader()
    for slot in try trash.slots(of: path) {
      if case .node(let node) = try reader.state(ofKept: slot.place) {
        evidence.kept.append(KeptContent(path: path, location: slot.location, node: node))
      }
    }
    return evidence
  }

  func privateFolder() throws(Errno) -> any Directory {
    guard let state else { throw .readOnly }
    return state
  }
}
