using System.Globalization;
using Bascule.Benchmarks.Controller;
using Bascule.Benchmarks.Sandbox;
using Bascule.Benchmarks.Simulation;
using BenchmarkDotNet.Running;

// Everything: dotnet run -c Release --project bench/Bascule.Benchmarks -- --filter '*'
// The sandbox's API server under load: dotnet run -c Release --project bench/Bascule.Benchmarks -- api-load
// The controller with 1,000 Rollouts: dotnet run -c Release --project bench/Bascule.Benchmarks -- rollouts 1000
// What a controller at rest keeps of each Rollout: dotnet run -c Release --project bench/Bascule.Benchmarks -- memory 10000
// Whole rollouts in virtual time: dotnet run -c Release --project bench/Bascule.Benchmarks -- simulate 1000
switch (args)
{
    case ["api-load"]:
        await ApiLoad.RunAsync();
        break;
    case ["rollouts", var count] when int.TryParse(count, CultureInfo.InvariantCulture, out var rollouts) && rollouts > 0:
        await RolloutLoad.RunAsync(rollouts);
        break;
    case ["rollouts", ..]:
        Console.Error.WriteLine("rollouts: expected how many, a number above 0, such as: rollouts 1000");
        Environment.ExitCode = 2;
        break;
    case ["memory", var count] when int.TryParse(count, CultureInfo.InvariantCulture, out var rollouts) && rollouts > 0:
        await RolloutMemory.RunAsync(rollouts);
        break;
    case ["memory", ..]:
        Console.Error.WriteLine("memory: expected how many Rollouts, a number above 0, such as: memory 10000");
        Environment.ExitCode = 2;
        break;
    case [ControllerProcess.Verb, var kubeconfig]:
        await ControllerProcess.RunAsync(kubeconfig);
        break;
    case ["simulate", var count] when int.TryParse(count, CultureInfo.InvariantCulture, out var rollouts) && rollouts > 0:
        SimulationLoad.Run(rollouts);
        break;
    case ["simulate", ..]:
        Console.Error.WriteLine("simulate: expected how many, a number above 0, such as: simulate 1000");
        Environment.ExitCode = 2;
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
