import SyncCore

/// A second history whose end is known from that of the first.
enum Twin: CaseIterable {
  /// The groups of steps of every run come in another order, whatever disturbs: all laws hold (P8).
  case reordered
  /// The same in peace: both histories end alike (P8).
  case reorderedInPeace
  /// What the client did the remote does, and the other way round: they end swapped (P6).
  case swapped

  /// Its name in the coverage.
  var word: String {
    switch self {
    case .reordered: "twins: another order of the groups"
    case .reorderedInPeace: "twins: another order of the groups, in peace"
    case .swapped: "twins: sides swapped"
    }
  }
}

extension History {
  /// The twin that the seed asks for; most have none.
  var twin: Twin? {
    switch seed % 16 {
    case 3: .reorderedInPeace
    case 7: .reordered
    case 9, 13: .swapped
    default: nil
    }
  }

  /// The same with the groups of steps in another order.
  var reordered: History {
    var history = self
    history.reorders = true
    return history
  }

  /// The same steps where nothing goes wrong and nobody comes in between.
  ///
  /// Times decide nothing in it, for they are other ones where anything takes another way.
  var inPeace: History {
    var history = self
    history.configuration = ""
    history.steps = steps.compactMap { step in
      switch step {
      case .powerCut, .setClock, .branch, .restore, .backUp: return nil
      case .run(let client, let run):
        var calm = RunStep(run.action)
        calm.remote = run.remote
        calm.policy = run.policy == .newest ? .fail : run.policy
        calm.options = run.options
        calm.lifts = run.lifts
        return .run(client: client, calm)
      case .edit, .teammate, .wait: return step
      }
    }
    return history
  }

  /// What one client and one remote can do alike: in peace, on a disk that tells all names apart,
  /// without what the local side alone has (folders, rights, rules), without copies, whose names
  /// tell the sides, and without a `push` that merges, which needs the other side.
  ///
  /// An editor that writes a file keeps its executable bit, a dashboard does not: bits are flipped
  /// after the last file is written.
  var symmetric: History {
    var history = inPeace
    history.disks = [DiskTraits()]
    history.remotes = 1
    history.kind = .memory
    let lastWritten = history.steps.lastIndex(where: \.writesFile) ?? 0
    history.steps = history.steps.enumerated().compactMap { index, step in
      if step.flipsBit, index < lastWritten { return nil }
      switch step {
      case .edit(_, let edit): return edit.symmetric.map { .edit(client: 0, $0) }
      case .teammate(_, let edit): return edit.symmetric.map { .teammate(remote: 0, $0) }
      case .run(_, var run):
        run.remote = 0
        if run.policy == .both { run.policy = .fail }
        if run.policy == .merge, run.action != .sync { run.policy = .fail }
        if run.action == .resolveBoth { run.action = .sync }
        return .run(client: 0, run)
      case .wait, .powerCut, .setClock, .branch, .backUp, .restore: return step
      }
    }
    return history
  }

  /// The same with the sides swapped.
  var swapped: History {
    var history = self
    history.steps = steps.map { step in
      switch step {
      case .edit(_, let edit): return .teammate(remote: 0, edit)
      case .teammate(_, let edit): return .edit(client: 0, edit)
      case .run(let client, let run): return .run(client: client, run.swapped)
      case .wait, .powerCut, .setClock, .branch, .backUp, .restore: return step
      }
    }
    return history
  }
}

extension Step {
  /// Whether somebody puts a new file in place, or new bytes into one.
  fileprivate var writesFile: Bool {
    switch self {
    case .edit(_, .write), .edit(_, .same), .teammate(_, .write), .teammate(_, .same): true
    default: false
    }
  }

  /// Whether somebody flips an executable bit.
  fileprivate var flipsBit: Bool {
    switch self {
    case .edit(_, .executable), .teammate(_, .executable): true
    default: false
    }
  }
}

extension Standing {
  /// What stands, with the sides swapped.
  var swapped: Standing { Standing(folders: remotes, remotes: folders, bases: bases) }
}

extension RunStep {
  /// The same run as the other side would ask for it.
  fileprivate var swapped: RunStep {
    var run = self
    switch action {
    case .push: run.action = .pull
    case .pull: run.action = .push
    case .resolveLocal: run.action = .resolveRemote
    case .resolveRemote: run.action = .resolveLocal
    case .sync, .dryRun, .undo, .rebase, .resolveBoth, .resolveMerge: break
    }
    switch policy {
    case .local: run.policy = .remote
    case .remote: run.policy = .local
    case .ask, .fail, .newest, .both, .merge: break
    }
    return run
  }
}

extension Edit {
  /// The edit, if it comes to the same on a disk and on a remote: nothing that speaks of a folder, and
  /// no name outside of ASCII, of which a disk that tells all names apart may hold two spellings.
  fileprivate var symmetric: Edit? {
    func canBeFolder(_ path: Int) -> Bool {
      Texts.paths.contains { $0.hasPrefix(Texts.paths[path] + "/") }
    }
    func isPlain(_ path: Int) -> Bool { Texts.paths[path].unicodeScalars.allSatisfy(\.isASCII) }
    switch self {
    case .write(let path, _, _), .line(let path, _, _), .executable(let path),
      .link(let path, _), .same(let path):
      return isPlain(path) ? self : nil
    case .delete(let path): return isPlain(path) && !canBeFolder(path) ? self : nil
    case .rename(let from, let to):
      return [from, to].allSatisfy { isPlain($0) && !canBeFolder($0) } ? self : nil
    case .lineEnds, .readable, .touch, .folder, .ignore: return nil
    }
  }
}
