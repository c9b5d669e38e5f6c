using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bascule.Cli.Commands;
using Bascule.Lab;

namespace Bascule.Cli.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--port: found 99999, expected 0 to 65535", "up", "--port", "99999")]
    [InlineData("--image: found 'shop', expected a name and a command, such as shop=/usr/local/bin/shop", "up", "--image", "shop")]
    [InlineData("CONTAINER=IMAGE: found 'web', expected a container and an image, such as goprom=goprom:2", "set", "image", "web", "web")]
    [InlineData("--to-revision: found a negative number, expected 0 or a revision", "undo", "web", "--to-revision", "-1")]
    [InlineData("--timeout: expected a number of seconds above 0", "status", "web", "--timeout", "0")]
    [InlineData("--seeds: found 0, expected 1 or more", "fuzz", "--seeds", "0")]
    [InlineData("--header: found 'shop.example', expected a name and a value, such as 'Host: shop.example'", "load", "http://127.0.0.1", "-H", "shop.example")]
    [InlineData("--metricsPort: found 99999, expected 0 to 65535", "controller", "--metricsPort", "99999")]
    [InlineData("--metrics-host: found 'here', expected an IP address of this machine, such as 127.0.0.1 or 0.0.0.0", "up", "--metrics-host", "here")]
    [InlineData("--istio-api-version: found 'latest', expected a version such as v1beta1", "controller", "--istio-api-version", "latest")] // TR-IST-01
    [InlineData("--ambassador-api-version: found 'getambassador.io/v2/', expected a version such as v1beta1, or with its group example.com/v1beta1", "controller", "--ambassador-api-version", "getambassador.io/v2/")] // TR-AMB-01
    [InlineData("--traffic-split-api-version: found 'v1alpha4', expected v1alpha1, v1alpha2 or v1alpha3", "controller", "--traffic-split-api-version", "v1alpha4")] // TR-SMI-01
    [InlineData("--appmesh-crd-version: found '', expected a version such as v1beta1", "controller", "--appmesh-crd-version", "")] // TR-MSH-01
    [InlineData("--traefik-api-group: found 'traefik', expected a group such as traefik.io", "controller", "--traefik-api-group", "traefik")] // TR-TRF-01
    [InlineData("--ingress-api-version: found 'extensions/v1beta1', expected networking.k8s.io/v1; no cluster since 1.22 has another", "controller", "--ingress-api-version", "extensions/v1beta1")] // TR-NGX-01
    [InlineData("--aws-target-group-binding-api-version: found 'v1beta1', expected a group and a version such as example.com/v1", "controller", "--aws-target-group-binding-api-version", "v1beta1")]
    [InlineData("--pace: found '2s', expected a duration of at least 3s (the analysis needs that long to see a bad version), such as 10s or 1m", "lab", "ramped", "--rollout", "--pace", "2s")]
    [InlineData("--pace: found '0.5s', expected a duration of at least 1s (a shorter look tells nothing), such as 10s or 1m", "lab", "ramped", "--pace", "0.5s")]
    [InlineData("'--rollout'", "lab", "blue-green-multi", "--rollout")]
    [InlineData("see: bascule promote --help", "promote")]
    [InlineData("see: bascule --help", "vers")]
    public async Task WrongArgument_NamesItAndDoesNothing(string expected, params string[] args)
    {
        var program = new TestProgram();

        var run = await program.RunAsync(args);

        Assert.Equal((ExitCodes.Usage, ""), (run.Code, run.Output));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Null(program.Selection);
    }

    [Theory]
    [InlineData("Progressive delivery")]
    [InlineData("Show one thing in detail", "get")]
    public async Task NoVerb_ShowsHelp(string expected, params string[] args)
    {
        var run = await new TestProgram().RunAsync(args);

        Assert.Equal(ExitCodes.Ok, run.Code);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_Always_IsOneLine()
    {
        var run = await new TestProgram().RunAsync("version");

        Assert.Equal((ExitCodes.Ok, VersionCommand.Text + Environment.NewLine, ""), (run.Code, run.Output, run.Error));
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Output);
    }

    [Fact]
    public async Task Controller_WhoseMetricsCannotBeServedWhereAsked_SaysWhatToDo()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var run = await (await TestProgram.StartAsync()).RunAsync("controller", "--metricsPort", port);

        Assert.Equal(ExitCodes.Error, run.Code);
        Assert.Contains($"the controller's metrics: they cannot be served on 127.0.0.1:{port}", run.Error, StringComparison.Ordinal);
        Assert.Contains("or none with --metricsPort 0", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--aws-verify-target-group")]
    [InlineData("--alb-verify-weight")]
    public async Task Controller_ThatShouldAskAws_SaysWhatItLacks_TRALB14_TRALB22(string option)
    {
        var nowhere = await (await TestProgram.StartAsync()).RunAsync("controller", option);
        var noKey = await (await TestProgram.StartAsync()).With("AWS_REGION", "eu-central-1").RunAsync("controller", option);

        Assert.Equal((ExitCodes.Error, ExitCodes.Error), (nowhere.Code, noKey.Code));
        Assert.Contains("--aws-verify-target-group: neither AWS_REGION nor AWS_DEFAULT_REGION is set", nowhere.Error, StringComparison.Ordinal);
        Assert.Contains("--aws-verify-target-group: there is no key for AWS", noKey.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fuzz_OfASeed_IsTheSameRunEveryTime()
    {
        var first = await new TestProgram().RunAsync("fuzz", "--seeds", "1", "--from", "4711");
        var second = await new TestProgram().RunAsync("fuzz", "--seeds", "1", "--from", "4711");

        Assert.Equal(ExitCodes.Ok, first.Code);
        Assert.StartsWith("1 seeds passed, 0 failed, ", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Output, second.Output);
    }

    [Fact]
    public async Task Help_OfEveryVerb_HasExamplesThatBeginWithTheProgram()
    {
        var verbs = 0;
        foreach (var path in Paths(BasculeProgram.Tree(Services()), []))
        {
            var run = await new TestProgram().RunAsync([.. path, "--help"]);

            Assert.Equal(ExitCodes.Ok, run.Code);
            Assert.Contains("bascule " + path[0], run.Output[run.Output.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
            verbs++;
        }

        Assert.True(verbs >= 15, $"only {verbs} verbs were found");
    }

    [Fact]
    public async Task ContextAndNamespace_Given_ReachTheConnection()
    {
        var program = await TestProgram.StartAsync();

        await program.RunAsync("list", "rollouts", "--context", "prod", "-n", "shop");

        Assert.Equal(new Clusters.ClusterSelection("prod", "shop"), program.Selection);
    }

    private static CliServices Services() => new()
    {
        Terminal = new Terminals.Terminal(TextWriter.Null, TextWriter.Null, false, false, false),
        Time = TimeProvider.System,
        Variable = _ => null,
        Seed = 1,
    };

    private static IEnumerable<string[]> Paths(System.CommandLine.Command command, string[] path) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => c is Verb ? [[.. path, c.Name]] : Paths(c, [.. path, c.Name]));
}
