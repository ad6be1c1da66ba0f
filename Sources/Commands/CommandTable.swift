import CommandLineKit

/// The command table: help, man page, completions, the reference and parsing all read it.
enum CommandTable {
  /// The program with all its verbs.
  static let root = Command<Verb>(
    "syncline", "Keep a project folder in step with the platform that it runs on",
    discussion: """
      Files on this machine are local, the project on the platform is remote. A change on one side \
      is carried to the other; a change on both is a conflict and is never overwritten unasked. \
      What a run replaces or deletes is kept, and 'syncline undo' takes a run back.
      """,
    options: Options.global,
    subcommands: start + daily + history + project + hub + [MageAgentTable.verb] + meta)

  private static let start: [Command<Verb>] = [
    Command(
      "init", "Bind this folder to a project",
      discussion: "Writes syncline.yaml and .syncline/. Moves no file.",
      options: [Options.create, Options.dryRun], arguments: [Arguments.url], payload: .initialize),
    Command(
      "clone", "Make a folder from a project", options: [Options.dryRun],
      arguments: [Arguments.url, Arguments.folder], payload: .clone),
  ]

  private static let daily: [Command<Verb>] = [
    Command(
      "status", "Show what differs between the sides",
      options: [Options.all, Options.checksum],
      arguments: [Arguments.what], payload: .status),
    Command(
      "diff", "Show the differences line by line",
      options: [Options.exitCode, Options.stat, Options.checksum], arguments: [Arguments.what],
      payload: .diff),
    Command(
      "check", "Exit with 1 when the sides differ", options: [Options.checksum],
      arguments: [Arguments.what], payload: .check),
    Command(
      "pull", "Bring the remote's changes here",
      options: [
        Options.force, Options.mirror, Options.atomic, Options.prefer, Options.checksum,
        Options.dryRun,
      ] + Options.brakes,
      arguments: [Arguments.what], payload: .pull),
    Command(
      "push", "Carry local changes to the remote",
      options: [
        Options.message, Options.force, Options.mirror, Options.atomic, Options.prefer,
        Options.checksum, Options.dryRun,
      ] + Options.brakes,
      arguments: [Arguments.what], payload: .push),
    Command(
      "sync", "Carry changes both ways, each conflict decided",
      discussion: """
        On a terminal each conflict is asked about. Elsewhere conflicts are left as they are on \
        both sides, everything else is done, and the exit code is 3.
        """,
      options: [
        Options.prefer, Options.message, Options.atomic, Options.checksum, Options.dryRun,
      ] + Options.brakes,
      arguments: [Arguments.what], payload: .sync),
    Command(
      "resolve", "Decide conflicts and apply the decision",
      options: [Options.keep, Options.message, Options.dryRun] + Options.brakes,
      arguments: [Arguments.paths], payload: .resolve),
    Command(
      "plan", "Write down what sync would do, to be approved and applied later",
      options: [Options.out, Options.prefer, Options.message, Options.atomic] + Options.brakes,
      arguments: [Arguments.what], payload: .plan),
    Command(
      "apply", "Do what a plan says, if nothing that it was made from has changed",
      options: [Options.dryRun], arguments: [Argument("file", "The plan", type: .file)],
      payload: .apply),
  ]

  private static let history: [Command<Verb>] = [
    Command(
      "log", "Show the remote's history", options: [Options.limit],
      arguments: [
        Argument("path", "Only what changed this path", .optional, type: .dynamic("paths"))
      ],
      payload: .log),
    Command(
      "show", "Write a content to standard output",
      discussion: "PATH is the local file; PATH@REV, PATH@base and PATH@remote are other versions.",
      arguments: [Argument("path", "PATH[@REV|@base|@remote]", type: .dynamic("paths"))],
      payload: .show),
    Command(
      "restore", "Bring back an earlier version of a path as a local edit",
      options: [Options.at, Options.dryRun],
      arguments: [Argument("path", "A path of the project", type: .dynamic("paths"))],
      payload: .restore),
    Command("runs", "List the runs of this folder", options: [Options.limit], payload: .runs),
    Command(
      "undo", "Take a run back", options: [Options.dryRun],
      arguments: [
        Argument("run", "The run; the newest if left out", .optional, type: .dynamic("runs"))
      ], payload: .undo),
    Command(
      "trash", "What runs replaced and deleted",
      subcommands: [
        Command("list", "List what is kept", payload: .trashList),
        Command(
          "prune", "Remove what is older than the time to keep", options: [Options.dryRun],
          payload: .trashPrune),
      ]),
  ]

