import JSON

extension Server {
  /// Answers a request: news of progress first, then one answer, and none for a cancelled one.
  func perform(
    _ request: Request, on terms: Terms, send: @escaping @Sendable (Outgoing) -> Void
  ) async {
    let report = request.progressToken.map { token in
      { @Sendable (progress: Progress) in send(.progress(progress, token: token)) }
    }
    let answer: Outgoing
    do {
      if request.method == Method.listen.rawValue, terms.revision.isStateless {
        return try await listen(request, send: send)
      }
      let result = try await result(
        of: request, on: terms, Call(client: terms.client, report: report))
      answer = .result(request.id, stamped(result, for: request, on: terms))
    } catch let error as RPCError {
      answer = .failure(request.id, error)
    } catch is CancellationError {
      return
    } catch {
      answer = .failure(
        request.id, RPCError(.internalError, "something happened that should not; see stderr"))
    }
    guard !Task.isCancelled else { return }
    send(answer)
  }

  /// The answer to a handshake.
  func greeting(on terms: Terms) -> JSONObject {
    [
      "protocolVersion": .string(terms.revision.rawValue), "capabilities": capabilities,
      "serverInfo": identity, "instructions": .string(instructions),
    ]
  }

  /// Adds what every result of a stateless revision says of itself.
  private func stamped(
    _ result: JSONObject, for request: Request, on terms: Terms
  ) -> JSONObject {
    guard terms.revision.isStateless else { return result }
    var stamped: JSONObject = ["resultType": "complete"]
    for member in result.members { stamped.insert(member.key, member.value) }
    if let freshness = Method(rawValue: request.method)?.freshness {
      stamped.insert("ttlMs", .integer(freshness))
      stamped.insert("cacheScope", "private")
    }
    stamped.insert("_meta", [Terms.Key.server: identity])
    return stamped
  }

  /// Holds a subscription open until the client ends it.
  ///
  /// This server tells of no changes, so that the subscription honors nothing that it could be
  /// asked for, and says so at once.
  private func listen(
    _ request: Request, send: @Sendable (Outgoing) -> Void
  ) async throws {
    guard request.params["notifications"]?.objectValue != nil else {
      throw RPCError(.invalidParams, "'notifications' is not an object")
    }
    send(
      .notification(
        method: "notifications/subscriptions/acknowledged",
        params: [
          "_meta": [Terms.Key.subscription: request.id.json], "notifications": [:],
        ]))
    let (silence, end) = AsyncStream.makeStream(of: Never.self)
    await withTaskCancellationHandler {
      for await _ in silence {}
    } onCancel: {
      end.finish()
    }
  }
}
