package import Platform

/// What a hooked folder or file is asked to do.
package struct FileStep: Hashable, Sendable {
  /// The kinds of steps.
  package enum Kind: Hashable, Sendable {
    case list, status, openDirectory, openFile, openForUpdate, createFile, createDirectory
    case readLink, createLink, linkFile, removeFile, removeDirectory
    case rename(RenameMode)
    case syncFileSystem, read, write, setMode
  }

  /// What is asked.
  package var kind: Kind
  /// The name it is asked of; empty for the folder or file itself.
  package var name: String
}

/// What happens around the steps of a real file system.
package final class FileHooks: Sendable {
  let before: @Sendable (FileStep) throws(Errno) -> Void
  /// Bends what a status says.
  package let status: @Sendable (FileStatus) -> FileStatus
  let tellsNameChangesByTime: Bool
  /// What is said to be free of the disk.
  let freeSpace: (@Sendable () -> UInt64)?

  /// Makes hooks: one before each step, which may fail it or meddle, and one that bends what a
  /// status says, for example its times; and says whether times are said to tell of names, and how
  /// much room is said to be free.
  package init(
    before: @escaping @Sendable (FileStep) throws(Errno) -> Void = { (_) throws(Errno) in },
    status: @escaping @Sendable (FileStatus) -> FileStatus = { $0 },
    tellsNameChangesByTime: Bool = true, freeSpace: (@Sendable () -> UInt64)? = nil
  ) {
    self.before = before
    self.status = status
    self.tellsNameChangesByTime = tellsNameChangesByTime
    self.freeSpace = freeSpace
  }
}

/// A held folder with hooks around every step, there and below.
package final class HookedDirectory: Directory {
  private let inner: any Directory
  private let hooks: FileHooks

  /// Puts hooks around a folder.
  package init(_ inner: any Directory, _ hooks: FileHooks) {
    self.inner = inner
    self.hooks = hooks
  }

  private func step(_ kind: FileStep.Kind, _ name: EntryName? = nil) throws(Errno) {
    let text = name.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
    try hooks.before(FileStep(kind: kind, name: text))
  }

  private func bare(_ folder: any Directory) -> any Directory {
    (folder as? HookedDirectory)?.inner ?? folder
  }

  package func list(into listing: inout DirectoryListing) throws(Errno) {
    try step(.list)
    try inner.list(into: &listing)
  }

  package func tellsNameChangesByTime() throws(Errno) -> Bool {
    hooks.tellsNameChangesByTime
  }

  package var mount: UInt64? { inner.mount }

  package func status() throws(Errno) -> FileStatus {
    try step(.status)
    return hooks.status(try inner.status())
  }

  package func status(of name: EntryName) throws(Errno) -> FileStatus {
    try step(.status, name)
    return hooks.status(try inner.status(of: name))
  }

  package func openDirectory(_ name: EntryName) throws(Errno) -> any Directory {
    try step(.openDirectory, name)
    return HookedDirectory(try inner.openDirectory(name), hooks)
  }

  package func openFile(_ name: EntryName) throws(Errno) -> any File {
    try step(.openFile, name)
    return HookedFile(try inner.openFile(name), hooks)
  }

  package func openFileForUpdate(_ name: EntryName) throws(Errno) -> any File {
    try step(.openForUpdate, name)
    return HookedFile(try inner.openFileForUpdate(name), hooks)
  }

  package func createFile(_ name: EntryName, mode: UInt32) throws(Errno) -> any File {
    try step(.createFile, name)
    return HookedFile(try inner.createFile(name, mode: mode), hooks)
  }

  package func createDirectory(_ name: EntryName, mode: UInt32) throws(Errno) {
    try step(.createDirectory, name)
    try inner.createDirectory(name, mode: mode)
  }

  package func readLink(_ name: EntryName) throws(Errno) -> [UInt8] {
    try step(.readLink, name)
    return try inner.readLink(name)
  }

  package func setMode(of name: EntryName, _ mode: UInt32) throws(Errno) {
    try step(.setMode, name)
    try inner.setMode(of: name, mode)
  }

  package func createLink(_ name: EntryName, target: String) throws(Errno) {
    try step(.createLink, name)
    try inner.createLink(name, target: target)
  }

  package func linkFile(
    _ name: EntryName, to folder: any Directory, as newName: EntryName
  ) throws(Errno) {
    try step(.linkFile, name)
    try inner.linkFile(name, to: bare(folder), as: newName)
  }

  package func removeFile(_ name: EntryName) throws(Errno) {
    try step(.removeFile, name)
    try inner.removeFile(name)
  }

  package func removeDirectory(_ name: EntryName) throws(Errno) {
    try step(.removeDirectory, name)
    try inner.removeDirectory(name)
  }

  package func rename(
    _ name: EntryName, to folder: any Directory, as newName: EntryName, _ mode: RenameMode
  ) throws(Errno) {
    try step(.rename(mode), newName)
    try inner.rename(name, to: bare(folder), as: newName, mode)
  }

  package func syncFileSystem() throws(Errno) {
    try step(.syncFileSystem)
    try inner.syncFileSystem()
  }

  package func setMode(_ mode: UInt32) throws(Errno) { try inner.setMode(mode) }

  package func synchronize() throws(Errno) { try inner.synchronize() }

  package func freeSpace() throws(Errno) -> UInt64 {
    if let free = hooks.freeSpace { return free() }
    return try inner.freeSpace()
  }

  package func lock(_ name: EntryName) throws(Errno) -> (any FileLock)? { try inner.lock(name) }
}

private final class HookedFile: File {
  private let inner: any File
  private let hooks: FileHooks

  init(_ inner: any File, _ hooks: FileHooks) {
    self.inner = inner
    self.hooks = hooks
  }

  func status() throws(Errno) -> FileStatus { hooks.status(try inner.status()) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    try hooks.before(FileStep(kind: .read, name: ""))
    return try inner.read(into: buffer)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) {
    try hooks.before(FileStep(kind: .write, name: ""))
    try inner.write(bytes)
  }

  func seek(to offset: UInt64) throws(Errno) { try inner.seek(to: offset) }

  func truncate(to size: UInt64) throws(Errno) { try inner.truncate(to: size) }

  func setMode(_ mode: UInt32) throws(Errno) {
    try hooks.before(FileStep(kind: .setMode, name: ""))
    try inner.setMode(mode)
  }

  func synchronize() throws(Errno) { try inner.synchronize() }
}
