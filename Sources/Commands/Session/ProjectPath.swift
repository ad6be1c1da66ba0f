import CommandLineKit
import Platform
import SyncModel

extension ProjectLocation {
  /// The path of the project that a word means, counted from the current folder.
  ///
  /// Fails with a usage error where a word leads out of the project or cannot be a path of it.
  func path(of word: String, _ surroundings: Surroundings) throws -> SyncPath {
    var names: [Substring]
    if word.hasPrefix("/") {
      guard let below = try below(word, surroundings) else {
        throw ProjectLocation.outside(word)
      }
      names = below
    } else {
      names = (try here.get()?.names ?? []) + ProjectLocation.names(in: word[...])
    }
    var path: [Substring] = []
    for name in names where name != "." {
      guard name == ".." else {
        path.append(name)
        continue
      }
      guard path.popLast() != nil else { throw ProjectLocation.outside(word) }
    }
    guard !path.isEmpty else {
      throw CommandFailure(
        .usage, "not_a_file", "'\(word)' is the project's folder, not a file in it.",
        hint: "name a file")
    }
    do { return try SyncPath(validating: path.joined(separator: "/")) } catch {
      throw CommandFailure(
        .usage, "bad_path", "'\(word)' cannot be a path of a project: \(error.words).",
        hint: "list the paths with 'syncline status --all'")
    }
  }

  /// The names of an absolute path below the root, by the path as written or with links resolved.
  private func below(_ word: String, _ surroundings: Surroundings) throws -> [Substring]? {
    let slash = word.lastIndex(of: "/") ?? word.startIndex
    let folder = slash == word.startIndex ? "/" : String(word[..<slash])
    var candidates = [word]
    if let real = try? surroundings.fileSystem.resolve(path: folder) {
      candidates.insert(real + word[slash...], at: 0)
    }
    let prefix = path == "/" ? "/" : path + "/"
    for candidate in candidates where candidate.hasPrefix(prefix) {
      return ProjectLocation.names(in: candidate.dropFirst(prefix.count))
    }
    return nil
  }

  private static func names(in text: Substring) -> [Substring] {
    SyncPath.names(in: text).filter { !$0.isEmpty }
  }

  private static func outside(_ word: String) -> CommandFailure {
    CommandFailure(
      .usage, "outside", "'\(word)' lies outside of the project.",
      hint: "paths count from the current folder")
  }
}

extension Directory {
  /// What stands at a path below a held folder; no link is followed on the way.
  func statusIfPresent(at path: SyncPath) throws(Errno) -> FileStatus? {
    do throws(Errno) {
      let (folder, name) = try place(of: path)
      return try folder.statusIfPresent(of: name)
    } catch {
      if error == .notFound || error == .notDirectory || error == .linkLoop { return nil }
      throw error
    }
  }

  /// The folder that holds a path, and the path's name in it; no link is followed.
  func place(of path: SyncPath) throws(Errno) -> (folder: any Directory, name: String) {
    var folder: any Directory = self
    for name in path.names.dropLast() { folder = try folder.openDirectory(name) }
    return (folder, String(path.name))
  }
}
