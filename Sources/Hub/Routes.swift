import HTTPServing
import HubProtocol

/// The table of everything that the hub can be asked.
enum Routes {
  static let all: [Route] =
    pages + projects + sync + contents + history + drafts + administration

  /// Finds the route of a request.
  ///
  /// - Throws: a refusal with 404 for no such path, with 405 for no such method there.
  static func find(_ request: HTTPRequest) throws -> (Route, [String: String]) {
    let method = request.method == "HEAD" ? "GET" : request.method
    var isKnown = false
    for route in all {
      guard let parameters = route.match(request.segments) else { continue }
      if route.method == method { return (route, parameters) }
      isKnown = true
    }
    if isKnown {
      throw Refusal(405, WireError(.malformed, message: "no such method at this path"))
    }
    throw Refusal(404, WireError(.malformed, message: "no such path in this interface"))
  }

  /// The most bytes that a request's body may have, before anything else is known about it.
  static func bodyLimit(method: String, rawPath: String, _ limits: HubInfo.Limits) -> Int {
    guard let target = HTTPTarget(rawPath) else { return 0 }
    for route in all where route.method == method {
      if route.match(target.segments) != nil { return route.bodyLimit.bytes(limits) }
    }
    return 0
  }

  private static let pages: [Route] = [
    Route(
      "GET", "/", .open,
      Operation("page", "A page for people.", success: [(200, .bytes("text/html"))])
    ) { try $0.page($1) },
    Route(
      "GET", "/healthz", .open,
      Operation("health", "Whether the hub can answer.", success: [(200, .json("Health"))])
    ) { try $0.health($1) },
    Route(
      "GET", "/api/v1/openapi.json", .open,
      Operation("openAPI", "This document.", success: [(200, .json("Document"))])
    ) { try $0.openAPI($1) },
    Route(
      "GET", "/api/v1/hub", .open,
      Operation("hub", "What this hub is, and its limits.", success: [(200, .json("Hub"))])
    ) { try $0.describe($1) },
    Route(
      "GET", "/api/v1/whoami", .token,
      Operation("whoAmI", "What the token is.", success: [(200, .json("WhoAmI"))])
    ) { try $0.whoAmI($1) },
  ]

  private static let projects: [Route] = [
    Route(
      "GET", "/api/v1/projects", .token,
      Operation(
        "listProjects", "The projects that the token may see.",
        success: [(200, .json("ProjectList"))])
    ) { try $0.listProjects($1) },
    Route(
      "POST", "/api/v1/projects", .hub(.write), body: .small,
      Operation(
        "createProject", "Makes an empty project.", request: .json("ProjectName"),
        success: [(201, .json("Project"))], errors: [409])
    ) { try $0.createProject($1) },
    Route(
      "GET", "/api/v1/projects/{project}", .project(.read),
      Operation("showProject", "One project.", success: [(200, .json("Project"))])
    ) { try $0.showProject($1) },
    Route(
      "PATCH", "/api/v1/projects/{project}", .project(.admin), body: .small,
      Operation(
        "renameProject", "Gives a project another name.", request: .json("ProjectName"),
        success: [(200, .json("Project"))], errors: [409])
    ) { try $0.renameProject($1) },
    Route(
      "DELETE", "/api/v1/projects/{project}", .project(.admin),
      Operation(
        "deleteProject", "Takes a project away; its data are kept for 30 days.",
        success: [(200, .json("Deleted"))])
    ) { try $0.deleteProject($1) },
  ]

