import CommandLineKit
import Engine
import HTTPClient
import Hub
import HubProtocol
import HubStore
import Platform
import ProjectState
import Replica
import SQLite
import SyncModel

/// Turns every error into what happened, why, and what to do next: the one place for such words.
enum Explanation {
  /// Explains an error.
  static func explain(_ error: any Error) -> CommandFailure {
    switch error {
    case let failure as CommandFailure: failure
    case let error as ReplicaError: explain(error)
    case let error as HubStoreError: error.failure
    case let error as HubStartError: error.failure
    case let error as EngineError: explain(error)
    case let error as StateError: explain(error)
    case let error as SQLiteError: explain(error)
    case let error as PrivateFolderError: explain(error)
    case let error as Errno: explain(error)
    case let error as WireError: explain(error)
    case let error as ContentError: explain(error)
    case is CancellationError:
      CommandFailure(
        .interrupted, "interrupted", "Interrupted.",
        hint: "what was begun is settled by the next run")
    default:
      CommandFailure(
        .internalError, "internal", "Something happened that should not: \(error)",
        hint: "please report this with the command that you ran")
    }
  }

  private static func explain(_ error: ReplicaError) -> CommandFailure {
    switch error.code {
    case .unreachable:
      CommandFailure(
        .unreachable, "unreachable", "The remote cannot be reached: \(error.detail).",
        hint: error.isRetriable
          ? "try again later; nothing is lost, and if it stays so check the address with "
            + "'syncline target list'"
          : "check the address with 'syncline target list' and try again")
    case .notUnderstood:
      CommandFailure(
        .unreachable, "not_understood",
        "What answers is not a server that this program understands: \(error.detail).",
        hint: "check the address; a login page or a proxy may answer in its place")
    case .notAllowed:
      CommandFailure(
        .notAllowed, "not_allowed",
        "You are not signed in, not allowed to do this, or there is no such project: "
          + "\(error.detail).",
        hint: "sign in with 'syncline login URL', or create the project with "
          + "'syncline init URL --create'")
    case .refused where error.detail.hasPrefix("plain HTTP"):
      CommandFailure(
        .usage, "plain_http", "Tokens and contents are not sent in the clear: \(error.detail).",
        hint: "use https, or --allow-plain-http where the network is your own")
    case .refused:
      CommandFailure(
        .partial, "refused",
        "The remote understood the request and refused it: \(error.detail).",
        hint: "'syncline doctor' shows what the remote says about itself and its limits")
    case .commitReused:
      CommandFailure(
        .internalError, "commit_reused", "A commit id was used twice: \(error.detail).",
        hint: "run the command again")
    case .storage:
      CommandFailure(
        .partial, "storage", "Something could not be read or stored: \(error.detail).",
        hint: "make room or mend the permissions, then run again; nothing is lost")
    case .cancelled:
      CommandFailure(
        .interrupted, "interrupted", "Interrupted.",
        hint: "what was begun is settled by the next run")
    }
  }

  /// A hub's refusal that nobody expected: its own words, and never taken for a bug of ours.
  private static func explain(_ error: WireError) -> CommandFailure {
    CommandFailure(
      isUnderstood(error.code) ? .partial : .unreachable, "refused",
      "The remote refused the request: \(error.code.word) \(error.message).",
      hint: "'syncline doctor' shows what the remote says about itself")
  }

  /// Whether the two sides speak the same language, and the request was refused for what it asks.
  private static func isUnderstood(_ code: WireError.Code) -> Bool {
    switch code {
    case .tooLarge, .invalidPath, .digestMismatch, .impossibleTree, .moved, .missingContent,
      .exists, .badPack, .noSuchContent, .noSuchPath, .noSuchRevision, .noSuchUpload,
      .wrongOffset, .historyGone, .storageFull, .commitReused, .unknown:
      true
    case .notAllowed, .scope, .unsupportedProtocol, .slowDown, .busy, .stopping,
      .internalFailure, .malformed:
      false
    }
  }

