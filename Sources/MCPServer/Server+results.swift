import JSON

extension Server {
  /// Makes the result of a request; trouble that is the client's own comes as ``RPCError``.
  func result(of request: Request, on terms: Terms, _ call: Call) async throws -> JSONObject {
    switch Method(rawValue: request.method) {
    case .discover? where terms.revision.isStateless:
      return [
        "supportedVersions": Terms.supported, "capabilities": capabilities,
        "instructions": .string(instructions),
      ]
    case .ping? where !terms.revision.isStateless: return [:]
    case .listTools?: return ["tools": .array(try whole(request, tools.map(\.json)))]
    case .listResources?:
      let found = try await shelved { try await resources.list(call) }
      return ["resources": .array(try whole(request, found.map { .object($0.json) }))]
    case .listTemplates?:
      return ["resourceTemplates": .array(try whole(request, resources.templates.map(\.json)))]
    case .listPrompts?: return ["prompts": .array(try whole(request, prompts.map(\.json)))]
    case .callTool?: return try await callTool(request, call).json
    case .readResource?: return try await readResource(request, on: terms, call)
    case .getPrompt?: return try prompt(request)
    case .discover?, .ping?, .listen?, .initialize?, nil:
      throw RPCError(.methodNotFound, "there is no method '\(request.method)'")
    }
  }

  /// A list is sent whole; no cursor is ever given out.
  private func whole(_ request: Request, _ list: [JSONValue]) throws(RPCError) -> [JSONValue] {
    guard request.params["cursor"] == nil else {
      throw RPCError(.invalidParams, "no such cursor; the list comes whole, without one")
    }
    return list
  }

  private func callTool(_ request: Request, _ call: Call) async throws -> Tool.Result {
    let name = request.params["name"]?.stringValue ?? ""
    guard let tool = tools.first(where: { $0.name == name }) else {
      throw RPCError(.invalidParams, "there is no tool '\(String(name.prefix(128)))'")
    }
    let arguments = request.params["arguments"] ?? [:]
    if let problem = tool.input.problem(in: arguments, named: "the arguments") {
      // Told as a result, not as an error of the protocol: the model can mend it.
      return .failure(
        code: "bad_arguments", message: "The arguments are not understood: \(problem).",
        hint: "look at the input schema of \(tool.name)")
    }
    return try await tool.run(arguments.objectValue ?? [:], call)
  }

  private func readResource(
    _ request: Request, on terms: Terms, _ call: Call
  ) async throws -> JSONObject {
    guard let uri = request.params["uri"]?.stringValue, uri.utf8.count <= 8192 else {
      throw RPCError(.invalidParams, "'uri' is not an address")
    }
    do {
      let contents = try await shelved { try await resources.read(uri, call) }
      return ["contents": .array(contents.map(\.json))]
    } catch ResourceShelf.Problem.notFound(let why) {
      throw RPCError(
        terms.revision.isStateless ? .invalidParams : .resourceNotFound, why,
        data: ["uri": .string(uri)])
    }
  }

  /// Does something with resources; what is there and cannot be read is an error of ours.
  private func shelved<Value>(_ body: () async throws -> Value) async throws -> Value {
    do { return try await body() } catch ResourceShelf.Problem.unreadable(let why) {
      throw RPCError(.internalError, why)
    }
  }

  private func prompt(_ request: Request) throws(RPCError) -> JSONObject {
    let name = request.params["name"]?.stringValue ?? ""
    guard let prompt = prompts.first(where: { $0.name == name }) else {
      throw RPCError(.invalidParams, "there is no prompt '\(String(name.prefix(128)))'")
    }
    return try prompt.filled(request.params["arguments"]?.objectValue ?? [:])
  }
}