  private static let sync: [Route] = [
    Route(
      "GET", "/api/v1/projects/{project}/changes", .project(.read),
      Operation(
        "changes", "What differs between a revision and the head, or the whole tree.",
        query: [.number("since", "The revision that the client knows.")],
        success: [(200, .json("Changes")), (304, .empty)], errors: [410])
    ) { try $0.changes($1) },
    Route(
      "POST", "/api/v1/projects/{project}/commits", .project(.write), body: .commit,
      Operation(
        "commit", "Applies changes, all or nothing.", request: .json("Commit"),
        success: [(200, .json("Committed"))], errors: [409, 410, 422, 507])
    ) { try $0.commit($1) },
    Route(
      "POST", "/api/v1/projects/{project}/restore", .project(.write), body: .small,
      Operation(
        "restore", "Brings back what stood at a path at a revision, as a commit.",
        request: .json("Restore"), success: [(200, .json("Committed"))],
        errors: [409, 410, 422, 507])
    ) { try $0.restore($1) },
    Route(
      "GET", "/api/v1/projects/{project}/events", .project(.read),
      Operation(
        "events", "Tells of the head and of each new revision as it comes.",
        success: [(200, .bytes("text/event-stream"))])
    ) { try $0.subscribe($1) },
  ]

  private static let contents: [Route] = [
    Route(
      "POST", "/api/v1/projects/{project}/missing", .project(.read), body: .digests,
      Operation(
        "missing", "Which contents the project does not have.", request: .json("Digests"),
        success: [(200, .json("Missing"))])
    ) { try $0.missing($1) },
    Route(
      "POST", "/api/v1/projects/{project}/packs", .project(.write), body: .pack,
      Operation(
        "storePack", "Takes a pack of contents.", request: .bytes(Wire.MediaType.pack),
        success: [(200, .json("Stored"))], errors: [410, 422, 507])
    ) { try $0.storePack($1) },
    Route(
      "POST", "/api/v1/projects/{project}/contents", .project(.read), body: .digests,
      Operation(
        "contents", "Gives contents as a pack; unknown ones are not in it.",
        request: .json("Digests"), success: [(200, .bytes(Wire.MediaType.pack))])
    ) { try $0.download($1) },
    Route(
      "GET", "/api/v1/projects/{project}/contents/{digest}", .project(.read),
      Operation(
        "content", "Gives one content, or a part of it.",
        success: [
          (200, .bytes(Wire.MediaType.content)), (206, .bytes(Wire.MediaType.content)),
          (304, .empty),
        ], errors: [410, 416])
    ) { try $0.content($1) },
    Route(
      "GET", "/api/v1/projects/{project}/uploads/{digest}", .project(.read),
      Operation(
        "showUpload", "How much of a large content has arrived.",
        success: [(200, .json("Upload"))])
    ) { try $0.showUpload($1) },
    Route(
      "PUT", "/api/v1/projects/{project}/uploads/{digest}", .project(.write), body: .part,
      Operation(
        "upload", "Takes the next part of a large content.",
        query: [
          .number("offset", "Where the part begins.", required: true),
          .number("size", "The length of the whole content.", required: true),
        ], request: .bytes(Wire.MediaType.content), success: [(200, .json("Upload"))],
        errors: [409, 410, 422, 507])
    ) { try $0.upload($1) },
  ]

  private static let history: [Route] = [
    Route(
      "GET", "/api/v1/projects/{project}/history", .project(.read),
      Operation(
        "history", "The commits, newest first; `more` says whether there are older ones.",
        query: [
          .number("before", "Only commits before this revision."),
          .number(
            "limit",
            "The most commits to give, up to 1000; a page also ends after "
              + "\(Wire.historyPageChanges) changes, with one commit at least."),
          .text("path", "Only commits that changed this path."),
          .text("full", "1 for all changes of each commit."),
        ], success: [(200, .json("History"))], errors: [422])
    ) { try $0.history($1) },
    Route(
      "GET", "/api/v1/projects/{project}/tree", .project(.read),
      Operation(
        "tree", "The tree at a revision.",
        query: [
          .number("revision", "The revision; the head where it is left out."),
          .text("prefix", "Only what lies below this folder; it ends with a slash."),
          .text("after", "Only what follows this path."),
          .number("limit", "The most entries to give."),
        ], success: [(200, .json("Tree"))], errors: [422])
    ) { try $0.tree($1) },
    Route(
      "GET", "/api/v1/projects/{project}/files/{path}", .project(.read),
      Operation(
        "file", "What stands at a path.",
        query: [.number("revision", "The revision; the head where it is left out.")],
        success: [(200, .json("Entry"))], errors: [422])
    ) { try $0.file($1) },
    Route(
      "GET", "/api/v1/projects/{project}/files/{path}/versions", .project(.read),
      Operation(
        "versions", "The newest 10,000 versions of a path, newest first.",
        success: [(200, .json("Versions"))], errors: [422])
    ) { try $0.versions($1) },
    Route(
      "GET", "/api/v1/projects/{project}/diff", .project(.read),
      Operation(
        "diff", "What differs between two versions of a path.",
        query: [
          .text("path", "The path.", required: true),
          .number("from", "The old revision.", required: true),
          .number("to", "The new revision.", required: true),
        ], success: [(200, .json("Difference"))], errors: [410, 413, 422])
    ) { try $0.difference($1) },
  ]