  private static func explain(_ error: EngineError) -> CommandFailure {
    switch error {
    case .cutOff(let run, let cause, let report):
      let failure = explain(cause)
      // Interrupted or cut from the remote is what it is; all else is a run done in part.
      let ownExit = cause is CancellationError || cause is ReplicaError
      let unknown =
        cause is CancellationError && report.pushed.isEmpty && report.deletedRemote.isEmpty
        ? " What the remote has taken of it is not known." : ""
      return CommandFailure(
        ownExit ? failure.exit : .partial, "cut_off",
        "Run \(run) was cut off. \(failure.message)\(unknown)",
        hint: "mend the cause and run again: the next run settles what was begun, "
          + "and nothing is lost")
    case .stoppedAfterGivingBack(let cause, _): return explain(cause)
    case .damagedJournal(let run):
      return CommandFailure(
        .stopped, "damaged_state", "The record of run \(run) in .syncline/state.db is damaged.",
        hint: resetHint)
    case .cannotPutBack(let path, let place, let run, let cause):
      return CommandFailure(
        .stopped, "cannot_put_back",
        "'\(TerminalText.escaped(path.key))' cannot be put back into its place: "
          + "\(ErrnoWords.text(cause.rawValue)). Run \(run) was cut off after it had taken it out; it is "
          + "kept in .syncline/\(TerminalText.escaped(place)).",
        hint: "see that its folder can be written and the disk has room, then run again")
    case .planChanged:
      return CommandFailure(
        .stopped, "plan_changed",
        "Something that the plan was made from has changed, so it is not applied.",
        hint: "make a new one with 'syncline plan --out FILE'")
    case .noSuchRun(let id):
      return CommandFailure(
        .usage, "no_such_run",
        id.map { "There is no run '\($0)' that can be taken back." }
          ?? "There is no run that can be taken back.",
        hint: "list them with 'syncline runs'")
    case .runOfOtherTarget(let run, _):
      return CommandFailure(
        .usage, "other_target", "Run \(run) went to another target.",
        hint: "name that target with --target")
    case .nothingMatches(let word, let unseen):
      return CommandFailure(
        .usage, "nothing_matches",
        unseen.isEmpty
          ? "Nothing on either side is meant by '\(word)'."
          : "Nothing that was seen on either side is meant by '\(word)', and not all could be read: "
            + Notice.list(unseen) + ".",
        hint: "paths count from the current folder; list them with 'syncline status --all'")
    case .noConflict:
      return CommandFailure(
        .usage, "no_conflict", "Nothing that you named is in conflict.",
        hint: "see 'syncline status'")
    case .partOf(let root):
      return CommandFailure(
        .usage, "part_of_conflict",
        "What you named depends on '\(root)', which is blocked or in conflict.",
        hint: "see 'syncline status \(root)'; a conflict there is decided as a whole, with "
          + "'syncline resolve \(root) --keep local|remote|both'")
    }
  }

  static let resetHint =
    "move .syncline/state.db away and run 'syncline sync': nothing is deleted then, "
    + "and what differs is shown as a conflict"

  private static func explain(_ error: StateError) -> CommandFailure {
    switch error {
    case .unusable(_, let detail):
      CommandFailure(
        .stopped, "unusable_state", "'.syncline/state.db' cannot be used: \(detail).",
        hint: resetHint)
    case .unknownVersion(_, let found):
      CommandFailure(
        .stopped, "unknown_version",
        "'.syncline/state.db' has format \(found), and this program knows "
          + "\(StateDatabase.formatVersion).",
        hint: found > StateDatabase.formatVersion
          ? "use the newer program that wrote it" : resetHint)
    case .database(let error): explain(error)
    case .damaged(let table):
      CommandFailure(
        .stopped, "damaged_state",
        "'.syncline/state.db' holds something in '\(table)' that cannot be read back.",
        hint: resetHint)
    }
  }

  /// Trouble of the database itself: damage, a full disk, missing rights.
  private static func explain(_ error: SQLiteError) -> CommandFailure {
    let name = "'.syncline/state.db'"
    return switch error.primary {
    case .corrupt, .notADatabase:
      CommandFailure(
        .stopped, "unusable_state", "\(name) cannot be used: \(error.message).",
        hint: resetHint)
    case .full, .inputOutput:
      CommandFailure(
        .stopped, "state_error",
        "\(name) could not be read or written: \(error.message); the disk is full or broken.",
        hint: "make room on the disk, then run again")
    case .cannotOpen, .permission, .readOnly:
      CommandFailure(
        .stopped, "state_error", "\(name) cannot be opened for writing: \(error.message).",
        hint: accessHint
          + "; see that state.db is a file, and that the disk is not mounted read-only")
    default:
      CommandFailure(
        .stopped, "state_error", "\(name) could not be read or written: \(error.message).",
        hint: "check the disk and the permissions of .syncline, then run again")
    }
  }

  private static let accessHint =
    "make .syncline and the files in it readable and writable for you, as with "
    + "'chmod -R u+rwX .syncline' at the root of the project"

  private static func explain(_ error: PrivateFolderError) -> CommandFailure {
    guard !error.cause.meansFull else { return explain(error.cause) }
    return CommandFailure(
      .stopped, "file_error",
      "'\(error.file)' cannot be used: \(ErrnoWords.text(error.cause.rawValue)).",
      hint: accessHint)
  }

  private static func explain(_ error: Errno) -> CommandFailure {
    if error.meansFull {
      return CommandFailure(
        .stopped, "disk_full", "The disk is full: \(ErrnoWords.text(error.rawValue)).",
        hint: "make room on it, then run again")
    }
    return CommandFailure(
      .stopped, "file_error", "A file operation failed: \(ErrnoWords.text(error.rawValue)).",
      hint: "check the folder's permissions and the disk, then run again")
  }

  private static func explain(_ error: ContentError) -> CommandFailure {
    switch error {
    case .mismatch(let path):
      CommandFailure(
        .partial, "content_mismatch", "The content of '\(path)' is not what was announced.",
        hint: "run again; if it stays so, 'syncline hub check' finds damage on the hub")
    case .missing(let path):
      CommandFailure(
        .partial, "content_missing", "The content of '\(path)' is no longer to be had.",
        hint: "run 'syncline status' to see what changed")
    }
  }
}
