package import Platform
package import Replica
package import SyncModel

/// Answers for whole paths, which need not exist here, by the rules that are in force.
///
/// What the rules say about a folder is worked out once and kept, so that a remote's listing of
/// many paths costs a step a path. Only the folders of one path are open at a time. Safe from any
/// thread.
package final class IgnoreLookup: Sendable {
  /// What is known of a folder.
  private enum Verdict: Sendable {
    case ignored
    /// The rules inside of it.
    case entered(any ScanRules)
    /// Rules that may not be read count there, so that nothing is known to be left out.
    case denied
  }

  /// A rule file that could not be read.
  private struct Unread: Sendable {
    var folder: String
    var name: String
    var error: Errno
  }

  private struct Memory: Sendable {
    var verdicts: [String: Verdict] = [:]
    var folders: FolderStack
    var unread: [Unread] = []
  }

  private let memory: Locked<Memory>
  private let tellsCasesApart: Bool

  /// Starts at the root with the rules of the project.
  init(root: any Directory, rules: any ScanRules, tellsCasesApart: Bool) {
    var memory = Memory(folders: FolderStack(root: root))
    memory.verdicts[""] = IgnoreLookup.enter(rules, nil, "", &memory)
    self.memory = Locked(memory)
    self.tellsCasesApart = tellsCasesApart
  }

  /// Tells whether the rules leave a file or link at a path out.
  package func callAsFunction(_ path: SyncPath) -> Bool {
    let (folder, name) = IgnoreLookup.split(path.key)
    return memory.withLock { memory in
      switch IgnoreLookup.verdict(of: folder, &memory) {
      case .ignored: true
      case .denied: false
      case .entered(let rules): IgnoreLookup.says(rules, name, isDirectory: false)
      }
    }
  }

  /// Fails with what kept a rule file from being read, if anything did.
  ///
  /// What was answered then is not to be believed: to be asked before anything follows from it. A
  /// scan blocks a folder whose rules may not be read. Where it saw the folder, they could be read
  /// at one moment and not at another.
  package func check(against scanned: Tree) throws(ReplicaError) {
    let unread = memory.withLock { $0.unread }
    guard !unread.isEmpty else { return }
    let blocked = Set(
      scanned.entries.lazy.filter { $0.node == nil }.map { self.key(of: $0.path) })
    for file in unread {
      let path = SyncPath(trusted: file.folder)
      let isBlocked = ([path] + path.ancestors).contains { blocked.contains(key(of: $0)) }
      if file.error.isDenial, isBlocked { continue }
      let place = file.folder.isEmpty ? file.name : file.folder + "/" + file.name
      throw ReplicaError(
        .storage, detail: "the rules in '\(place)' cannot be read: \(file.error)")
    }
  }

  private func key(of path: SyncPath) -> String { tellsCasesApart ? path.key : path.folded }

  private static func split(_ key: String) -> (folder: String, name: Substring) {
    guard let slash = key.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", key[...]) }
    return (String(key[..<slash]), key[key.utf8.index(after: slash)...])
  }

  private static func verdict(of folder: String, _ memory: inout Memory) -> Verdict {
    if let verdict = memory.verdicts[folder] { return verdict }
    let (above, name) = split(folder)
    let found: Verdict
    switch verdict(of: above, &memory) {
    case .ignored: found = .ignored
    case .denied: found = .denied
    case .entered(let rules):
      let isIgnored = says(rules, name, isDirectory: true)
      found = isIgnored ? .ignored : enter(rules, name, folder, &memory)
    }
    memory.verdicts[folder] = found
    return found
  }

  private static func says(
    _ rules: any ScanRules, _ name: Substring, isDirectory: Bool
  ) -> Bool {
    var name = String(name)
    return name.withUTF8 { rules.verdict(of: $0, isDirectory: isDirectory) } == .ignored
  }

  /// Goes into a folder with the rules of its own files; one that is not here has none.
  private static func enter(
    _ rules: any ScanRules, _ name: Substring?, _ folder: String, _ memory: inout Memory
  ) -> Verdict {
    var files: [(name: String, contents: [UInt8])] = []
    for wanted in rules.ruleFileNames {
      do throws(Errno) {
        let place = try memory.folders.place(of: folder.isEmpty ? wanted : folder + "/" + wanted)
        files.append((wanted, try place.folder.readFile(wanted, limit: 16 << 20)))
      } catch {
        switch error {
        // As for a scan: a link or a folder of that name holds no rules.
        case .notFound, .notDirectory, .linkLoop, .isDirectory, .invalidArgument: continue
        default:
          memory.unread.append(Unread(folder: folder, name: wanted, error: error))
          if error.isDenial { return .denied }
        }
      }
    }
    guard let name else { return .entered(rules.entering(folder: nil, ruleFiles: files)) }
    var text = String(name)
    return text.withUTF8 { .entered(rules.entering(folder: $0, ruleFiles: files)) }
  }
}

extension LocalReplica {
  /// Makes a lookup of what the rules leave out, as they are on disk now.
  package func ignoreLookup() -> IgnoreLookup {
    IgnoreLookup(root: root, rules: rules, tellsCasesApart: isCaseSensitive)
  }
}

extension Errno {
  /// True for what may not be read, and can be by another user.
  fileprivate var isDenial: Bool { self == .accessDenied || self == .notPermitted }
}
