import Platform

/// A held folder of a simulated disk, in the hands of one process.
final class SimulatedFolder: Directory {
  let disk: SimulatedDisk
  let process: SimulatedProcess
  let number: UInt64

  init(_ disk: SimulatedDisk, _ number: UInt64, _ process: SimulatedProcess) {
    self.disk = disk
    self.number = number
    self.process = process
  }

  /// One call: the process may die before it or after it, or the call may fail.
  private func call<Result>(
    _ kind: SimulatedCall, _ name: EntryName? = nil,
    _ body: (inout SimulatedDisk.State) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    try process.enter(kind, name.map { Array($0.bytes) } ?? [])
    let result = try disk.state.withLock { (state) throws(Errno) in try body(&state) }
    try process.leave()
    return result
  }

  func list(into listing: inout DirectoryListing) throws(Errno) {
    let names = try call(.list) { (state) throws(Errno) in
      let folder = try self.disk.folder(self.number, state)
      guard folder.mode & 0o400 != 0 else { throw .accessDenied }
      return folder.names.values.map { name in
        (name, state.live.inodes[name.inode]?.kind ?? .unknown)
      }
    }
    listing.removeAll()
    // In any order that repeats itself, but not in that of the names.
    for (name, kind) in names.sorted(by: {
      $0.0.inode * 7 % 13 < $1.0.inode * 7 % 13
        || ($0.0.inode * 7 % 13 == $1.0.inode * 7 % 13 && $0.0.inode < $1.0.inode)
    }) {
      name.spelling.withUnsafeBufferPointer {
        listing.append(name: $0, kind: kind, inode: name.inode)
      }
    }
  }

  func status() throws(Errno) -> FileStatus {
    try call(.status) { (state) throws(Errno) in try self.disk.status(self.number, state) }
  }

  func status(of name: EntryName) throws(Errno) -> FileStatus {
    try call(.status, name) { (state) throws(Errno) in
      try self.disk.status(
        self.disk.find(Array(name.bytes), in: self.number, state).0, state)
    }
  }

  func openDirectory(_ name: EntryName) throws(Errno) -> any Directory {
    let found = try call(.openFolder, name) { (state) throws(Errno) in
      let (number, inode) = try self.disk.find(Array(name.bytes), in: self.number, state)
      guard inode.kind == .directory else { throw .notDirectory }
      guard inode.mode & 0o100 != 0 else { throw .accessDenied }
      return number
    }
    return SimulatedFolder(disk, found, process)
  }

  /// Where a link points to; nothing where there is none.
  ///
  /// No step of the process.
  func linkTarget(_ name: String) -> String? {
    disk.state.withLock { state in
      do throws(Errno) {
        let (_, inode) = try self.disk.find(Array(name.utf8), in: self.number, state)
        return inode.kind == .link ? String(decoding: inode.bytes, as: UTF8.self) : nil
      } catch {
        return nil
      }
    }
  }

  func openFile(_ name: EntryName) throws(Errno) -> any File { try open(name, writes: false) }

  func openFileForUpdate(_ name: EntryName) throws(Errno) -> any File {
    try open(name, writes: true)
  }

  private func open(_ name: EntryName, writes: Bool) throws(Errno) -> any File {
    let found = try call(.openFile, name) { (state) throws(Errno) in
      let (number, inode) = try self.disk.find(Array(name.bytes), in: self.number, state)
      if inode.kind == .link { throw .linkLoop }
      guard inode.kind == .file else { throw .invalidArgument }
      let needed: UInt32 = writes ? 0o600 : 0o400
      guard inode.mode & needed == needed else { throw .accessDenied }
      return number
    }
    return SimulatedFile(disk, found, process)
  }

  func createFile(_ name: EntryName, mode: UInt32) throws(Errno) -> any File {
    let made = try call(.create, name) { (state) throws(Errno) in
      let inode = Inode(
        .file, mode: mode & ~0o022, time: self.disk.fileTime(state), isForeign: false)
      return try self.disk.make(inode, Array(name.bytes), in: self.number, &state)
    }
    return SimulatedFile(disk, made, process)
  }

