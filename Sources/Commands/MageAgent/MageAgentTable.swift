import CommandLineKit

/// The commands of `mage-agent`, for the users of the tool of that name.
///
/// Names, options and defaults are the documented ones; what is ours stands beside them.
enum MageAgentTable {
  /// The name under which the program is started, and the verb of `syncline` that does the same.
  static let name = "mage-agent"

  /// The program as it is started under its own name.
  static let root = Command<Verb>(
    name, abstract, discussion: discussion, options: [logLevel, .help, .version],
    subcommands: commands)

  /// The same as a verb of `syncline`.
  static let verb = Command<Verb>(
    name, abstract, discussion: discussion, options: [logLevel], subcommands: commands)

  static let logLevel = Option.value(
    "log-level", "level", "How much is told on standard error: DEBUG, INFO, WARNING or ERROR",
    type: .oneOf(["DEBUG", "INFO", "WARNING", "ERROR", "debug", "info", "warning", "error"]))
  static let folder = Option.value(
    "local-project-dir", "path", "The local project folder; asked for if left out", type: .folder)
  static let format = Option.value(
    "format-output", "format", "How results are written", type: .oneOf(["json", "human"]),
    default: "json")
  static let clusterURL = Option.value("cluster-url", "url", "The address of the Mage server")
  static let email = Option.value("email", "address", "The e-mail address to sign in with")
  static let password = Option.value(
    "password", "password",
    "The password; others on this machine may see it, so better leave it "
      + "out and be asked")
  static let force = Option.flag("force", "Replace a configuration that is there without asking")
  static let plainHTTP = Option.flag(
    "allow-plain-http", "Reach a server on another machine without TLS")

  /// The folder that is proposed where none is named.
  static let standardFolder = ".mage-agent/local_sync"

  private static let abstract =
    "Keep a local folder in step with a Mage server, as its own tool does"

  private static let discussion = """
    The server's address and the sign-in are kept in ~/.mage-agent/config.json. Conflicts are never \
    overwritten unasked, and what a run replaces or deletes is kept below .syncline/trash in the \
    local folder.
    """

  private static let common = [format, folder, plainHTTP]

  private static let commands: [Command<Verb>] = [
    Command(
      "login", "Sign in to a Mage server, or to a hub",
      options: [clusterURL, email, password, force, format, plainHTTP], payload: .mageAgentLogin),
    Command(
      "mcp", "Serve an assistant on standard input and output",
      options: [Options.root, format, plainHTTP], payload: .mageAgentMCP),
    Command(
      "sync-project-to-local", "Bring the remote's changes to the local folder",
      options: common + Options.brakes, payload: .mageAgentPull),
    Command(
      "sync-status", "Show what differs between the sides", options: common,
      payload: .mageAgentStatus),
    Command(
      "sync-local-to-remote", "Carry local changes to the server",
      options: common + Options.brakes, payload: .mageAgentPush),
    Command(
      "sync", "Carry changes both ways, and ask about each conflict",
      options: common + Options.brakes, payload: .mageAgentSync),
  ]
}
