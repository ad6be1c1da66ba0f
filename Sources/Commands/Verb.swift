/// Every verb of `syncline`, as the command table names it.
enum Verb: String, Sendable, CaseIterable {
  case initialize, clone, status, diff, check, pull, push, sync, resolve, plan, apply
  case log, show, restore, runs, undo, trashList, trashPrune
  case targetAdd, targetList, targetRemove, targetRename, targetSetURL, targetDefault
  case targetRelink, rebase, login, logout, whoami, ignored, doctor, mcp
  case hubServe, hubProjectCreate, hubProjectList, hubProjectRename, hubProjectDelete
  case hubTokenCreate, hubTokenList, hubTokenRevoke
  case hubBackup, hubRestore, hubCheck, hubPurge, hubMigrate
  case mageAgentLogin, mageAgentPull, mageAgentStatus, mageAgentPush, mageAgentSync, mageAgentMCP
  case mageAgentUndo, mageAgentRuns, mageAgentShow, mageAgentHelp
  case completions, man, help, reference, complete
}