  private static let drafts: [Route] = [
    Route(
      "GET", "/api/v1/projects/{project}/drafts", .project(.read),
      Operation("listDrafts", "All drafts.", success: [(200, .json("Drafts"))])
    ) { try $0.listDrafts($1) },
    Route(
      "GET", "/api/v1/projects/{project}/drafts/{path}", .project(.read),
      Operation(
        "showDraft", "A draft with its content.", success: [(200, .json("DraftContent"))],
        errors: [410, 422])
    ) { try $0.showDraft($1) },
    Route(
      "PUT", "/api/v1/projects/{project}/drafts/{path}", .project(.write), body: .draft,
      Operation(
        "saveDraft", "Saves a draft.", request: .json("SaveDraft"),
        success: [(200, .json("Draft"))], errors: [409, 410, 422, 507])
    ) { try $0.saveDraft($1) },
    Route(
      "DELETE", "/api/v1/projects/{project}/drafts/{path}", .project(.write),
      Operation(
        "deleteDraft", "Drops a draft.", success: [(200, .json("Deleted"))], errors: [422])
    ) { try $0.deleteDraft($1) },
    Route(
      "POST", "/api/v1/projects/{project}/drafts/{path}/publish", .project(.write), body: .small,
      Operation(
        "publishDraft", "Commits a draft and drops it.", request: .json("Publish"),
        success: [(200, .json("Committed"))], errors: [409, 410, 422, 507])
    ) { try $0.publishDraft($1) },
    Route(
      "GET", "/api/v1/projects/{project}/current/{path}", .project(.read),
      Operation(
        "showCurrent", "What is deployed of a path.", success: [(200, .json("Current"))],
        errors: [422])
    ) { try $0.showCurrent($1) },
    Route(
      "PUT", "/api/v1/projects/{project}/current/{path}", .project(.write), body: .small,
      Operation(
        "deploy", "Deploys a version of a path, or rolls back to it; the head stays.",
        request: .json("Deploy"), success: [(200, .json("Current"))], errors: [410, 422])
    ) { try $0.deploy($1) },
  ]

  private static let administration: [Route] = [
    Route(
      "GET", "/api/v1/tokens", .hub(.admin),
      Operation("listTokens", "All tokens, without their texts.", success: [(200, .json("Tokens"))])
    ) { try $0.listTokens($1) },
    Route(
      "POST", "/api/v1/tokens", .hub(.admin), body: .small,
      Operation(
        "createToken", "Makes a token; its text is given this once.", request: .json("NewToken"),
        success: [(201, .json("CreatedToken"))], errors: [404])
    ) { try $0.createToken($1) },
    Route(
      "DELETE", "/api/v1/tokens/{id}", .hub(.admin),
      Operation(
        "revokeToken", "Ends a token at once.", success: [(200, .json("Revoked"))],
        errors: [404])
    ) { try $0.revokeToken($1) },
    Route(
      "GET", "/api/v1/audit", .hub(.admin),
      Operation(
        "audit", "Who did what, newest first.",
        query: [
          .number("before", "Only entries before this one."),
          .number("limit", "The most entries to give."),
        ], success: [(200, .json("Audit"))])
    ) { try $0.audit($1) },
  ]
}
