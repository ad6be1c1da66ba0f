import JSON

/// What the interface's description says about a route.
struct Operation: Sendable {
  /// A value in the query.
  struct Query: Sendable {
    let name: String
    let schema: JSONValue
    let summary: String
    let isRequired: Bool

    static func text(_ name: String, _ summary: String, required: Bool = false) -> Query {
      Query(name: name, schema: ["type": "string"], summary: summary, isRequired: required)
    }

    static func number(_ name: String, _ summary: String, required: Bool = false) -> Query {
      Query(
        name: name, schema: ["type": "integer", "minimum": 0], summary: summary,
        isRequired: required)
    }
  }

  /// A body: JSON of a named schema, or bytes of a media type.
  enum Body: Sendable {
    case json(String)
    case bytes(String)
    case empty
  }

  let id: String
  let summary: String
  let query: [Query]
  let request: Body?
  /// The statuses of success, each with its body.
  let success: [(status: Int, body: Body)]
  /// The statuses of errors beyond those that every route may answer.
  let errors: [Int]

  init(
    _ id: String, _ summary: String, query: [Query] = [], request: Body? = nil,
    success: [(status: Int, body: Body)], errors: [Int] = []
  ) {
    self.id = id
    self.summary = summary
    self.query = query
    self.request = request
    self.success = success
    self.errors = errors
  }
}
