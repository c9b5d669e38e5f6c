using Bascule.Benchmarks.Sandbox;
using BenchmarkDotNet.Running;

// Everything: dotnet run -c Release --project bench/Bascule.Benchmarks -- --filter '*'
// The sandbox's API server under load: dotnet run -c Release --project bench/Bascule.Benchmarks -- api-load
if (args is ["api-load"])
{
    await ApiLoad.RunAsync();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
