import Platform

extension FileSystem {
  /// Makes a folder and those above it, where they are missing.
  func createFolders(_ path: String) throws(Errno) {
    do throws(Errno) { try createFolder(path) } catch {
      guard error == .notFound, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
        throw error
      }
      try createFolders(String(path[..<slash]))
      // Once: above it may stand a link that leads nowhere, and still does.
      try createFolder(path)
    }
  }

  private func createFolder(_ path: String) throws(Errno) {
    do throws(Errno) { try createDirectory(path: path, mode: 0o755) } catch {
      guard error == .exists else { throw error }
    }
  }
}
