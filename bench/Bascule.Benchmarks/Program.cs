using BenchmarkDotNet.Running;

// Everything: dotnet run -c Release --project bench/Bascule.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
