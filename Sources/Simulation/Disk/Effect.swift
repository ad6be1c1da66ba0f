import Platform

/// What one call did to a disk, as it may or may not reach the device.
struct Effect: Sendable {
  /// One part of it; all parts of one effect happen together.
  enum Part: Sendable {
    case make(UInt64, Inode)
    case name(folder: UInt64, key: [UInt8], Inode.Name?)
    case mode(UInt64, UInt32)
    case touch(UInt64, Int64)
    case write(UInt64, offset: Int, [UInt8])
    case resize(UInt64, Int)
    /// Another program has written to a file.
    case foreign(UInt64)
  }

  var parts: [Part]
  var time: Int64

  /// The file whose bytes it changes; nothing for names and modes.
  var written: UInt64? {
    for part in parts {
      switch part {
      case .write(let inode, _, _), .resize(let inode, _): return inode
      case .make, .name, .mode, .touch, .foreign: continue
      }
    }
    return nil
  }
}

/// The files of a disk, by number.
struct InodeTable: Sendable {
  var inodes: [UInt64: Inode] = [:]

  /// Lets an effect happen; parts of files that are not there do nothing.
  mutating func apply(_ effect: Effect) {
    for part in effect.parts {
      switch part {
      case .make(let number, let inode): inodes[number] = inode
      case .name(let folder, let key, let name): setName(name, key, in: folder, effect.time)
      case .mode(let number, let mode):
        inodes[number]?.mode = mode
        inodes[number]?.changed = effect.time
      case .touch(let number, let time):
        inodes[number]?.modified = time
        inodes[number]?.changed = effect.time
      case .foreign(let number): inodes[number]?.isForeign = true
      case .write(let number, let offset, let bytes):
        change(number, effect.time) { content in
          let end = offset + bytes.count
          if content.count < end { content += [UInt8](repeating: 0, count: end - content.count) }
          content.replaceSubrange(offset..<end, with: bytes)
        }
      case .resize(let number, let size):
        change(number, effect.time) { content in
          if content.count > size { content.removeLast(content.count - size) }
          if content.count < size {
            content += [UInt8](repeating: 0, count: size - content.count)
          }
        }
      }
    }
  }

  private mutating func change(_ number: UInt64, _ time: Int64, _ body: (inout [UInt8]) -> Void) {
    guard inodes[number] != nil else { return }
    body(&inodes[number, default: Inode(.file, mode: 0, time: 0, isForeign: false)].bytes)
    inodes[number]?.modified = time
    inodes[number]?.changed = time
  }

  private mutating func setName(
    _ name: Inode.Name?, _ key: [UInt8], in folder: UInt64, _ time: Int64
  ) {
    guard let old = inodes[folder]?.names[key] else {
      guard let name, inodes[folder] != nil, inodes[name.inode] != nil else { return }
      inodes[folder]?.names[key] = name
      inodes[name.inode]?.links += 1
      stamp(folder, time)
      return
    }
    inodes[old.inode]?.links &-= 1
    inodes[old.inode]?.changed = time
    if let name, inodes[name.inode] != nil {
      inodes[folder]?.names[key] = name
      inodes[name.inode]?.links += 1
    } else {
      inodes[folder]?.names[key] = nil
    }
    stamp(folder, time)
  }

  private mutating func stamp(_ folder: UInt64, _ time: Int64) {
    inodes[folder]?.modified = time
    inodes[folder]?.changed = time
  }
}
