import SyncCore
import SyncModel

extension UndoPlan.Left {
  /// Why a path does not go back, for people.
  var words: String {
    let side = "(\(side.rawValue))"
    if isIgnored { return "the ignore rules leave it out now" }
    if let obstacle { return "'\(obstacle)' stands in its way \(side)" }
    if case .blocked(let reason) = found { return "\(reason.words) \(side)" }
    return "it is no longer as the run left it \(side)"
  }
}
