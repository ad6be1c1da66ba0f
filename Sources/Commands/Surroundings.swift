package import HTTPClient
package import Platform

/// Everything that a command takes from the world around it; passed in, so that tests can.
package struct Surroundings: Sendable {
  /// The name under which the program was started.
  package var program: String
  /// The words behind the program's name.
  package var arguments: [String]
  /// The environment.
  package var environment: [String: String]
  /// The folder in which the program was started.
  package var currentFolder: String
  /// Standard input.
  package var input: StandardStream
  /// Where results go.
  package var output: StandardStream
  /// Where messages and progress go.
  package var error: StandardStream
  /// The clock.
  package var clock: WallClock
  /// The source of ids and secrets.
  package var randomness: Randomness
  /// The files.
  package var fileSystem: any FileSystem
  /// How often a request that fails is sent again, and after which pauses.
  package var retry: RetryPolicy
  /// Seconds that local time is ahead of UTC, at a time in seconds since 1970.
  package var utcOffset: @Sendable (Int) -> Int
  /// The project of the current folder, where it is not `syncline.yaml` that describes it.
  var given: GivenProject?

  /// Gathers the surroundings.
  package init(
    program: String = "syncline", arguments: [String], environment: [String: String],
    currentFolder: String,
    input: StandardStream = .input, output: StandardStream = .output,
    error: StandardStream = .error, clock: WallClock = .system,
    randomness: Randomness = .system, fileSystem: any FileSystem = POSIXFileSystem(),
    retry: RetryPolicy = RetryPolicy(),
    utcOffset: @escaping @Sendable (Int) -> Int = { _ in 0 }
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.currentFolder = currentFolder
    self.input = input
    self.output = output
    self.error = error
    self.clock = clock
    self.randomness = randomness
    self.fileSystem = fileSystem
    self.retry = retry
    self.utcOffset = utcOffset
  }

  /// Whether the program was started under the name of Mage's own tool.
  var isMageAgent: Bool { program == MageAgentTable.name }

  /// A variable of the environment that is set and not empty.
  func variable(_ name: String) -> String? {
    guard let value = environment[name], !value.isEmpty else { return nil }
    return value
  }

  /// A path as it is meant from the current folder.
  func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : currentFolder + "/" + path
  }
}
