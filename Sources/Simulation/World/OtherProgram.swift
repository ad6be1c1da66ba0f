import Platform
import TestSupport

/// A user at an editor, or any other program, that changes the project folder of a disk.
struct OtherProgram {
  let disk: SimulatedDisk

  /// Makes a change; answers with the contents that it put there.
  @discardableResult
  func make(_ edit: Edit, other: (String) -> Seen?) -> [[UInt8]] {
    var written: [[UInt8]] = []
    disk.state.withLock { state in
      do throws(Errno) {
        written = try make(edit, other: other, &state)
      } catch {
        // What cannot be done is not done, as for any user.
      }
    }
    return written
  }

  private func make(
    _ edit: Edit, other: (String) -> Seen?, _ state: inout SimulatedDisk.State
  ) throws(Errno) -> [[UInt8]] {
    switch edit {
    case .write(let path, let content, let renamesOver):
      return try write(Texts.text(content), Texts.paths[path], renamesOver, &state)
    case .line(let path, let line, let content):
      guard let inode = try thing(Texts.paths[path], &state)?.inode, inode.kind == .file
      else { return [] }
      return try write(
        Texts.changing(inode.bytes, line: line, to: content), Texts.paths[path], false, &state)
    case .lineEnds(let path, let ends):
      guard let inode = try thing(Texts.paths[path], &state)?.inode, inode.kind == .file
      else { return [] }
      return try write(Texts.text(inode.bytes, ending: ends), Texts.paths[path], false, &state)
    case .delete(let path): try clear(Texts.paths[path], &state)
    case .rename(let from, let to):
      guard let found = try thing(Texts.paths[from], &state), found.inode.kind != .directory,
        from != to
      else { return [] }
      let (parent, newName) = try makeRoom(for: Texts.paths[to], &state)
      try disk.rename(
        found.name, in: found.folder, to: parent, as: newName, .replace, &state)
    case .executable(let path):
      guard let found = try thing(Texts.paths[path], &state), found.inode.kind == .file
      else { return [] }
      disk.perform([.mode(found.number, found.inode.mode ^ 0o111)], &state)
    case .readable(let path):
      guard let found = try thing(Texts.paths[path], &state), found.inode.kind == .file
      else { return [] }
      disk.perform([.mode(found.number, found.inode.mode ^ 0o444)], &state)
    case .link(let path, let content):
      let (parent, name) = try makeRoom(for: Texts.paths[path], &state)
      try clear(Texts.paths[path], &state)
      var inode = Inode(.link, mode: 0o777, time: disk.fileTime(state), isForeign: true)
      inode.bytes = Texts.target(content)
      _ = try disk.make(inode, name, in: parent, &state)
      return [Seen.owed(linkTo: inode.bytes)]
    case .touch(let path):
      guard let found = try thing(Texts.paths[path], &state) else { return [] }
      disk.perform([.touch(found.number, disk.fileTime(state))], &state)
    case .folder(let path):
      let (parent, name) = try makeRoom(for: Texts.paths[path], &state)
      let inode = Inode(.directory, mode: 0o755, time: disk.fileTime(state), isForeign: true)
      _ = try disk.make(inode, name, in: parent, &state)
    case .same(let path):
      guard let seen = other(Texts.paths[path]), !seen.isLink else { return [] }
      return try write(seen.bytes, Texts.paths[path], true, &state)
    case .ignore(let path):
      return try write(
        Texts.rules(ignoring: path.map { Texts.paths[$0] }), Texts.rules, false, &state)
    }
    return []
  }

  private func write(
    _ bytes: [UInt8], _ path: String, _ renamesOver: Bool, _ state: inout SimulatedDisk.State
  ) throws(Errno) -> [[UInt8]] {
    let (parent, name) = try makeRoom(for: path, &state)
    if let there = try thing(path, &state) {
      let (number, inode) = (there.number, there.inode)
      if inode.kind == .directory { try clear(path, &state) }
      if inode.kind == .file, !renamesOver {
        disk.perform(
          [.write(number, offset: 0, bytes), .resize(number, bytes.count), .foreign(number)], &state
        )
        return [bytes]
      }
      if inode.kind != .directory { try clear(path, &state) }
    }
    var inode = Inode(.file, mode: 0o644, time: disk.fileTime(state), isForeign: true)
    inode.bytes = bytes
    _ = try disk.make(inode, name, in: parent, &state)
    return [bytes]
  }

  /// A path that stands for something.
  private struct Thing {
    var folder: UInt64
    var name: [UInt8]
    var number: UInt64
    var inode: Inode
  }

  private func thing(
    _ path: String, _ state: inout SimulatedDisk.State
  ) throws(Errno) -> Thing? {
    guard let (folder, name) = place(path, state),
      let found = state.live.inodes[folder]?.names[disk.traits.key(of: name)],
      let inode = state.live.inodes[found.inode]
    else { return nil }
    return Thing(folder: folder, name: name, number: found.inode, inode: inode)
  }

  /// Finds the folder of a path, and its name there.
  private func place(_ path: String, _ state: SimulatedDisk.State) -> (UInt64, [UInt8])? {
    var folder = SimulatedDisk.root
    let names = ("p/" + path).split(separator: "/").map { Array($0.utf8) }
    for name in names.dropLast() {
      guard let found = state.live.inodes[folder]?.names[disk.traits.key(of: name)],
        state.live.inodes[found.inode]?.kind == .directory
      else { return nil }
      folder = found.inode
    }
    return names.last.map { (folder, $0) }
  }

  /// Makes the folders of a path; files that stand in their places go.
  private func makeRoom(
    for path: String, _ state: inout SimulatedDisk.State
  ) throws(Errno) -> (UInt64, [UInt8]) {
    let names = path.split(separator: "/")
    for count in 1..<max(1, names.count) {
      let above = names[..<count].joined(separator: "/")
      guard let (folder, name) = place(above, state) else { throw .notFound }
      let inode = try thing(above, &state)?.inode
      if inode?.kind == .directory { continue }
      if inode != nil { try clear(above, &state) }
      let fresh = Inode(.directory, mode: 0o755, time: disk.fileTime(state), isForeign: true)
      _ = try disk.make(fresh, name, in: folder, &state)
    }
    guard let found = place(path, state) else { throw .notFound }
    return found
  }

  /// Removes whatever stands at a path, folders with all that is in them.
  private func clear(_ path: String, _ state: inout SimulatedDisk.State) throws(Errno) {
    guard let found = try thing(path, &state) else { return }
    try clear(found.name, found.number, in: found.folder, &state)
  }

  private func clear(
    _ name: [UInt8], _ number: UInt64, in folder: UInt64, _ state: inout SimulatedDisk.State
  ) throws(Errno) {
    guard let inode = state.live.inodes[number] else { return }
    let isFolder = inode.kind == .directory
    let below = inode.names.values.sorted { $0.inode < $1.inode }
    for child in below { try clear(child.spelling, child.inode, in: number, &state) }
    try disk.remove(name, from: folder, isFolder: isFolder, &state)
  }
}

extension SimulatedDisk {
  /// Gives back the right to read everything.
  func makeReadable() {
    state.withLock { state in
      for number in state.live.inodes.keys.sorted() {
        guard let inode = state.live.inodes[number], inode.kind == .file,
          inode.mode & 0o400 == 0
        else { continue }
        perform([.mode(number, inode.mode | 0o444)], &state)
      }
    }
    settle()
  }
}
