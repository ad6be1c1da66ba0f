import JSON

/// What is offered to clients: who answers, and the tools, resources and prompts.
///
/// A value without a connection: transports hand it messages, and tests do the same.
package struct Server: Sendable {
  /// The name for programs.
  package var name: String
  /// The name for people.
  package var title: String
  package var version: String
  /// What a model should know before it calls anything.
  package var instructions: String
  package var tools: [Tool]
  package var resources: ResourceShelf
  package var prompts: [Prompt]

  /// Gathers an offer.
  package init(
    name: String, title: String, version: String, instructions: String, tools: [Tool],
    resources: ResourceShelf, prompts: [Prompt]
  ) {
    self.name = name
    self.title = title
    self.version = version
    self.instructions = instructions
    self.tools = tools
    self.resources = resources
    self.prompts = prompts
  }

  /// Who answers.
  var identity: JSONValue {
    ["name": .string(name), "title": .string(title), "version": .string(version)]
  }

  /// What kinds of things are offered; of changes in a list nobody is told.
  var capabilities: JSONValue {
    ["tools": [:], "resources": [:], "prompts": [:]]
  }
}
