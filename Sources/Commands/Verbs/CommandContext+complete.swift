import ProjectState
import ProjectConfig
import CommandLineKit
import Engine
import Platform
import SyncModel

/// `syncline __complete`, which shells ask while somebody types.
extension CommandContext {
  private static let mostRuns = 50

  /// Offers words that begin with a prefix, one a line; with trouble of any kind it offers none.
  func complete() throws -> ExitCode {
    let prefix = word("prefix")
    let found: [String]
    do {
      switch word("kind") {
      case "targets": found = try targets(prefix)
      case "paths": found = try paths(prefix)
      case "runs": found = try runs(prefix)
      default: found = []
      }
    } catch {
      return .success
    }
    // A name that would break the list, or steer the terminal, is left to be typed by hand.
    let words = found.filter { TerminalText.escaped($0) == $0 }.sorted()
    if !words.isEmpty { try console.write(words.joined(separator: "\n") + "\n") }
    return .success
  }

  private func targets(_ prefix: String) throws -> [String] {
    let configuration = try ProjectLocation.find(surroundings).configuration()
    return configuration.targets.map(\.name).filter { $0.hasPrefix(prefix) }
  }

  private func runs(_ prefix: String) throws -> [String] {
    let folder = try ProjectLocation.find(surroundings).folder(surroundings)
    guard folder.hidden != nil else { return [] }
    return try folder.openState(create: false).runs(limit: CommandContext.mostRuns).map(\.id)
      .filter { $0.hasPrefix(prefix) }
  }

  /// The names in the folder that the prefix leads to.
  private func paths(_ prefix: String) throws -> [String] {
    let slash = prefix.lastIndex(of: "/")
    let above = slash.map { String(prefix[...$0]) } ?? ""
    let start = slash.map { prefix[prefix.index(after: $0)...] } ?? prefix[...]
    guard !prefix.hasPrefix("/"), !above.split(separator: "/").contains("..") else { return [] }
    // Outside of a project there is nothing to offer.
    _ = try ProjectLocation.find(surroundings)
    var folder = try surroundings.fileSystem.openDirectory(path: surroundings.currentFolder)
    for name in above.split(separator: "/") where name != "." {
      folder = try folder.openDirectory(name)
    }
    var found: [String] = []
    for bytes in try folder.list().byteNames {
      guard let name = String(validating: bytes, as: UTF8.self), name.hasPrefix(start),
        name != ProjectFolder.privateName, name != ".git",
        start.hasPrefix(".") || !name.hasPrefix(".")
      else { continue }
      let isFolder = try folder.statusIfPresent(of: name)?.kind == .directory
      found.append(above + name + (isFolder ? "/" : ""))
    }
    return found
  }
}
