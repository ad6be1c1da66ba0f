import Engine
import Platform
import ProjectState
import SyncCore
import SyncModel

/// Both sides and the base at one moment, as the laws look at them from outside.
struct Evidence {
  var local: Picture
  var twins: Set<String>
  /// Paths that other programs wrote last.
  var foreign: Set<String>
  var remote: Picture
  var base: [String: Node]
  var hasOpenPasses: Bool
  /// Everything in the folder with its times, of a run that may change none.
  var imprint: [String: Imprint]
  /// Everything that is recorded in the state, of such a run.
  var records: [String]
  /// The conflict copies that are kept in the private folder.
  var aside: Picture
  /// The paths that the rules on the disk leave out.
  var ignored: [String]
  /// Whether the file of rules is left out with all other hidden names, because the remote
  /// carries none.
  var leavesOutHidden: Bool

  /// Whether the folder is on another git branch than at the last run with this remote.
  var isOnOtherBranch: Bool

  init(_ world: World, _ client: Client, _ step: RunStep) throws {
    let number = step.remote
    (local, twins, foreign) = client.disk.project()
    remote = try world.remotes[number].picture()
    base = try client.base(of: number)
    let known = try client.target(of: number)?.branch
    isOnOtherBranch = known != nil && client.branch != nil && known != client.branch
    hasOpenPasses = try !client.state.openPasses().isEmpty
    imprint = step.action == .dryRun ? client.disk.imprint() : [:]
    records = step.action == .dryRun ? try client.state.records() : []
    aside = client.disk.aside()
    ignored = Texts.ignored(by: local[Texts.rules]?.bytes)
    leavesOutHidden = !world.remotes[number].carriesEverything
  }

  /// Every path of either side or the base.
  var paths: Set<String> { Set(local.keys).union(remote.keys).union(base.keys) }

  /// Whether the rules leave a path out.
  func isIgnored(_ path: String) -> Bool {
    ignored.contains { path == $0 || path.hasPrefix($0 + "/") }
      || path.split(separator: "/").contains {
        $0.hasPrefix(".") && (leavesOutHidden || $0 != Texts.rules)
      }
  }

  /// The row of the matrix in which a path stands.
  func row(of path: String) -> String {
    let (base, local, remote) = (base[path], local[path]?.node, remote[path]?.node)
    func sign(_ node: Node?, _ prime: String) -> String {
      guard let node else { return "-" }
      if let base { return node == base ? "=" : prime }
      return prime
    }
    let left = sign(local, base == nil ? "f" : "f'")
    let same = local == remote && local != nil
    let isFirst = local == nil || local == base
    let right =
      same ? left : sign(remote, base == nil ? (isFirst ? "f" : "f'") : isFirst ? "f'" : "f''")
    return (base == nil ? "-" : "f") + " " + left + " " + right
  }
}
