package import HubStore
import Platform
import TestSupport

/// The device below a hub's data folder: the hub ends at any of its steps, and starts again from
/// what is there by then.
///
/// The files are real ones. A power cut loses of what no barrier has settled: names from some
/// point of their order on, bytes in any part. SQLite's files stay as they are, for it is trusted to
/// be atomic and durable. Safe from any thread.
package final class HubDevice: Sendable {
  /// What shall become of a hub.
  package struct Fate: Hashable, Sendable {
    /// How it goes.
    package enum Kind: Hashable, Sendable {
      case killed, powerCut
      /// The step is refused, and the hub goes on.
      case refused(HubStoreError)
    }

    /// How many steps it takes before.
    package var steps: Int
    package var kind: Kind
    /// The steps of its next start after which it dies again.
    package var again: Int?

    /// Describes a fate.
    package init(after steps: Int, _ kind: Kind, again: Int? = nil) {
      self.steps = steps
      self.kind = kind
      self.again = again
    }
  }

  private struct State: Sendable {
    /// The folder of the first hub; those of later ones are named after it.
    var base: String
    var folder: String
    var random: SeededGenerator
    var fate: Fate?
    var steps = 0
    var isDead = false
    var ends: [String] = []
    var again: Int?
    var generation = 0
    /// The step that was told last and has happened by the next.
    var last: StoreStep?
    var unsettled = UnsettledFiles()
  }

  private let state: Locked<State>

  /// Takes the data folder, and a seed for what a power cut leaves.
  package init(_ folder: String, seed: UInt64) {
    state = Locked(State(base: folder, folder: folder, random: SeededGenerator(seed: seed)))
  }

  /// Where the data are now.
  package var folder: String { state.withLock { $0.folder } }
  /// Whether the hub is dead, and its folder that of the next one.
  package var isDead: Bool { state.withLock { $0.isDead } }
  /// How many steps were taken since a fate was set.
  package var steps: Int { state.withLock { $0.steps } }

  /// Sets what shall become of the hub from here; nothing lets it live in peace.
  package func setFate(_ fate: Fate?) {
    state.withLock {
      $0.fate = fate
      $0.steps = 0
    }
  }

  /// Takes back what has not become of the hub yet.
  package func takeFate() -> Fate? {
    state.withLock { state in
      guard var fate = state.fate else { return nil }
      state.fate = nil
      fate.steps -= state.steps
      return fate
    }
  }

  /// The ends that the hub met since they were asked for last, in words.
  package func takeEnds() -> [String] {
    state.withLock { state in
      defer { state.ends = [] }
      return state.ends
    }
  }

  /// Goes on with other data, which are all on the device.
  package func change(to folder: String) {
    state.withLock {
      $0.base = folder
      $0.folder = folder
      $0.unsettled = UnsettledFiles()
      $0.last = nil
    }
  }

  /// Lets a new hub start where the dead one ended; it may die again of that.
  package func revive() {
    state.withLock { state in
      state.isDead = false
      state.steps = 0
      state.fate = state.again.map { Fate(after: $0, .killed) }
      state.again = nil
    }
  }

  /// Takes a step of the hub; throws where it dies, and ever after, or where the step is refused.
  package func watch(_ step: StoreStep) throws(HubStoreError) {
    try state.withLock { (state) throws(HubStoreError) in
      let gone = HubStoreError.system(errno: Errno.inputOutput.rawValue, path: "")
      if state.isDead { throw gone }
      if let last = state.last { state.unsettled.settle(last, in: state.folder) }
      state.last = nil
      state.steps += 1
      if let fate = state.fate, state.steps > fate.steps {
        switch fate.kind {
        case .refused(let error):
          // What is committed already is refused no longer.
          guard step != .committed else { return }
          state.fate = nil
          state.ends.append("refuses to \(step.word)")
          throw error
        case .killed, .powerCut:
          state.fate = nil
          do throws(Errno) { try end(&state, losesPower: fate.kind == .powerCut) } catch {
            preconditionFailure("the folder of a hub cannot be copied: \(error)")
          }
          let word = fate.kind == .killed ? "killed" : "loses power"
          state.ends.append("\(word) before \(step.word)")
          state.again = fate.again
          throw gone
        }
      }
      state.unsettled.add(step, in: state.folder)
      state.last = step
    }
  }

  /// Leaves what a hub that dies now leaves, in a folder of its own.
  ///
  /// The old one stays behind, for the connections of the dead still write to it when they close.
  private func end(_ state: inout State, losesPower: Bool) throws(Errno) {
    var image = try FolderImage(of: state.folder)
    image.files["hub.db-shm"] = nil
    if losesPower {
      state.unsettled.lose(from: &image, using: &state.random)
      state.unsettled = UnsettledFiles()
    }
    state.generation += 1
    state.folder = state.base + ".\(state.generation)"
    try image.write(to: state.folder)
    state.isDead = true
  }
}

extension HubDevice {
  /// The words of all ends that a hub may meet.
  static let endWords: [String] = {
    let refused: [StoreStep] = [
      .open(""), .write("", offset: 0, count: 0), .sync(""), .syncFolder(""), .commit,
    ]
    let others: [StoreStep] = [
      .makeFolder(""), .truncate("", to: 0), .move("", to: ""), .remove(""), .committed,
    ]
    return ["killed", "loses power"].flatMap { kind in
      (refused + others).map { "\(kind) before \($0.word)" }
    } + refused.map { "refuses to \($0.word)" }
  }()
}

extension StoreStep {
  /// A word for what it does.
  fileprivate var word: String {
    switch self {
    case .makeFolder: "make a folder"
    case .open: "open a file"
    case .write: "write"
    case .truncate: "cut a file"
    case .sync: "sync a file"
    case .syncFolder: "sync a folder"
    case .move: "move"
    case .remove: "remove"
    case .commit: "commit"
    case .committed: "tell of a commit"
    }
  }
}
