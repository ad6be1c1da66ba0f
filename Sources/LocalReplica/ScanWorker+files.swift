import Platform
import Replica
import SyncCore
import SyncModel

extension ScanWorker {
  /// Looks at one name that is no folder; its key stands in `path`.
  func visit(
    _ name: ScanName, _ folder: any Directory, _ all: DirectoryListing.Names,
    _ result: FolderScan, _ cursor: inout CacheCursor
  ) throws {
    let entryName = all.name(of: name.entry)
    if name.entry.kind == .special {
      result.append(entry(name, all, result, .blocked(.specialFile)))
      return
    }
    let status = try status(of: entryName, folder)
    switch status.kind {
    case .file:
      let index = path.withUnsafeBufferPointer { cursor.find($0) }
      if let index, status.size <= scan.options.largestFile,
        scan.cache.proves(status, spelledAs: spelling(name, all, result), at: index)
      {
        result.append(cached: index)
        return
      }
      read(name, status, folder, all, result)
    case .link:
      result.append(try link(name, status, folder, all, result))
    case .special:
      result.append(entry(name, all, result, .blocked(.specialFile)))
    case .directory, .unknown:
      // It was no folder when it was listed.
      throw Vanished()
    }
  }

  private func read(
    _ name: ScanName, _ status: FileStatus, _ folder: any Directory,
    _ all: DirectoryListing.Names, _ result: FolderScan
  ) {
    guard status.size <= scan.options.largestFile else {
      result.append(entry(name, all, result, .blocked(.tooLarge), status))
      return
    }
    do throws(FileHasher.Failure) {
      let found = try hasher.digest(of: all.name(of: name.entry), in: folder)
      result.filesRead += 1
      scan.meter?.add(bytes: Int(clamping: found.status.size))
      result.append(
        StatCacheRow(
          path: SyncPath(trusted: String(decoding: path, as: UTF8.self)),
          spelling: spelling(name, all, result), size: found.status.size,
          modified: found.status.modified, changed: found.status.changed,
          inode: found.status.inode, digest: found.digest,
          isExecutable: found.status.isExecutable,
          isSettled: scan.stamp?.settles(found.status) ?? false))
    } catch {
      let reason: BlockReason =
        switch error {
        case .system(let code): .unreadable(errno: code.rawValue)
        case .unstable: .changedWhileReading
        }
      result.append(entry(name, all, result, .blocked(reason), status))
    }
  }

  private func link(
    _ name: ScanName, _ status: FileStatus, _ folder: any Directory,
    _ all: DirectoryListing.Names, _ result: FolderScan
  ) throws -> TreeEntry {
    let bytes: [UInt8]
    do throws(Errno) { bytes = try folder.readLink(all.name(of: name.entry)) } catch {
      if error == .notFound || error == .invalidArgument { throw Vanished() }
      return entry(name, all, result, .blocked(.unreadable(errno: error.rawValue)), status)
    }
    guard let target = String(validating: bytes, as: UTF8.self) else {
      return entry(name, all, result, .blocked(.name(.notUTF8)), status)
    }
    guard !TreeRules.escapes(target: target, depth: result.depth) else {
      return entry(name, all, result, .blocked(.escapingLink), status)
    }
    return entry(name, all, result, .node(.link(target: target)), status)
  }

  private func entry(
    _ name: ScanName, _ all: DirectoryListing.Names, _ result: FolderScan,
    _ state: TreeEntry.State, _ status: FileStatus? = nil
  ) -> TreeEntry {
    TreeEntry(
      path: SyncPath(trusted: String(decoding: path, as: UTF8.self)), state: state,
      modified: status.map { Timestamp(nanoseconds: $0.modified) },
      spelling: spelling(name, all, result))
  }

  private func spelling(
    _ name: ScanName, _ all: DirectoryListing.Names, _ result: FolderScan
  ) -> String? {
    guard result.spelling != nil || name.key != nil else { return nil }
    return String(decoding: result.bytes(of: all.name(of: name.entry).bytes), as: UTF8.self)
  }
}
