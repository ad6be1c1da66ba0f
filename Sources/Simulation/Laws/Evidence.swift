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
  var imprint: [String: FileStatus]
  /// The paths that the rules on the disk leave out.
  var ignored: [String]

  init(_ world: World, _ client: Client, _ step: RunStep) throws {
    let number = step.remote
    (local, twins, foreign) = client.disk.project()
    remote = try world.remotes[number].picture()
    base = [:]
    hasOpenPasses = try !client.state.openPasses().isEmpty
    if let target = try client.state.target(named: "target\(number)") {
      for row in try client.state.base(of: target).rows { base[row.path.key] = row.node }
    }
    imprint = step.action == .dryRun ? client.disk.imprint() : [:]
    ignored = Texts.ignored(by: local[Texts.rules]?.bytes)
  }

  /// Every path of either side or the base.
  var paths: Set<String> { Set(local.keys).union(remote.keys).union(base.keys) }

  /// Whether the rules leave a path out.
  func isIgnored(_ path: String) -> Bool {
    ignored.contains { path == $0 || path.hasPrefix($0 + "/") }
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
    let right =
      same
      ? left
      : sign(
        remote,
        local == nil || base == nil && local == nil
          ? (base == nil ? "f" : "f'") : base == nil ? "f'" : "f''")
    return (base == nil ? "-" : "f") + " " + left + " " + right
  }
}
