package import JSON

extension Tool.Result {
  /// A failure that the model is told of, so that it can mend what it asked for.
  package static func failure(
    code: String, message: String, hint: String?, more: JSONObject = [:]
  ) -> Tool.Result {
    var error: JSONObject = ["code": .string(code), "message": .string(message)]
    error.insert("hint", hint.map { .string($0) } ?? .null)
    for member in more.members { error.insert(member.key, member.value) }
    return Tool.Result(
      structured: ["status": "error", "error": .object(error)], isError: true)
  }
}

extension Schema {
  /// The shape of every tool's result: `data` where it went well, else `error`.
  ///
  /// One shape for both, because some clients hold failures against it too.
  package static func envelope(_ data: Schema) -> Schema {
    .object([
      .required("status", .word(["ok", "error"])),
      .optional("data", data, "What came of it; where status is ok."),
      .optional(
        "error",
        .object(
          [
            .required("code", .text(), "A stable word for programs."),
            .required("message", .text(), "What happened and why."),
            .required("hint", .nullable(.text()), "What to do next."),
          ], isOpen: true), "Why it was not done; where status is error."),
    ])
  }
}
