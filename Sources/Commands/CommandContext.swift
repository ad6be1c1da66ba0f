import SyncCore
import CommandLineKit
import Platform
import Replica

/// What every command is given: its words, its surroundings, and where to write.
struct CommandContext: Sendable {
  let invocation: Invocation<Verb>
  let surroundings: Surroundings
  let console: Console
  /// Takes what a long task's meter shows from time to time, in place of a line on a terminal.
  var onProgress: (@Sendable (ProgressMeter.Reading) -> Void)?

  var isDryRun: Bool { invocation.has(Options.dryRun) }

  /// Runs a verb.
  func perform(_ verb: Verb) async throws -> ExitCode {
    switch verb {
    case .initialize: try await initialize()
    case .clone: try await clone()
    case .status: try await status()
    case .diff: try await diff()
    case .check: try await check()
    case .pull: try await transfer(.pull)
    case .push: try await transfer(.push)
    case .sync: try await transfer(.sync)
    case .resolve: try await resolve()
    case .plan: try await plan()
    case .apply: try await apply()
    case .log: try await log()
    case .show: try await show()
    case .restore: try await restore()
    case .runs: try runs()
    case .undo: try await undo()
    case .trashList: try trashList()
    case .trashPrune: try trashPrune()
    case .targetAdd: try targetAdd()
    case .targetList: try targetList()
    case .targetRemove: try targetRemove()
    case .targetRename: try targetRename()
    case .targetSetURL: try targetSetURL()
    case .targetDefault: try targetDefault()
    case .targetRelink: try await targetRelink()
    case .rebase: try await rebase()
    case .login: try await login()
    case .logout: try await logout()
    case .whoami: try await whoami()
    case .ignored: try await ignored()
    case .doctor: try await doctor()
    case .mcp: try await mcp()
    case .hubServe: try hubServe()
    case .hubProjectCreate: try hubProjectCreate()
    case .hubProjectList: try hubProjectList()
    case .hubProjectRename: try hubProjectRename()
    case .hubProjectDelete: try hubProjectDelete()
    case .hubTokenCreate: try hubTokenCreate()
    case .hubTokenList: try hubTokenList()
    case .hubTokenRevoke: try hubTokenRevoke()
    case .hubBackup: try hubBackup()
    case .hubRestore: try hubRestore()
    case .hubCheck: try hubCheck()
    case .hubPurge: try hubPurge()
    case .hubMigrate: try hubMigrate()
    case .mageAgentLogin: await mageAgent { try await $0.login() }
    case .mageAgentPull: await mageAgent { try await $0.pull() }
    case .mageAgentStatus: await mageAgent { try await $0.status() }
    case .mageAgentPush: await mageAgent { try await $0.push() }
    case .mageAgentSync: await mageAgent { try await $0.sync() }
    case .mageAgentUndo: await mageAgent { try await $0.undo() }
    case .mageAgentRuns: await mageAgent { try $0.runs() }
    case .mageAgentShow: await mageAgent { try await $0.show() }
    case .mageAgentHelp: try help(for: invocation.path)
    case .mageAgentMCP: await mageAgent { try await $0.serve() }
    case .completions: try completions()
    case .man: try man()
    case .help: try help()
    case .reference: try reference()
    case .complete: try complete()
    }
  }
}
