using System.Globalization;
using Bascule.Benchmarks.Controller;
using Bascule.Benchmarks.Sandbox;
using BenchmarkDotNet.Running;

// Everything: dotnet run -c Release --project bench/Bascule.Benchmarks -- --filter '*'
// The sandbox's API server under load: dotnet run -c Release --project bench/Bascule.Benchmarks -- api-load
// The controller with 1,000 Rollouts: dotnet run -c Release --project bench/Bascule.Benchmarks -- rollouts 1000
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
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
