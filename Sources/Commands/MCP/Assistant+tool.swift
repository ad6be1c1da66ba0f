import CommandLineKit
import Engine
import JSON
import MCPServer

extension Assistant {
  /// Makes a tool of what it does with a call; every error becomes a result that says what to do.
  ///
  /// With `makesFolder` it may begin in a folder that is not there yet.
  func tool(
    _ name: String, title: String, _ description: String, _ annotations: Tool.Annotations,
    arguments: [Schema.Property] = [], data: [Schema.Property], makesFolder: Bool = false,
    run: @escaping @Sendable (ToolCall) async throws -> Tool.Result
  ) -> Tool {
    Tool(
      name: name, title: title, description: description,
      input: .object([ToolShape.folder] + arguments),
      output: .envelope(.object(ToolShape.frame + data, isOpen: true)), annotations: annotations
    ) { arguments, call in
      let client = TerminalText.escaped(call.client ?? "an assistant")
      do {
        let (context, folder) = try context(
          for: arguments["local_project_dir"]?.stringValue, call,
          makesFolder: makesFolder && arguments["dry_run"]?.boolValue != true)
        let toolCall = ToolCall(
          context: context, folder: folder, arguments: arguments, client: client,
          surface: surface, deletions: deletions)
        if annotations.isReadOnly { return try await run(toolCall) }
        return try await turns.take(folder) {
          do { return try await run(toolCall) } catch let error as EngineError {
            if let done = error.report { deletions.add(done, in: folder) }
            throw error
          }
        }
      } catch {
        let failure = surface.explain(error)
        try? context.console.warning(
          "\(name) by \(client): \(TerminalText.escaped(failure.message))")
        // Whoever cancelled does not wait for an answer any more.
        try Task.checkCancellation()
        return .failure(
          code: failure.code, message: failure.message, hint: failure.hint, more: facts(of: error))
      }
    }
  }
}

/// What more is known of an error: of a run that was cut off, its id and what it had done.
private func facts(of error: any Error) -> JSONObject {
  guard case EngineError.cutOff(let run, _, let report) = error else { return [:] }
  var data = ToolData()
  data.add("pulled", paths: report.pulled)
  data.add("pushed", paths: report.pushed)
  data.add("deleted_local", paths: report.deletedLocal)
  data.add("deleted_remote", paths: report.deletedRemote)
  return ["run": .string(run), "done": .object(data.finished())]
}

extension Tool.Annotations {
  /// Looks at both sides; changes nothing but caches.
  static let looking = Tool.Annotations(
    isReadOnly: true, isDestructive: false, isIdempotent: true, isOpenWorld: true)

  /// Replaces and deletes files on one of the sides; kept, but no longer there.
  static func writing(isIdempotent: Bool) -> Tool.Annotations {
    Tool.Annotations(
      isReadOnly: false, isDestructive: true, isIdempotent: isIdempotent, isOpenWorld: true)
  }
}

extension Tool.Result {
  /// What came of a call that did what it was asked.
  static func ok(_ data: ToolData, links: [Resource] = []) -> Tool.Result {
    Tool.Result(
      structured: ["status": "ok", "data": .object(data.finished())], links: links)
  }
}
