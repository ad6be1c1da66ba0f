import SyncModel

extension BlockReason {
  /// Why a path is left alone, for people.
  var words: String {
    switch self {
    case .unreadable(let code): "it cannot be read (\(ErrnoWords.text(code)))"
    case .rulesUnreadable(let code):
      "the ignore rules in it cannot be read (\(ErrnoWords.text(code)))"
    case .unwritable(let code): "it cannot be written (\(ErrnoWords.text(code)))"
    case .specialFile: "it is a socket, pipe or device"
    case .changedWhileReading: "it kept changing while it was being read"
    case .name(let problem): problem.words
    case .tooLarge: "it is larger than limits.max_file allows"
    case .mountPoint: "another file system is mounted there"
    case .listingIncomplete: "the listing around it did not arrive whole"
    case .escapingLink: "it is a link that is absolute or leads out of the project"
    case .linkNotCarried: "the other side cannot keep links"
    case .nameCollision(let other):
      "'\(other)' would be stored under the same name on some file systems"
    case .occupiedFolder: "a folder with entries that are not synced stands in its place"
    case .nestedProject: "a project of its own lies there"
    case .owner: "it changed on the side that does not own it, so it is not carried over"
    case .dependsOn(let other): "it depends on '\(other)', which is not carried over"
    case .refused(code: "purged"):
      "the remote removed this content for good and does not take it again; change it, or leave "
        + "the path out with 'ignore' in syncline.yaml"
    case .refused(let code): "it was refused (\(code))"
    case .contentNotCarried:
      "the other side keeps text only: UTF-8 with one kind of line end, LF or CRLF"
    case .notWellFormed(let line): "line \(line) is no valid YAML, and the other side reads it"
    }
  }
}

extension PathProblem {
  /// What is wrong with a name, for people.
  var words: String {
    switch self {
    case .empty: "its name is empty"
    case .traversal: "its path leads out of the project"
    case .notUTF8: "its name is not UTF-8"
    case .controlCharacter: "its name holds a control character"
    case .reservedCharacter: "its name holds ':' or '\\', which some file systems cannot keep"
    case .trailingDotOrSpace: "its name ends with a dot or a space, which some file systems drop"
    case .deviceName: "its name is that of a device on Windows"
    case .protectedName: "its name is protected, or looks like a protected one"
    case .nameTooLong: "its name is longer than 255 bytes"
    case .pathTooLong: "its path is longer than 4096 bytes"
    case .tooDeep: "it lies more than 128 folders deep"
    }
  }
}