  func createDirectory(_ name: EntryName, mode: UInt32) throws(Errno) {
    _ = try call(.create, name) { (state) throws(Errno) in
      let inode = Inode(
        .directory, mode: mode & ~0o022, time: self.disk.fileTime(state), isForeign: false)
      return try self.disk.make(inode, Array(name.bytes), in: self.number, &state)
    }
  }

  func readLink(_ name: EntryName) throws(Errno) -> [UInt8] {
    try call(.status, name) { (state) throws(Errno) in
      let (_, inode) = try self.disk.find(Array(name.bytes), in: self.number, state)
      guard inode.kind == .link else { throw .invalidArgument }
      return inode.bytes
    }
  }

  func setMode(of name: EntryName, _ mode: UInt32) throws(Errno) {
    try call(.mode, name) { (state) throws(Errno) in
      let (number, inode) = try self.disk.find(Array(name.bytes), in: self.number, state)
      guard inode.kind != .link else { throw .notSupported }
      self.disk.perform([.mode(number, mode)], &state)
    }
  }

  func createLink(_ name: EntryName, target: String) throws(Errno) {
    _ = try call(.create, name) { (state) throws(Errno) in
      var inode = Inode(.link, mode: 0o777, time: self.disk.fileTime(state), isForeign: false)
      inode.bytes = Array(target.utf8)
      return try self.disk.make(inode, Array(name.bytes), in: self.number, &state)
    }
  }

  func linkFile(
    _ name: EntryName, to folder: any Directory, as newName: EntryName
  ) throws(Errno) {
    let other = try held(folder)
    try call(.rename, newName) { (state) throws(Errno) in
      try self.disk.link(
        Array(name.bytes), in: self.number, to: other, as: Array(newName.bytes), &state)
    }
  }

  func removeFile(_ name: EntryName) throws(Errno) {
    try call(.remove, name) { (state) throws(Errno) in
      try self.disk.remove(Array(name.bytes), from: self.number, isFolder: false, &state)
    }
  }

  func removeDirectory(_ name: EntryName) throws(Errno) {
    try call(.remove, name) { (state) throws(Errno) in
      try self.disk.remove(Array(name.bytes), from: self.number, isFolder: true, &state)
    }
  }

  func rename(
    _ name: EntryName, to folder: any Directory, as newName: EntryName, _ mode: RenameMode
  ) throws(Errno) {
    let other = try held(folder)
    try call(.rename, newName) { (state) throws(Errno) in
      try self.disk.rename(
        Array(name.bytes), in: self.number, to: other, as: Array(newName.bytes), mode, &state)
    }
  }

  func setMode(_ mode: UInt32) throws(Errno) {
    try call(.mode) { (state) throws(Errno) in
      self.disk.perform([.mode(self.number, mode)], &state)
    }
  }

  func syncFileSystem() throws(Errno) {
    try process.enter(.barrier, [])
    disk.settle()
    try process.leave()
  }

  func synchronize() throws(Errno) {
    try process.enter(.barrier, [])
    disk.settle(file: nil)
    try process.leave()
  }

  func tellsNameChangesByTime() throws(Errno) -> Bool { true }

  func freeSpace() throws(Errno) -> UInt64 {
    try call(.status) { (state) throws(Errno) in UInt64(state.room ?? 1 << 40) }
  }

  func lock(_ name: EntryName) throws(Errno) -> (any FileLock)? {
    let file: any File
    do throws(Errno) { file = try openFileForUpdate(name) } catch {
      guard error == .notFound else { throw error }
      return try lockFresh(createFile(name, mode: 0o600))
    }
    return try lockFresh(file)
  }

  private func lockFresh(_ file: any File) throws(Errno) -> (any FileLock)? {
    let number = try file.status().inode
    let isTaken = disk.state.withLock { $0.locked.insert(number).inserted }
    return isTaken ? SimulatedLock(disk, number) : nil
  }

  private func held(_ folder: any Directory) throws(Errno) -> UInt64 {
    guard let folder = folder as? SimulatedFolder, folder.disk === disk else {
      throw .crossDevice
    }
    return folder.number
  }
}

private final class SimulatedLock: FileLock {
  private let disk: SimulatedDisk
  private let number: UInt64

  init(_ disk: SimulatedDisk, _ number: UInt64) {
    self.disk = disk
    self.number = number
  }

  deinit { disk.state.withLock { _ = $0.locked.remove(number) } }

  func write(note: String) throws(Errno) {}
}
