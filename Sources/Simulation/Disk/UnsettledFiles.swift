import HubStore
import TestSupport

/// What was done to a folder since the barriers that would settle it, by paths in the folder.
struct UnsettledFiles: Sendable {
  /// A change of a file's bytes.
  private struct Bytes: Sendable {
    var path: String
    /// The whole file before.
    var before: [UInt8]
    /// Where it was written and how much; nothing where the file was cut.
    var written: Range<Int>?
    var size: Int
  }

  /// A change of names.
  private enum Name: Sendable {
    case made(String)
    case moved(String, to: String, replaced: [UInt8]?)
    case removed(String, [UInt8]?)

    /// The folders that it is in.
    var folders: [String] {
      switch self {
      case .made(let path), .removed(let path, _): [UnsettledFiles.parent(of: path)]
      case .moved(let path, let target, _):
        [UnsettledFiles.parent(of: path), UnsettledFiles.parent(of: target)]
      }
    }
  }

  private var bytes: [Bytes] = []
  private var names: [Name] = []

  private static func parent(of path: String) -> String {
    path.split(separator: "/").dropLast().joined(separator: "/")
  }

  private static func relative(_ path: String, _ folder: String) -> String? {
    if path == folder { return "" }
    return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : nil
  }

  /// Notes what a step is going to do.
  mutating func add(_ step: StoreStep, in folder: String) {
    func inside(_ path: String) -> String? { UnsettledFiles.relative(path, folder) }
    switch step {
    case .makeFolder(let path), .open(let path):
      if let name = inside(path), !FolderImage.exists(path) { names.append(.made(name)) }
    case .write(let path, let offset, let count):
      guard let name = inside(path) else { return }
      let before = FolderImage.bytes(ofFileAt: path) ?? []
      let range = Int(offset)..<(Int(offset) + count)
      bytes.append(
        Bytes(
          path: name, before: before, written: range, size: max(before.count, range.upperBound)))
    case .truncate(let path, let size):
      guard let name = inside(path) else { return }
      let before = FolderImage.bytes(ofFileAt: path) ?? []
      bytes.append(Bytes(path: name, before: before, written: nil, size: Int(size)))
    case .move(let path, let target):
      guard let name = inside(path), let other = inside(target) else { return }
      let replaced = FolderImage.bytes(ofFileAt: target)
      names.append(.moved(name, to: other, replaced: replaced))
      bytes.removeAll { $0.path == other }
      for index in bytes.indices where bytes[index].path == name { bytes[index].path = other }
    case .remove(let path):
      guard let name = inside(path), FolderImage.exists(path) else { return }
      names.append(.removed(name, FolderImage.bytes(ofFileAt: path)))
      bytes.removeAll { $0.path == name }
    case .sync, .syncFolder, .commit, .committed: break
    }
  }

  /// Takes away what a barrier that has happened settled.
  mutating func settle(_ step: StoreStep, in folder: String) {
    switch step {
    case .sync(let path):
      let name = UnsettledFiles.relative(path, folder)
      bytes.removeAll { $0.path == name }
    case .syncFolder(let path):
      guard let name = UnsettledFiles.relative(path, folder),
        let last = names.lastIndex(where: { $0.folders.contains(name) })
      else { return }
      names.removeSubrange(...last)
    case .makeFolder, .open, .write, .truncate, .move, .remove, .commit, .committed: break
    }
  }

  /// Takes out of an image what chance says never reached the device.
  func lose(from image: inout FolderImage, using random: inout SeededGenerator) {
    for path in Set(bytes.map(\.path)).sorted() {
      guard let live = image.files[path] else { continue }
      var content = bytes.first { $0.path == path }?.before ?? []
      for change in bytes where change.path == path {
        var kept = random.oneIn(3) ? 0 : change.written?.count ?? 1
        if kept > 0, random.oneIn(3) { kept = Int(random.next() % UInt64(kept + 1)) }
        guard let written = change.written else {
          if kept > 0 { resize(&content, change.size) }
          continue
        }
        // Of what was lost the length may be there, as zeros.
        let isLong = random.oneIn(2)
        let end = isLong ? change.size : written.lowerBound + kept
        if kept > 0 || isLong, content.count < end { resize(&content, end) }
        for index in written.prefix(kept) where index < live.count { content[index] = live[index] }
      }
      image.files[path] = content
    }
    let count = random.oneIn(3) ? 0 : Int(random.next() % UInt64(names.count + 1))
    for name in names[count...].reversed() {
      switch name {
      case .made(let path): image.move(path, to: nil)
      case .moved(let path, let target, let replaced):
        image.move(target, to: path)
        if let replaced { image.files[target] = replaced }
      case .removed(let path, let bytes?): image.files[path] = bytes
      case .removed(let path, nil): image.folders.insert(path)
      }
    }
  }

  private func resize(_ content: inout [UInt8], _ size: Int) {
    if content.count > size { content.removeLast(content.count - size) }
    content += [UInt8](repeating: 0, count: size - content.count)
  }
}
