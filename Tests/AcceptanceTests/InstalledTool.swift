import Synchronization
import TestSupport

/// What a script of the project installs for tests, where it is not there yet.
final class InstalledTool: Sendable {
  /// The root of the package, three levels above this file.
  static let root: String = {
    var root = Substring(#filePath)
    for _ in 0..<3 { root = root[..<(root.lastIndex(of: "/") ?? root.startIndex)] }
    return String(root)
  }()

  private let script: String
  private let isInstalled = Mutex<Bool?>(nil)

  /// Names the script, which is run when somebody asks.
  init(script: String) { self.script = script }

  /// Tells whether it can be had, and prints why not; asked only by tests that run.
  @Sendable func isThere() throws -> Bool {
    try isInstalled.withLock { known in
      if let known { return known }
      let made = try ChildProcess.run(InstalledTool.root + "/" + script, seconds: 300)
      if made.exitCode != 0 { print(made.errorText.trimmed) }
      known = made.exitCode == 0
      return made.exitCode == 0
    }
  }
}
