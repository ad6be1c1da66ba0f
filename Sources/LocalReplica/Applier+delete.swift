import Platform
import Replica
import SyncModel

extension Applier {
  /// Takes a node out of its place and keeps it.
  func delete(
    _ before: Node, _ path: SyncPath, _ place: FolderStack.Place, _ status: FileStatus?
  ) throws(Errno) -> ChangeResult {
    guard let status else { return .done }
    // Folders are not nodes: where one stands, the path is absent.
    if status.kind == .directory { return .done }
    guard try holds(before, at: place, status, row: row(of: path)) else {
      return .moved(found: try state(place))
    }
    let slot: TrashArea.Slot
    do throws(Errno) {
      slot = try trash.keep(path) { (slot) throws(Errno) in
        try place.folder.take(place.name, to: slot.place.folder, as: slot.place.name)
      }
    } catch {
      guard error == .notFound else { throw error }
      return .done
    }
    return try settling(slot) { () throws(Errno) in
      let kept = slot.place
      let out = try kept.folder.status(of: kept.name)
      if isExpected(before, path, slot, out) {
        keep(before, path, slot, out)
        noteDeletion(of: path)
        return .done
      }
      try putBack(path, slot, to: place)
      return .moved(found: try state(place))
    }
  }
}