  private static let project: [Command<Verb>] = [
    Command("target", "The remote projects of this folder", subcommands: targets),
    Command(
      "rebase", "Accept a remote whose history was rewound", options: [Options.dryRun],
      payload: .rebase),
    Command(
      "login", "Keep a token for a hub, or sign in to a Mage server",
      options: [Options.tokenStdin, Options.email, Options.passwordStdin, Options.dryRun],
      arguments: [Argument("url", "The hub, a project on it, or a Mage server")],
      payload: .login),
    Command(
      "logout", "Forget the token for a server", options: [Options.dryRun],
      arguments: [Argument("url", "The server; the target's if left out", .optional)],
      payload: .logout),
    Command(
      "whoami", "Show who the remote takes you for",
      arguments: [Argument("url", "The server; the target's if left out", .optional)],
      payload: .whoami),
    Command(
      "ignored", "List what is skipped, and by which rule", arguments: [Arguments.what],
      payload: .ignored),
    Command("doctor", "Say what is wrong and how to mend it", payload: .doctor),
    Command(
      "mcp", "Serve an assistant that speaks the Model Context Protocol",
      discussion: """
        Started by the assistant, on standard input and output, or with --http for all assistants of \
        this machine. It offers the verbs that look and sync as tools; conflicts are left to the \
        user, and no assistant can lift a brake.
        """,
      options: [Options.root, Options.readOnly, Options.http, Options.tokenFile], payload: .mcp),
  ]

  private static let targetName = Argument("name", "The target", type: .dynamic("targets"))

  private static let targets: [Command<Verb>] = [
    Command(
      "add", "Add a target", options: [Options.dryRun],
      arguments: [Argument("name", "Its name"), Arguments.url], payload: .targetAdd),
    Command("list", "List the targets", payload: .targetList),
    Command(
      "remove", "Remove a target; the remote project stays", options: [Options.dryRun],
      arguments: [targetName], payload: .targetRemove),
    Command(
      "rename", "Give a target another name", options: [Options.dryRun],
      arguments: [targetName, Argument("new-name", "The new name")], payload: .targetRename),
    Command(
      "set-url", "Give a target another address", options: [Options.dryRun],
      arguments: [targetName, Arguments.url], payload: .targetSetURL),
    Command(
      "default", "Make a target the default one", options: [Options.dryRun],
      arguments: [targetName], payload: .targetDefault),
    Command(
      "relink", "Accept that another project stands behind a target", options: [Options.dryRun],
      arguments: [Argument("name", "The target", .optional, type: .dynamic("targets"))],
      payload: .targetRelink),
  ]

  private static let hub: [Command<Verb>] = [
    Command("hub", "A hub of your own", options: [Options.data], subcommands: hubVerbs)
  ]

  private static let hubVerbs: [Command<Verb>] = [
    Command(
      "serve", "Serve the projects of a data folder",
      options: [
        Options.listen, Options.tlsCertificate, Options.tlsKey, Options.behindProxy,
        Options.hostName,
      ], payload: .hubServe),
    Command(
      "project", "Projects of a data folder",
      subcommands: [
        Command(
          "create", "Create a project", options: [Options.dryRun],
          arguments: [Argument("name", "Its name")],
          payload: .hubProjectCreate),
        Command("list", "List the projects", payload: .hubProjectList),
        Command(
          "rename", "Give a project another name", options: [Options.dryRun],
          arguments: [Argument("name", "The project"), Argument("new-name", "The new name")],
          payload: .hubProjectRename),
        Command(
          "delete", "Delete a project; its data is kept for 30 days", options: [Options.dryRun],
          arguments: [Argument("name", "The project")], payload: .hubProjectDelete),
      ]),
    Command(
      "token", "Tokens of a data folder",
      subcommands: [
        Command(
          "create", "Create a token and print it once",
          options: [
            Options.name, Options.project, Options.scope, Options.expires, Options.dryRun,
          ],
          payload: .hubTokenCreate),
        Command("list", "List the tokens, without their secrets", payload: .hubTokenList),
        Command(
          "revoke", "Make a token useless", options: [Options.dryRun],
          arguments: [Argument("id", "The token's id")],
          payload: .hubTokenRevoke),
      ]),
    Command(
      "backup", "Copy a data folder, also while it is served", options: [Options.dryRun],
      arguments: [Argument("dir", "A folder that does not exist yet", type: .folder)],
      payload: .hubBackup),
    Command(
      "restore", "Make a data folder from a backup", options: [Options.dryRun],
      arguments: [Argument("backup", "The backup", type: .folder)], payload: .hubRestore),
    Command("check", "Read and verify everything in a data folder", payload: .hubCheck),
    Command(
      "purge", "Remove a content for good, and leave a mark in the history",
      options: [Options.dryRun],
      arguments: [Argument("project", "The project"), Argument("digest", "sha256:…")],
      payload: .hubPurge),
    Command(
      "migrate", "Bring a data folder to this version's format", options: [Options.dryRun],
      payload: .hubMigrate),
  ]

  private static let meta: [Command<Verb>] = [
    Command(
      "completions", "Write completions for a shell",
      arguments: [Argument("shell", "The shell", type: .oneOf(["bash", "zsh", "fish"]))],
      payload: .completions),
    Command("man", "Write the man page", payload: .man),
    Command(
      "help", "Show help", arguments: [Argument("verb", "The verb", .anyNumber)], payload: .help),
    Command("reference", "Write the reference as Markdown", isHidden: true, payload: .reference),
    Command(
      "__complete", "Offer words for completion",
      arguments: [
        Argument("kind", "What kind"),
        Argument("prefix", "Its start", .optional, allowsEmpty: true),
      ],
      isHidden: true, payload: .complete),
  ]
}
