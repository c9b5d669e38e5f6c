using Bascule.Cli;

return await BasculeProgram.RunAsync(args, CliServices.ForProcess(), CancellationToken.None);
