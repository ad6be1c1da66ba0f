import Platform

extension FolderStack.Place {
  /// Does something that reads a file in the trash, with the right to read it where that is missing.
  ///
  /// The mode is as it was afterwards: what goes back to its user has the rights that he gave it. Only
  /// the owner of a file can give it the right; for others it stays an error.
  func withRightToRead<Result>(_ body: () throws(Errno) -> Result) throws(Errno) -> Result {
    do throws(Errno) { return try body() } catch {
      guard error == .accessDenied, let status = try folder.statusIfPresent(of: name),
        status.kind == .file, !status.isReadable
      else { throw error }
      do throws(Errno) { try folder.setMode(of: name, status.mode & 0o7777 | 0o400) } catch _ {
        throw error
      }
      defer {
        // It was read: that its mode is another now harms nobody.
        do throws(Errno) { try folder.setMode(of: name, status.mode & 0o7777) } catch {}
      }
      return try body()
    }
  }
}
