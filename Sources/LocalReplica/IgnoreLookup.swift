package import Platform
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
  }

  private struct Memory: Sendable {
    var verdicts: [String: Verdict] = [:]
    var folders: FolderStack
    var failure: Errno?
  }

  private let memory: Locked<Memory>

  /// Starts at the root with the rules of the project.
  init(root: any Directory, rules: any ScanRules) {
    var memory = Memory(folders: FolderStack(root: root))
    memory.verdicts[""] = .entered(IgnoreLookup.enter(rules, nil, "", &memory))
    self.memory = Locked(memory)
  }

  /// Tells whether the rules leave a file or link at a path out.
  package func callAsFunction(_ path: SyncPath) -> Bool {
    let (folder, name) = IgnoreLookup.split(path.key)
    return memory.withLock { memory in
      switch IgnoreLookup.verdict(of: folder, &memory) {
      case .ignored: true
      case .entered(let rules): IgnoreLookup.says(rules, name, isDirectory: false)
      }
    }
  }

  /// Fails with what kept a rule file from being read, if anything did.
  ///
  /// What was answered then is not to be believed: to be asked before anything follows from it.
  package func check() throws(Errno) {
    if let failure = memory.withLock({ $0.failure }) { throw failure }
  }

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
    case .entered(let rules):
      if says(rules, name, isDirectory: true) {
        found = .ignored
      } else {
        found = .entered(enter(rules, name, folder, &memory))
      }
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

  /// The rules inside a folder, with those of its own files; one that is not here has none.
  private static func enter(
    _ rules: any ScanRules, _ name: Substring?, _ folder: String, _ memory: inout Memory
  ) -> any ScanRules {
    var files: [(name: String, contents: [UInt8])] = []
    for wanted in rules.ruleFileNames {
      do throws(Errno) {
        let place = try memory.folders.place(of: folder.isEmpty ? wanted : folder + "/" + wanted)
        files.append((wanted, try place.folder.readFile(wanted, limit: 16 << 20)))
      } catch {
        switch error {
        // As for a scan: a link or a folder of that name holds no rules.
        case .notFound, .notDirectory, .linkLoop, .isDirectory, .invalidArgument: continue
        // What may not be read is blocked by the scan, with all that is below it.
        case .accessDenied, .notPermitted: continue
        default: memory.failure = memory.failure ?? error
        }
      }
    }
    guard let name else { return rules.entering(folder: nil, ruleFiles: files) }
    var text = String(name)
    return text.withUTF8 { rules.entering(folder: $0, ruleFiles: files) }
  }
}

extension LocalReplica {
  /// Makes a lookup of what the rules leave out, as they are on disk now.
  package func ignoreLookup() -> IgnoreLookup { IgnoreLookup(root: root, rules: rules) }
}
