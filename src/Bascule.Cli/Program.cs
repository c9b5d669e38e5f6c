using Bascule.Cli;
using Goprom;

// The pods of the sandbox are this program too: they start soonest when the command tree is not built first.
if (args is [GopromApp.Verb, .. var flags])
    return await GopromApp.RunAsync(flags, GopromApp.ProcessEnvironment(), Console.Error, CancellationToken.None);

using var ending = new EndRequests();
return await ending.BoundAsync(Task.Run(() => BasculeProgram.RunAsync(args, CliServices.ForProcess(), ending.Token)));
