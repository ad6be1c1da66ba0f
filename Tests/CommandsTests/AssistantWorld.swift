import CommandLineKit
import JSON
import MCPServer
import Platform
import TestSupport
import Testing

@testable import Commands

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An assistant that works in folders of a world, called without a transport.
///
/// Every call holds its arguments and its result against the shapes that the tool announces.
struct AssistantWorld {
  let world: HistoryWorld
  let assistant: Assistant

  /// Starts an assistant for folders of the world, with more options of `syncline mcp`, or as
  /// another program.
  init(
    _ world: HistoryWorld, roots: [String] = ["p"], _ options: [String] = [],
    as surface: (CommandContext) -> AssistantSurface = { _ in AssistantSurface() }
  ) throws {
    self.world = world
    let null = StandardStream(descriptor: AssistantWorld.null)
    let surroundings = Surroundings(
      arguments: [], environment: world.environment, currentFolder: world.folder.path + "/p",
      input: null, output: null, error: null)
    let invocation = try CommandTable.root.parse(["mcp"] + options).get()
    let context = CommandContext(
      invocation: invocation, surroundings: surroundings,
      console: Console(invocation, surroundings))
    assistant = try Assistant(
      context, roots: roots.map { world.folder.path + "/" + $0 }, surface: surface(context))
  }

  /// Opened once, for all: what is said here is nobody's concern.
  private static let null = open("/dev/null", O_RDWR)

  /// Calls a tool.
  func call(
    _ name: String, _ arguments: JSONObject = [:],
    report: (@Sendable (Progress) -> Void)? = nil
  ) async throws -> Tool.Result {
    let tool = try #require(assistant.tools.first { $0.name == name })
    #expect(tool.input.problem(in: .object(arguments), named: "it") == nil)
    let result = try await tool.run(arguments, Call(client: "tester", report: report))
    #expect(tool.output.problem(in: .object(result.structured), named: "it") == nil)
    return result
  }

  /// Calls a tool that does what it is asked, and returns its data.
  func data(_ name: String, _ arguments: JSONObject = [:]) async throws -> JSONValue {
    let result = try await call(name, arguments)
    try #require(!result.isError, "\(result.structured)")
    return try #require(result.structured["data"])
  }

  /// Calls a tool that fails, and returns its error.
  func error(_ name: String, _ arguments: JSONObject = [:]) async throws -> JSONValue {
    let result = try await call(name, arguments)
    try #require(result.isError, "\(result.structured)")
    return try #require(result.structured["error"])
  }

  /// Reads a resource.
  func read(_ uri: String) async throws -> [ResourceContent] {
    try await assistant.resources.read(uri, Call())
  }

  /// A world where `a.txt` is to be pushed, `b.txt` pulled, `c.txt` in conflict and `d.txt` in sync.
  static func divided() async throws -> AssistantWorld {
    let world = try await HistoryWorld()
    for name in ["a", "b", "c", "d"] { try world.write("one\n", to: name + ".txt") }
    await world.run("push")
    try await world.bindSecond()
    for name in ["b", "c"] { try world.folder.write("theirs\n", to: "q/\(name).txt") }
    _ = await world.run(["push"], in: "q")
    for name in ["a", "c"] { try world.write("mine\n", to: name + ".txt") }
    return try AssistantWorld(world)
  }
}

extension JSONValue {
  /// The texts of a list of an object.
  func texts(_ name: String) -> [String] { self[name]?.arrayValue?.compactMap(\.stringValue) ?? [] }
}
