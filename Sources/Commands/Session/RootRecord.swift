import CommandLineKit
import Engine
import Platform
import ProjectState
import SyncCore

/// Which folder the record in `.syncline/` was made for.
struct RootRecord: Equatable {
  /// The device of the root.
  var device: UInt64
  /// The number of the root on its device.
  var inode: UInt64
  /// The path of the root with links resolved.
  var path: String

  /// Describes a folder.
  init(of folder: ProjectFolder) throws(Errno) {
    let status = try folder.root.status()
    device = status.device
    inode = status.inode
    path = folder.path
  }

  /// Reads what ``text`` wrote.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let device = UInt64(parts[0]), let inode = UInt64(parts[1]) else {
      return nil
    }
    self.device = device
    self.inode = inode
    path = String(parts[2])
  }

  /// The record as it is stored.
  var text: String { "\(device):\(inode):\(path)" }

  /// Compares a folder with the one that its state was recorded for, and records it anew.
  ///
  /// A moved or copied folder is fine. Two folders over one record are not: each would take what
  /// the other one lacks for deleted.
  static func check(
    _ folder: ProjectFolder, _ state: StateDatabase, _ context: CommandContext
  ) throws {
    let now = try RootRecord(of: folder)
    let known = try state.fact(.root).flatMap { RootRecord($0) }
    guard now != known else { return }
    if let known, known.path != now.path,
      let other = try? ProjectFolder(path: known.path, fileSystem: context.surroundings.fileSystem),
      let theirs = try? other.hidden?.status(), let ours = try folder.hidden?.status(),
      let root = try? other.root.status(), (root.device, root.inode) != (now.device, now.inode)
    {
      if (theirs.device, theirs.inode) == (ours.device, ours.inode) {
        let trip = BrakeTrip.sharedState
        throw CommandFailure(
          .stopped, trip.code, "Stopped: \(trip.words); the other one is '\(known.path)'.",
          hint: trip.hint)
      }
      try context.console.note(
        "note: this folder was copied from '\(known.path)' with its .syncline; "
          + "from now on each keeps a record of its own")
    }
    try state.setFact(.root, to: now.text)
  }
}
