import JSON

extension Server {
  /// Answers a request: news of progress first, then one answer, and none for a cancelled one.
  ///
  /// `isEnding` says whether a cancellation is the server's own, which a subscription is told of.
  func perform(
    _ request: Request, on terms: Terms, isEnding: @Sendable () -> Bool,
    send: @escaping @Sendable (Outgoing) -> Void
  ) async {
    if request.method == Method.listen.rawValue, terms.revision.isStateless {
      return await listen(request, isEnding: isEnding, send: send)
    }
    let teller = request.progressToken.map { ProgressTeller($0, send: send) }
    let answer = await withTaskCancellationHandler {
      await self.answer(to: request, on: terms, teller)
    } onCancel: {
      teller?.cancel()
    }
    teller?.end()
    guard let answer, !Task.isCancelled else { return }
    send(answer)
  }

  /// The answer to a request; nothing where it was cancelled.
  private func answer(
    to request: Request, on terms: Terms, _ teller: ProgressTeller?
  ) async -> Outgoing? {
    let report = teller.map { teller in { @Sendable (progress: Progress) in teller.tell(progress) }
    }
    do {
      let result = try await result(
        of: request, on: terms, Call(client: terms.client, report: report))
      return .result(request.id, stamped(result, for: request, on: terms))
    } catch let error as RPCError {
      return .failure(request.id, error)
    } catch is CancellationError {
      return nil
    } catch {
      return .failure(
        request.id, RPCError(.internalError, "something happened that should not; see stderr"))
    }
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

  /// Holds a subscription open until the client ends it, or this server does and says so.
  ///
  /// This server tells of no changes, so that the subscription honors nothing that it could be
  /// asked for, and says so at once.
  private func listen(
    _ request: Request, isEnding: @Sendable () -> Bool, send: @Sendable (Outgoing) -> Void
  ) async {
    guard request.params["notifications"]?.objectValue != nil else {
      return send(
        .failure(request.id, RPCError(.invalidParams, "'notifications' is not an object")))
    }
    let meta: JSONValue = [Terms.Key.subscription: request.id.json]
    send(
      .notification(
        method: "notifications/subscriptions/acknowledged",
        params: ["_meta": meta, "notifications": [:]]))
    let (silence, end) = AsyncStream.makeStream(of: Never.self)
    await withTaskCancellationHandler {
      for await _ in silence {}
    } onCancel: {
      end.finish()
    }
    guard isEnding() else { return }
    send(
      .notification(
        method: "notifications/cancelled",
        params: ["_meta": meta, "requestId": request.id.json, "reason": "the server ends"]))
    send(.result(request.id, ["resultType": "complete", "_meta": meta]))
  }
}
