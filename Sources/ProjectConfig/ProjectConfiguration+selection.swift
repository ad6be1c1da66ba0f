import IgnoreRules
package import SyncModel

extension ProjectConfiguration {
  /// Finds what the arguments of a command stand for.
  ///
  /// Each is relative to the folder that the person is in (nothing for the project's root). In this
  /// order it is: a path where `exists` knows an entry or a folder, on either side or in the base;
  /// a collection's name; a glob; a path again, which may match nothing.
  package func selection(
    what: [String], in folder: SyncPath?, exists: (SyncPath) -> Bool
  ) throws(WhatError) -> WhatSelection {
    var items: [WhatSelection.Item] = []
    for text in what {
      let meaning = try meaning(of: text, in: folder, exists: exists)
      items.append(WhatSelection.Item(text: text, meaning: meaning))
    }
    return WhatSelection(items: items)
  }

  private func meaning(
    of text: String, in folder: SyncPath?, exists: (SyncPath) -> Bool
  ) throws(WhatError) -> WhatSelection.Meaning {
    guard !text.isEmpty else { throw WhatError(code: .empty, text: text) }
    guard !text.hasPrefix("/") else { throw WhatError(code: .outsideProject, text: text) }
    let place = try WhatPlace(text, in: folder)
    if let path = try? place.path(), exists(path) { return meaning(of: path, text) }
    if let collection = collection(named: text) { return .collection(collection) }
    if !place.pattern.isEmpty {
      do throws(GlobError) {
        return .glob(try Glob(PathName.canonical(place.glob)))
      } catch {
        throw WhatError(code: .badGlob(error.code), text: text)
      }
    }
    if place.names.isEmpty { return .everything }
    do throws(PathProblem) {
      return meaning(of: try place.path(), text)
    } catch {
      throw WhatError(code: .badPath(error), text: text)
    }
  }

  private func meaning(of path: SyncPath, _ text: String) -> WhatSelection.Meaning {
    text.hasSuffix("/") || text.hasSuffix("/.") ? .folder(path) : .path(path)
  }
}

/// An argument seen from the project's root.
private struct WhatPlace {
  /// The names that lead there, as far as they are plain.
  private(set) var names: [String]
  /// The rest of the argument from its first wildcard on.
  private(set) var pattern: String = ""

  init(_ text: String, in folder: SyncPath?) throws(WhatError) {
    names = folder?.names.map(String.init) ?? []
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if part.utf8.contains(where: { "*?[{\\".utf8.contains($0) }) {
        pattern = parts[index...].joined(separator: "/")
        return
      }
      switch part {
      case "", ".": continue
      case "..":
        guard names.popLast() != nil else { throw WhatError(code: .outsideProject, text: text) }
      default: names.append(String(part))
      }
    }
  }

  /// The place as a path, wildcards taken as letters.
  func path() throws(PathProblem) -> SyncPath {
    var all = names
    for part in pattern.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
      all.append(String(part))
    }
    return try SyncPath(validating: all.joined(separator: "/"))
  }

  /// The place as a glob, in which the names on the way stand for themselves.
  var glob: String {
    var text = ""
    for name in names {
      for character in name.unicodeScalars {
        if "*?[]{},\\!".unicodeScalars.contains(character) { text += "\\" }
        text.unicodeScalars.append(character)
      }
      text += "/"
    }
    return text + pattern
  }
}
