import HTTPClient
import SyncModel

/// A project on a server, as the server describes it.
struct MageProject: Hashable, Sendable {
  /// What the project is recognized by: its `project_uuid`, and where the server is.
  ///
  /// The first alone does not tell: it stands in a file of the project, which is committed and
  /// copied with it, so that the servers of staging and production have the same one.
  var id: String
  /// The name of its folder: every path of the API starts with it.
  var name: String
  /// The folder on the server's disk.
  var root: String
}

/// A file of a project, by the path that both sides share and by the server's spelling of it.
struct MageFile: Hashable, Sendable {
  /// The path.
  let path: SyncPath
  /// The server's spelling, which differs from the path in normalization only.
  let spelling: String

  /// Names a file; a spelling that is not one of the path is not used.
  init(_ path: SyncPath, spelling: String? = nil) {
    self.path = path
    let isSame = spelling.map { PathName.canonical($0).utf8.elementsEqual(path.key.utf8) } ?? false
    self.spelling = isSame ? spelling ?? path.key : path.key
  }

  /// The folder that holds the file, as the server spells it; empty at the root.
  var folder: String {
    spelling.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(spelling[..<$0]) } ?? ""
  }

  /// The last name of the file, as the server spells it.
  var name: String {
    guard let slash = spelling.utf8.lastIndex(of: UInt8(ascii: "/")) else { return spelling }
    return String(spelling[spelling.utf8.index(after: slash)...])
  }
}

extension MageProject {
  /// The segment of an address that means a file.
  ///
  /// The server decodes twice, so it is encoded twice: a `%` in a name, or a proxy that decodes
  /// once on the way, then does no harm. Without the project's name in front, the server would go
  /// looking for any file whose path ends so.
  func segment(_ file: MageFile) -> String { MageProject.segment(name + "/" + file.spelling) }

  /// The segment of an address that means a folder of the project.
  func segment(folder: String) -> String { MageProject.segment(name + "/" + folder) }

  private static func segment(_ text: String) -> String {
    percentEncode(segment: percentEncode(segment: text))
  }

  /// The file's place on the server's disk.
  func absolute(_ file: MageFile) -> String { root + "/" + file.spelling }

  /// What a listing's path means.
  enum Listed: Equatable {
    case file(MageFile)
    /// Hidden, or in a cache: the server's own affair, whatever its name is.
    case hidden(MageFile?)
    /// Not of this project.
    case outside
    /// A name that cannot be a path; the text is relative to the project.
    case unnameable(String, PathProblem)
  }

  /// Reads a path that a listing names; `prefix` is the project's name, or its place on disk.
  func read(listed text: String, below prefix: String) -> Listed {
    guard text.utf8.starts(with: (prefix + "/").utf8) else { return .outside }
    let relative = String(decoding: text.utf8.dropFirst(prefix.utf8.count + 1), as: UTF8.self)
    let names = relative.split(separator: "/", omittingEmptySubsequences: false)
    let isHidden = names.contains { MageFileKinds.isHidden(name: $0) }
    do throws(PathProblem) {
      let file = MageFile(try SyncPath(validating: relative), spelling: relative)
      return isHidden ? .hidden(file) : .file(file)
    } catch {
      guard !isHidden else { return .hidden(nil) }
      return .unnameable(relative, error)
    }
  }
}
