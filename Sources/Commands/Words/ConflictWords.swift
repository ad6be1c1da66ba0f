import CommandLineKit
import Replica
import SyncCore
import SyncModel

extension Item {
  /// Who wrote each side of a conflict and when, in one line for people.
  var sidesInWords: String { "remote \(side(remote)), local \(side(local))" }

  private func side(_ entry: TreeEntry?) -> String {
    // In a conflict of kinds, the side without a file has a folder in its place.
    guard let entry else { return conflict == .kind ? "a folder" : "deleted" }
    let time = entry.modified.map { Moment.iso8601(secondsSinceEpoch: Int($0.seconds)) }
    let editor = entry.editor.map { " by \(TerminalText.escaped($0))" } ?? ""
    return (time ?? "time not known") + editor
  }
}
