import Platform

/// What the file system of a project can do.
package struct Volume: Hashable, Sendable {
  /// Tells names apart that differ in case only.
  package var isCaseSensitive = true
  /// Exchanges two names at one instant; without it a place is empty for an instant when its file
  /// is replaced.
  package var knowsExchange = true
  /// Renames only where nothing stands, in one call.
  package var knowsNoReplace = true

  /// Tries it out in a folder of our own, and leaves nothing behind.
  init(probing folder: any Directory) throws(Errno) {
    let names = ["probe-a", "probe-b"]
    for name in names { try folder.removeTree(name) }
    _ = try folder.createFile(names[0], mode: 0o600)
    isCaseSensitive = try folder.statusIfPresent(of: names[0].uppercased()) == nil
    knowsNoReplace = try Volume.isKnown { () throws(Errno) in
      try folder.rename(names[0], to: folder, as: names[1], .noReplace)
    }
    if !knowsNoReplace { try folder.rename(names[0], to: folder, as: names[1], .replace) }
    _ = try folder.createFile(names[0], mode: 0o600)
    knowsExchange = try Volume.isKnown { () throws(Errno) in
      try folder.rename(names[0], to: folder, as: names[1], .exchange)
    }
    for name in names { try folder.removeTree(name) }
  }

  private static func isKnown(_ attempt: () throws(Errno) -> Void) throws(Errno) -> Bool {
    do { try attempt() } catch {
      if error == .notSupported { return false }
      throw error
    }
    return true
  }
}
