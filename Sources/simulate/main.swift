import Simulation

await SimulateCommand.run(CommandLine.arguments)
