import IgnoreRules
import ProjectConfig
import SyncModel

/// What is wrong with `syncline.yaml` or with words that name paths, for people.
enum ConfigurationWords {
  /// Explains why `syncline.yaml` cannot be used.
  static func failure(_ error: ConfigurationError) -> CommandFailure {
    let place = "syncline.yaml, line \(error.line), column \(error.column)"
    let key = error.key.isEmpty ? "" : " at '\(error.key)'"
    let value = error.value.map { ": '\($0)'" } ?? ""
    let what = problem(error)
    return CommandFailure(
      .usage, "configuration_" + error.code.rawValue, "\(place)\(key): \(what)\(value).",
      hint: error.expected.isEmpty
        ? "mend the file and try again"
        : "expected: " + error.expected.joined(separator: ", "))
  }

  private static func problem(_ error: ConfigurationError) -> String {
    switch error.code {
    case .syntax: "this is not YAML" + (error.detail.map { " (\($0))" } ?? "")
    case .encoding: "the file is not UTF-8 text"
    case .tooLarge: "the file is too large for a configuration"
    case .severalDocuments: "there is a second document behind '---'"
    case .duplicateKey:
      "the key stands twice" + (error.detail.map { ", first in line \($0)" } ?? "")
    case .unknownKey: "there is no such key"
    case .missingKey: "a key is missing"
    case .wrongKind: "another kind of value is due"
    case .unknownValue: "there is no such value"
    case .badName: "the name has signs that it may not have"
    case .credentialsInURL: "a URL must not hold a user name, a password or a token"
    case .badURL:
      "the URL is not the address of a project" + (error.detail.map { " (\($0))" } ?? "")
    case .severalDefaults: "there is a second default target"
    case .badGlob: "the pattern cannot be used" + (error.detail.map { " (\($0))" } ?? "")
    case .badSize: "this is not a size, such as 500MB"
    case .badDuration: "this is not a duration, such as 30d"
    }
  }

  /// Explains why a word names no paths.
  static func failure(_ error: WhatError) -> CommandFailure {
    let why =
      switch error.code {
      case .empty: "it is empty"
      case .outsideProject: "it lies outside of the project"
      case .badPath(let problem): problem.words
      case .badGlob(let code): "the pattern cannot be used (\(code.rawValue))"
      }
    return CommandFailure(
      .usage, "bad_path", "'\(error.text)' names no path of the project: \(why).",
      hint: "paths count from the current folder")
  }
}
