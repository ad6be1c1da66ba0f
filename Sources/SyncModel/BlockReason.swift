/// Why a path is left alone: nothing is written, deleted or believed about it.
package enum BlockReason: Hashable, Sendable {
  /// It could not be read; the code is the operating system's.
  case unreadable(errno: Int32)
  /// The ignore rules in it could not be read; the code is the operating system's.
  case rulesUnreadable(errno: Int32)
  /// It could not be written; the code is the operating system's.
  case unwritable(errno: Int32)
  /// A socket, pipe or device.
  case specialFile
  /// It changed while it was being read, every time it was tried.
  case changedWhileReading
  /// Its name cannot be kept on one of the sides.
  case name(PathProblem)
  /// Larger than the project's limit.
  case tooLarge
  /// Another file system is mounted there.
  case mountPoint
  /// The listing around it did not arrive whole.
  case listingIncomplete
  /// A link that is absolute or leads out of the project.
  case escapingLink
  /// The other side cannot hold links.
  case linkNotCarried
  /// Two names that one file system would store as one.
  case nameCollision(with: SyncPath)
  /// The place of a file is taken by a folder that holds unsynced entries.
  case occupiedFolder
  /// A project of its own lies there.
  case nestedProject
  /// The side that owns it refuses the change.
  case owner
  /// What it depends on is not carried over: blocked, in conflict, or not spoken of.
  case dependsOn(SyncPath)
  /// The remote refused it, with its own code.
  case refused(code: String)
  /// The content is not one that the remote can hold (text only, undecodable…).
  case contentNotCarried
  /// The content is not what its name says, and the remote could not read it: YAML that is none.
  case notWellFormed(line: Int)

  /// A stable word for scripts.
  package var code: String {
    switch self {
    case .unreadable: "unreadable"
    case .rulesUnreadable: "rules_unreadable"
    case .unwritable: "unwritable"
    case .specialFile: "special_file"
    case .changedWhileReading: "changed_while_reading"
    case .name(let problem): "name_" + problem.rawValue
    case .tooLarge: "too_large"
    case .mountPoint: "mount_point"
    case .listingIncomplete: "listing_incomplete"
    case .escapingLink: "escaping_link"
    case .linkNotCarried: "link_not_carried"
    case .nameCollision: "name_collision"
    case .occupiedFolder: "occupied_folder"
    case .nestedProject: "nested_project"
    case .owner: "owner"
    case .dependsOn: "depends_on"
    case .refused: "refused"
    case .contentNotCarried: "content_not_carried"
    case .notWellFormed: "not_well_formed"
    }
  }
}
