package import SyncCore

/// One thing that happens in a history.
package enum Step: Sendable {
  /// A user or another program changes the folder of a client.
  case edit(client: Int, Edit)
  /// A teammate changes a remote in its dashboard.
  case teammate(remote: Int, Edit)
  /// A client runs a verb.
  case run(client: Int, RunStep)
  /// The power of a client's machine is cut between runs.
  case powerCut(client: Int)
  /// Time passes, in nanoseconds.
  case wait(Int64)
  /// The clock of a client is set, in seconds beside the true time.
  case setClock(client: Int, seconds: Int64)
  /// The folder of a client goes to another git branch.
  case branch(client: Int, Int)
  /// The remote is backed up.
  case backUp(remote: Int)
  /// The remote is restored from its backup; what came since is gone there.
  case restore(remote: Int)
}

extension Step {
  /// Whether somebody changes the rules of ignoring in it.
  var changesRules: Bool {
    switch self {
    case .edit(_, let edit), .teammate(_, let edit): edit.changesRules
    case .run(_, let run):
      run.intrusions.contains(where: \.changesRules)
        || run.network.values.contains {
          if case .teammate(let edit) = $0 { edit.changesRules } else { false }
        }
    case .powerCut, .wait, .setClock, .branch, .backUp, .restore: false
    }
  }
}

extension Edit {
  /// Whether it changes the rules of ignoring.
  var changesRules: Bool { if case .ignore = self { true } else { false } }
}

/// A change that somebody makes by hand.
package enum Edit: Hashable, Sendable {
  /// A new content, written in place or renamed over the old one.
  case write(path: Int, content: Int, renamesOver: Bool)
  /// One line of a text, of the same size as before, in place.
  case line(path: Int, line: Int, content: Int)
  /// The same text with other line ends.
  case lineEnds(path: Int, LineEnds)
  case delete(path: Int)
  case rename(from: Int, to: Int)
  /// Flips the executable bit.
  case executable(path: Int)
  /// Takes away or gives back the right to read.
  case readable(path: Int)
  case link(path: Int, content: Int)
  case touch(path: Int)
  case folder(path: Int)
  /// The content that the other side has there.
  case same(path: Int)
  /// Rules that leave one path out, or none.
  case ignore(path: Int?)
}

/// How the lines of a text end.
package enum LineEnds: String, Hashable, Sendable, CaseIterable {
  case lineFeed, both, mixed, carriageReturn
}

/// One run of a client.
package struct RunStep: Sendable {
  /// What is asked of the engine.
  package enum Action: String, Hashable, Sendable, CaseIterable {
    case sync, push, pull, dryRun, undo, rebase
    case resolveLocal, resolveRemote, resolveBoth, resolveMerge
  }

  /// What is asked.
  package var action: Action
  /// Which of the remotes it goes to.
  package var remote = 0
  /// How conflicts resolve.
  package var policy = ConflictPolicy.fail
  /// Whether they resolve as the configuration says instead.
  package var isAsConfigured = false
  /// The words of the command line that say which paths are meant; none for all.
  package var what: [String] = []
  /// Steps before which another process wants to run in the same folder.
  package var rivals: [Int] = []
  /// How far it may go.
  package var options = PlanOptions()
  /// Whether the brakes are lifted that can be.
  package var lifts = false
  /// What becomes of the process.
  package var fate = SimulatedProcess.Fate()
  /// Whether its death is a power cut, which loses what is not on the device.
  package var losesPower = false
  /// What goes wrong with requests, by their number.
  package var network: [Int: NetworkFault] = [:]
  /// How many bytes the disk still takes; nothing means enough.
  package var room: Int?
  /// What other programs do meanwhile, each at its turn of the fate.
  package var intrusions: [Edit] = []
  /// Which other clients run meanwhile.
  package var visits: [Visit] = []

  /// Asks for a run in peace.
  package init(_ action: Action) { self.action = action }

  /// Whether nothing disturbs it.
  package var isQuiet: Bool {
    fate.deathAt == nil && fate.faults.isEmpty && network.isEmpty && intrusions.isEmpty
      && room == nil && visits.isEmpty
  }
}

/// What can go wrong with one request.
package enum NetworkFault: Hashable, Sendable {
  case dropRequest, dropAnswer, repeated, cut, page, truncated, delay, restart
  case status(Int)
  /// Another project answers, as where one was made anew under the old name.
  case otherProject
  /// The answer names paths that lead out of the project or into its private folder.
  case hostile(Int)
  /// A hub dies in its work, or its disk refuses something.
  case hubEnds(HubDevice.Fate)
  /// A teammate changes the remote just before it is handled.
  case teammate(Edit)

  /// Whether a teammate changes something.
  var isTeammate: Bool { if case .teammate = self { true } else { false } }

  /// The statuses with which a server refuses.
  static let statuses = [401, 403, 404, 409, 413, 429, 500, 503, 507]

  /// The words of all faults.
  static var words: [String] {
    let others: [NetworkFault] = [
      .dropRequest, .dropAnswer, .repeated, .cut, .page, .truncated, .delay, .restart,
      .otherProject, .hostile(0), .hubEnds(HubDevice.Fate(after: 0, .killed)),
      .teammate(.touch(path: 0)),
    ]
    return (others + statuses.map { .status($0) }).map(\.word)
  }

  /// A word for the table.
  package var word: String {
    switch self {
    case .dropRequest: "request lost"
    case .dropAnswer: "answer lost"
    case .repeated: "request repeated"
    case .cut: "answer cut"
    case .page: "page of a portal"
    case .truncated: "listing truncated"
    case .delay: "answer late"
    case .restart: "server restarts"
    case .status(let status): "status \(status)"
    case .otherProject: "another project answers"
    case .hostile: "hostile paths"
    case .hubEnds: "a hub's own end in view"
    case .teammate: "teammate between requests"
    }
  }
}

extension RunStep: CustomStringConvertible {
  /// What is asked and what disturbs it, as short as can be.
  package var description: String {
    var text = "\(action.rawValue) remote \(remote) policy \(policy)"
    if options.force { text += " force" }
    if options.mirror { text += " mirror" }
    if options.atomic { text += " atomic" }
    if lifts { text += " lifts" }
    if isAsConfigured { text += " as configured" }
    if !what.isEmpty { text += " of \(what.joined(separator: " "))" }
    for step in rivals { text += " rival at \(step)" }
    if let death = fate.deathAt {
      text += " dies \(fate.diesAfter ? "after" : "before") \(death)"
      if losesPower { text += " with the power" }
    }
    for fault in fate.faults { text += " at \(fault.at) \(fault.error)" }
    for (step, edit) in zip(fate.intrusions, intrusions) { text += " at \(step) \(edit)" }
    for (number, fault) in network.sorted(by: { $0.key < $1.key }) {
      text += " request \(number) \(fault)"
    }
    if let room { text += " room \(room)" }
    for visit in visits { text += " (\(visit))" }
    return text
  }
}
