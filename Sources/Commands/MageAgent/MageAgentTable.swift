import CommandLineKit

/// The commands of `mage-agent`, for the users of the tool of that name.
///
/// Names, options and defaults are the documented ones; what is ours stands beside them.
enum MageAgentTable {
  /// The name under which the program is started, and the verb of `syncline` that does the same.
  static let name = "mage-agent"

  /// The program as it is started under its own name.
  static let root = Command<Verb>(
    name, abstract, discussion: discussion,
    options: [logLevel, plainHTTP, Options.caFile, .help, .version],
    payload: .mageAgentHelp, subcommands: commands + manual)

  /// The same as a verb of `syncline`.
  static let verb = Command<Verb>(
    name, abstract, discussion: discussion, options: [logLevel],
    payload: .mageAgentHelp, subcommands: commands)

  static let logLevel = Option.value(
    "log-level", "level", "How much is told on standard error: DEBUG, INFO, WARNING or ERROR")
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
  /// Under `syncline` the option of the same name does the same.
  static let plainHTTP = Option.flag(
    Options.plainHTTP.name, "Reach a server on another machine without TLS")

  static let shown = Argument("path", "The file, or one of its versions as PATH@VERSION")
  static let run = Argument("run", "The run; the newest if left out", .optional)

  /// The folder that is proposed where none is named.
  static let standardFolder = ".mage-agent/local_sync"

  private static let abstract =
    "Keep a local folder in step with a Mage server, as its own tool does"

  private static let discussion = """
    The server's address and the sign-in are kept in ~/.mage-agent/config.json. Conflicts are never \
    overwritten unasked. What a run replaces or deletes is kept below .syncline/trash in the local \
    folder, and 'mage-agent undo' takes the run back.
    """

  private static let common = [format, folder]

  private static let commands: [Command<Verb>] = [
    Command(
      "login", "Sign in to a Mage server, or to a hub",
      options: [clusterURL, email, password, force, format], payload: .mageAgentLogin),
    Command(
      "mcp", "Serve an assistant on standard input and output",
      options: [Options.root, Options.readOnly, format], payload: .mageAgentMCP),
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
    Command(
      "undo", "Take a run back, on both sides", options: common, arguments: [run],
      payload: .mageAgentUndo),
    Command("runs", "List the runs of the local folder", options: common, payload: .mageAgentRuns),
    Command(
      "show", "Write a file's content, or that of PATH@VERSION, to standard output",
      options: [folder], arguments: [shown], payload: .mageAgentShow),
  ]

  /// What the program tells about itself; under `syncline` these are verbs of their own.
  private static let manual: [Command<Verb>] = [
    Command(
      "completions", "Write completions for a shell",
      arguments: [Argument("shell", "The shell", type: .oneOf(["bash", "zsh", "fish"]))],
      payload: .completions),
    Command("man", "Write the man page", payload: .man),
  ]
}
