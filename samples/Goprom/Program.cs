using Goprom;

return await GopromApp.RunAsync(args, GopromApp.ProcessEnvironment(), Console.Error, CancellationToken.None);
