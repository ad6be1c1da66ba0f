import CommandLineKit

extension MageAgentTable {
  /// The chapters of the man page that no command holds.
  static let chapters = [
    Chapter(
      "Exit codes",
      entries: [
        ("0", "done; conflicts that are left are in the answer"),
        ("1", "not done, or not all of it; standard error says why, with a code"),
        ("130", "interrupted"),
      ]),
    Chapter(
      "Files",
      entries: [
        ("~/.mage-agent/config.json", "the server's address and the sign-in"),
        (
          ".mage-agent-sync-state.json",
          "the state of Mage's own tool in the local folder, kept up to date for it"
        ),
        (".syncline/", "the private record of the local folder, and what runs replaced"),
      ]),
    Chapter(
      "Environment",
      entries: [
        ("MAGE_AGENT_LOG_LEVEL", "the log level where the option is left out"),
        ("NO_COLOR", "write without colors"),
      ]),
  ]
}
