import CommandLineKit
import Engine
import SyncModel

extension Notice {
  /// What a user should know, for people.
  var words: String {
    switch self {
    case .noBase:
      "the two sides had no agreed state, so deletions could not be recognized"
    case .withheldDeletions(let side, let count):
      "\(Plural.text(count, "deletion")) on the \(side.rawValue) side are not believed, "
        + "because it was not seen whole"
    case .noLongerTracked(let paths):
      "no longer synced, because of ignore rules; both copies stay: " + Notice.list(paths)
    case .ignoreFilesPulled(let paths):
      "pulled ignore rules count from the next run: " + Notice.list(paths)
    case .pruned(let runs):
      "\(Plural.text(runs, "run")) can no longer be taken back: what was kept of "
        + "\(runs == 1 ? "it" : "them") is older than limits.keep_trash, and was removed"
    case .recovered(let run): "run \(run) was cut off; what it left was settled first"
    case .unfinished(let run): Notice.unfinishedWords(run)
    case .putBack(let path, let run):
      "'\(TerminalText.escaped(path.key))' is back in its place: run \(run) was cut off after it had "
        + "taken it out"
    case .writtenAfterReplacement(let path, let place):
      "another program wrote to '\(TerminalText.escaped(path.key))' after it was replaced; "
        + "what it wrote is in .syncline/\(TerminalText.escaped(place))"
    case .overtakenWrite(let path, let place):
      "somebody wrote '\(TerminalText.escaped(path.key))' on the remote while it was being pushed; "
        + "what they wrote is kept there as \(TerminalText.escaped(place)), and "
        + "'syncline show PATH@VERSION' with the last part of that name prints it"
    case .brakeNotice(let trip): trip.words
    case .notMerged(let path, let obstacle):
      "'\(TerminalText.escaped(path.key))' is not merged: \(obstacle.words)"
    case .notCopied(let path):
      "'\(TerminalText.escaped(path.key))' stays in conflict: there is no name for a copy beside "
        + "it, because it would be ignored or not included, or what has the name cannot be read. So 'both' "
        + "cannot be kept; take one side, merge, or mend what is blocked"
    case .stillMarked(let path):
      "'\(TerminalText.escaped(path.key))' stays in conflict: it still has the markers of both "
        + "versions; edit it, then run 'syncline resolve PATH --keep local', or send it as it is with "
        + "'syncline push --force PATH'"
    case .shownVersionMoved(let path):
      "'\(TerminalText.escaped(path.key))' stays in conflict: the remote has changed since its markers "
        + "were written; see 'syncline diff PATH', then run 'syncline resolve PATH --keep local' again"
    case .takesBack(let run, let verb): "the run that is taken back is \(run), a '\(verb)'"
    case .takesBackUnsettled(let run):
      "the run that is meant is \(run): what of it there is to take back shows when it is settled"
    case .leftNothing(let run, let earlier):
      Notice.leftNothing(run)
        + (earlier.map { "; another 'syncline undo' takes back run \($0)" } ?? "")
    case .notMarked(let path, let obstacle):
      "'\(TerminalText.escaped(path.key))' is not marked: \(obstacle.words)"
    }
  }

  /// That a run has not ended, for people.
  static func unfinishedWords(_ run: String) -> String {
    "run \(run) has not ended: it is at work now, or was cut off, and the next run settles what it "
      + "left before anything else"
  }

  /// That there is nothing of a run to take back, for people.
  static func leftNothing(_ run: String) -> String {
    "run \(run) was cut off, and nothing is there that it wrote: nothing is taken back"
  }

  static func list(_ paths: [SyncPath]) -> String {
    let shown = paths.prefix(5).map { TerminalText.escaped($0.key) }.joined(separator: ", ")
    return paths.count > 5 ? shown + ", and \(paths.count - 5) more" : shown
  }
}

extension MergeObstacle {
  /// Why two versions are left as they are, for people.
  fileprivate var words: String {
    switch self {
    case .sameLines:
      "both sides changed the same lines; '--keep markers' writes both into the local file"
    case .noBase: "what both sides agreed on last is not kept here"
    case .neverAgreed:
      "both sides added it, so there is nothing to merge from; '--keep markers' writes both into "
        + "the local file"
    case .notText: "it is no text, or longer than 1 MiB"
    case .wouldNotParse: "the result would no longer be well formed"
    case .notTwoFiles: "it is not a file on both sides"
    case .notAtHand: "its content could not be read"
    case .alreadyMarked:
      "it has markers already; edit it, then run 'syncline resolve PATH --keep local'"
    }
  }
}
