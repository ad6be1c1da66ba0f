import CommandLineKit
import Engine
import HubProtocol
import HubReplica
import JSON
import Platform
import ProjectConfig
import SyncCore
import SyncModel

extension CommandContext {
  /// `apply`: does what a plan says, if nothing that it was made from has changed.
  func apply() async throws -> ExitCode {
    guard let word = invocation.value(of: Argument("file", "")) else {
      throw CommandFailure(.usage, "missing_argument", "No plan is named.")
    }
    let plan = try readPlan(word)
    if let wanted = invocation.value(of: Options.target), wanted != plan.target {
      throw CommandFailure(
        .usage, "other_target", "The plan is for target '\(plan.target)', not for '\(wanted)'.",
        hint: "leave --target out")
    }
    let (report, session) = try await apply(
      plan, leavingOut: try ownPath(of: word), isDryRun: isDryRun)
    return try finish(report, session)
  }

  /// Does what a plan says, or fails with ``EngineError/planChanged`` before any write.
  func apply(
    _ plan: PlanFile, leavingOut own: SyncPath? = nil, isDryRun: Bool,
    deletedBefore: DeletionCount = DeletionCount()
  ) async throws -> (report: RunReport, session: ProjectSession) {
    let configuration = try ProjectLocation.find(surroundings).configuration()
    guard configuration.target(named: plan.target) != nil,
      try PlanBasis.digest(configuration, prefer: plan.prefer) == plan.policies
    else { throw EngineError.planChanged }
    var session = try await ProjectSession.open(
      self, mode: isDryRun ? .looking : .writing,
      policies: plan.prefer.map { Policies(standard: $0) }, targetName: plan.target)
    let project = try await session.remote.project()
    guard project.id == plan.identity else { throw EngineError.planChanged }
    session.here = .success(plan.folder)
    let selection = try await session.selection(plan.what)
    var request = RunRequest(
      verb: .sync, name: "apply", options: PlanOptions(atomic: plan.isAtomic),
      scope: CommandContext.leavingOut(
        [plan.leavesOut, own], of: selection.scope),
      overrides: plan.overrides, message: plan.message, isDryRun: isDryRun,
      approvedPlan: plan.plan)
    request.approves = { PlanFile.digest(of: .array($0.map(\.document))) == plan.steps }
    request.named = selection.named
    request.deletedBefore = deletedBefore
    let approved = request
    let opened = session
    let report = try await withProgress(opened) { try await opened.engine.run(approved) }
    if !isDryRun { await surroundings.given?.ran?(opened) }
    return (report, opened)
  }

  /// Reads a plan; the file may be anybody's, so that nothing in it is believed.
  private func readPlan(_ word: String) throws -> PlanFile {
    let path = surroundings.absolute(word)
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let bytes: [UInt8]
    do {
      bytes = try surroundings.fileSystem.openDirectory(
        path: slash == path.startIndex ? "/" : String(path[..<slash])
      ).readFile(path[path.index(after: slash)...], limit: PlanFile.largest)
    } catch {
      throw CommandFailure(
        .usage, "no_plan", "The plan '\(word)' cannot be read: \(ErrnoWords.text(error.rawValue)).",
        hint: "make one with 'syncline plan --out FILE'")
    }
    let hint = "make one with 'syncline plan --out FILE'"
    do { return try PlanFile(bytes) } catch {
      switch error {
      case .notAPlan(let what):
        throw CommandFailure(
          .usage, "bad_plan", "'\(word)' is not a plan: \(what).", hint: hint)
      case .edited:
        throw CommandFailure(
          .stopped, "plan_edited",
          "'\(word)' is not the plan that was made: somebody changed it since, so nothing of it "
            + "is done.", hint: hint)
      }
    }
  }
}
