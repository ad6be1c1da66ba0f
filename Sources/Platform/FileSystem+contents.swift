extension FileSystem {
  /// Reads the whole file at a path that a person named; such files are often links, which are
  /// followed.
  ///
  /// More bytes than the limit fail with ``Errno/fileTooLarge``.
  package func readFile(path: String, limit: Int) throws(Errno) -> [UInt8] {
    let resolved = try resolve(path: path)
    guard let slash = resolved.lastIndex(of: "/") else { throw .notFound }
    let folder = slash == resolved.startIndex ? "/" : String(resolved[..<slash])
    return try openDirectory(path: folder)
      .readFile(resolved[resolved.index(after: slash)...], limit: limit)
  }
}

extension POSIXFileSystem {
  /// An open descriptor as a file, which closes it with its last reference.
  package static func file(owning descriptor: Int32) -> any File {
    POSIXFile(FileDescriptor(owning: descriptor))
  }
}
