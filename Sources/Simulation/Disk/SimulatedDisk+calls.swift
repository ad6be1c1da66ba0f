import Platform

/// The system calls, by the number of the folder or file that is held.
extension SimulatedDisk {
  func perform(_ parts: [Effect.Part], _ state: inout State) {
    let effect = Effect(parts: parts, time: fileTime(state))
    state.live.apply(effect)
    state.pending.append(effect)
  }

  func folder(_ number: UInt64, _ state: State) throws(Errno) -> Inode {
    guard let inode = state.live.inodes[number], inode.links > 0 else { throw .notFound }
    return inode
  }

  func find(_ name: [UInt8], in folder: UInt64, _ state: State) throws(Errno) -> (UInt64, Inode) {
    guard let found = try self.folder(folder, state).names[traits.key(of: name)],
      let inode = state.live.inodes[found.inode]
    else { throw .notFound }
    return (found.inode, inode)
  }

  /// Fails where names of a folder may not be changed.
  func requireWritable(_ folder: UInt64, _ state: State) throws(Errno) {
    if try self.folder(folder, state).mode & 0o200 == 0 { throw .accessDenied }
  }

  func status(_ number: UInt64, _ state: State) throws(Errno) -> FileStatus {
    guard let inode = state.live.inodes[number] else { throw .notFound }
    return FileStatus(
      kind: inode.kind, mode: inode.mode, size: UInt64(inode.bytes.count),
      modified: inode.modified, changed: inode.changed, inode: number, device: 1,
      linkCount: inode.links)
  }

  /// Makes something under a new name and answers with its number.
  func make(
    _ inode: Inode, _ name: [UInt8], in folder: UInt64, _ state: inout State
  ) throws(Errno) -> UInt64 {
    try requireWritable(folder, state)
    let key = traits.key(of: name)
    if try self.folder(folder, state).names[key] != nil { throw .exists }
    if name.count > 255 { throw .nameTooLong }
    let number = state.next
    state.next += 1
    perform(
      [
        .make(number, inode),
        .name(folder: folder, key: key, Inode.Name(spelling: name, inode: number)),
      ], &state)
    return number
  }

  func remove(
    _ name: [UInt8], from folder: UInt64, isFolder: Bool, _ state: inout State
  ) throws(Errno) {
    try requireWritable(folder, state)
    let (_, inode) = try find(name, in: folder, state)
    if isFolder {
      guard inode.kind == .directory else { throw .notDirectory }
      guard inode.names.isEmpty else { throw .notEmpty }
    } else if inode.kind == .directory {
      throw .isDirectory
    }
    perform([.name(folder: folder, key: traits.key(of: name), nil)], &state)
  }

  func link(
    _ name: [UInt8], in folder: UInt64, to other: UInt64, as newName: [UInt8],
    _ state: inout State
  ) throws(Errno) {
    guard traits.links else { throw .notPermitted }
    try requireWritable(other, state)
    let (number, inode) = try find(name, in: folder, state)
    guard inode.kind != .directory else { throw .notPermitted }
    let key = traits.key(of: newName)
    if try self.folder(other, state).names[key] != nil { throw .exists }
    perform(
      [.name(folder: other, key: key, Inode.Name(spelling: newName, inode: number))], &state)
  }

  func rename(
    _ name: [UInt8], in folder: UInt64, to other: UInt64, as newName: [UInt8], _ mode: RenameMode,
    _ state: inout State
  ) throws(Errno) {
    try requireWritable(folder, state)
    try requireWritable(other, state)
    let key = traits.key(of: name)
    let newKey = traits.key(of: newName)
    let (number, inode) = try find(name, in: folder, state)
    let there = try self.folder(other, state).names[newKey]
    if inode.kind == .directory, isInside(other, of: number, state) { throw .invalidArgument }
    let placed = Effect.Part.name(
      folder: other, key: newKey, Inode.Name(spelling: newName, inode: number))
    switch mode {
    case .exchange:
      guard traits.exchanges else { throw .notSupported }
      guard let there else { throw .notFound }
      perform(
        [
          placed,
          .name(folder: folder, key: key, Inode.Name(spelling: name, inode: there.inode)),
        ], &state)
      return
    case .noReplace:
      if there != nil { throw .exists }
    case .replace:
      guard let there, let old = state.live.inodes[there.inode] else { break }
      if there.inode == number { return }
      if old.kind == .directory {
        guard inode.kind == .directory else { throw .isDirectory }
        guard old.names.isEmpty else { throw .notEmpty }
      } else if inode.kind == .directory {
        throw .notDirectory
      }
    }
    perform([.name(folder: folder, key: key, nil), placed], &state)
  }

  private func isInside(_ folder: UInt64, of number: UInt64, _ state: State) -> Bool {
    if folder == number { return true }
    guard let inode = state.live.inodes[number] else { return false }
    return inode.names.values.contains { isInside(folder, of: $0.inode, state) }
  }

  func write(_ bytes: [UInt8], to number: UInt64, at offset: Int, _ state: inout State)
    throws(Errno)
  {
    if let room = state.room {
      guard bytes.count <= room else { throw .noSpace }
      state.room = room - bytes.count
    }
    perform([.write(number, offset: offset, bytes)], &state)
  }
}
