import CommandLineKit
import Engine
import JSON
import MCPServer
import SyncCore
import SyncModel

/// One call of a tool: the command that it amounts to, and what the client asks of it.
struct ToolCall {
  /// The command.
  let context: CommandContext
  /// The root of the project.
  let folder: String
  /// The arguments, which have the shape that the tool asks for.
  let arguments: JSONObject
  /// Who calls, by the client's own word.
  let client: String
  /// The program that serves.
  let surface: AssistantSurface
  /// What the server's calls have deleted.
  let deletions: DeletionTally

  /// What they have deleted in this project by now.
  var deletedBefore: DeletionCount { deletions.count(in: folder) }

  /// The words of a list.
  func words(_ name: String) -> [String] {
    arguments[name]?.arrayValue?.compactMap(\.stringValue) ?? []
  }

  /// A text; nothing where it is left out or empty.
  func text(_ name: String) -> String? {
    arguments[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A flag; false where it is left out.
  func has(_ name: String) -> Bool { arguments[name]?.boolValue ?? false }

  /// What a commit says about itself: the client's words, else who made it.
  var message: String { text("message") ?? "\(client) through \(surface.name) mcp" }

  /// What every result begins with.
  func data(_ target: JSONValue) -> ToolData {
    var data = ToolData()
    data.add("local_project_dir", .string(folder))
    data.add("target", target)
    return data
  }

  /// Counts what a call deleted, and writes down on standard error what it did, for whoever wants
  /// to know later.
  func note(_ tool: String, _ report: RunReport, plan: String? = nil) {
    guard !report.isDryRun else { return }
    deletions.add(report, in: folder)
    var line = "\(tool) by \(client) in \(folder): run \(report.run ?? "none")"
    if let plan { line += ", \(plan)" }
    line += ", pulled \(report.pulled.count), pushed \(report.pushed.count)"
    line += ", deleted \(report.deletedLocal.count) here and \(report.deletedRemote.count) remote"
    line += ", conflicts \(report.conflicts.count), brakes \(report.brakes.count)"
    try? context.console.warning(TerminalText.escaped(line))
  }
}
