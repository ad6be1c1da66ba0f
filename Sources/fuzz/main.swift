runFuzzer(CommandLine.argc, CommandLine.unsafeArgv)
