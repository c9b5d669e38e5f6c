using System.CommandLine;
using System.Globalization;
using Bascule.Api.Json;
using Bascule.Lab;
using Bascule.Lab.Load;

namespace Bascule.Cli.Commands;

/// <summary><c>bascule load URL --rate 100</c>.</summary>
internal sealed class LoadCommand : Verb
{
    private static readonly TimeSpan Line = TimeSpan.FromSeconds(1);

    private readonly CliServices _services;
    private readonly Argument<Uri?> _url = WebAddress.Argument("URL", "Where requests go");
    private readonly Option<double> _rate = new("--rate") { Description = "Requests per second, whatever becomes of those before", HelpName = "number", DefaultValueFactory = _ => 100 };
    private readonly Option<string?> _duration = new("--duration") { Description = "How long; default: until Ctrl-C", HelpName = "duration" };
    private readonly Option<int> _perConnection = new("--requests-per-connection") { Description = "Requests on one connection, on average", HelpName = "number", DefaultValueFactory = _ => 1 };

    private readonly Option<string[]> _headers = new("--header", "-H") { Description = "A header of each request, as with curl; Host too", HelpName = "name: value" };

    public LoadCommand(CliServices services)
        : base(
            "load",
            "Make steady traffic and count its answers per version",
            "bascule load http://127.0.0.1:30080 --rate 100",
            "bascule load http://shop.example --duration 30s",
            "bascule load http://127.0.0.1:8080 -H 'Host: shop.example'")
    {
        _services = services;
        _rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 100_000))
                result.AddError($"--rate: found {result.GetValueOrDefault<double>()}, expected a number above 0 and at most 100000");
        });
        _duration.Validators.Add(result =>
        {
            if (!GoDuration.TryParse(result.GetValueOrDefault<string>(), out var duration) || duration <= TimeSpan.Zero)
                result.AddError($"--duration: found '{result.GetValueOrDefault<string>()}', expected a duration such as 30s");
        });
        _perConnection.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
                result.AddError($"--requests-per-connection: found {result.GetValueOrDefault<int>()}, expected at least 1");
        });
        _headers.Validators.Add(result =>
        {
            foreach (var wrong in result.Tokens.Where(t => !RequestHeaders.TryParse(t.Value, out _)))
                result.AddError($"--header: found '{wrong.Value}', expected a name and a value, such as 'Host: shop.example'");
        });
        foreach (var option in new Option[] { _rate, _duration, _perConnection, _headers })
            Add(option);
        Add(_url);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var generator = new TrafficGenerator(
            new LoadOptions
            {
                Url = parsed.GetRequiredValue(_url) ?? throw new InvalidOperationException("the URL was parsed"),
                Rate = parsed.GetValue(_rate),
                RequestsPerConnection = parsed.GetValue(_perConnection),
                Users = [RequestHeaders.Of(parsed.GetValue(_headers) ?? [])],
            },
            _services.Time);
        var duration = GoDuration.TryParse(parsed.GetValue(_duration), out var asked) ? asked : Timeout.InfiniteTimeSpan;
        using var end = new CancellationTokenSource(duration, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);

        // Ctrl-C is the usual end, not a failure: what was measured is told all the same.
        var run = generator.RunAsync(either.Token);
        await TellAsync(generator, either.Token);
        Sum(await run);
        return ExitCodes.Ok;
    }

    private async Task TellAsync(TrafficGenerator generator, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Line, _services.Time, cancellationToken);
                if (generator.Snapshot() is { Seconds: [.., var second, _] } traffic)
                    _services.Terminal.Raw.WriteLine(Invariant($"{second.Index + 1,5} s  {Shares(second)}  {second.Failed} failed  p50 {traffic.LatencyP50.TotalMilliseconds:0.0} ms  p99 {traffic.LatencyP99.TotalMilliseconds:0.0} ms{Last(traffic)}"));
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
    }

    private void Sum(TrafficSnapshot traffic)
    {
        var output = _services.Terminal.Raw;
        output.WriteLine(Invariant($"{traffic.Total:N0} requests in {traffic.Elapsed.TotalSeconds:0.0} s, {traffic.Failed:N0} failed, p50 {traffic.LatencyP50.TotalMilliseconds:0.0} ms, p99 {traffic.LatencyP99.TotalMilliseconds:0.0} ms"));
        foreach (var version in traffic.Versions)
            output.WriteLine(Invariant($"  {version.Version}: {version.Answers:N0} answers, {version.Failed:N0} failed"));
        foreach (var (kind, count) in traffic.Failures)
            output.WriteLine(Invariant($"  {count:N0} x {kind}{Last(traffic)}"));
    }

    private static string Shares(TrafficSecond second) =>
        second.Answers.IsEmpty ? "no answers" : string.Join("  ", second.Answers.Select(a => Invariant($"{a.Key} {a.Value}")));

    private static string Last(TrafficSnapshot traffic) => traffic.LastFailure.Length == 0 ? "" : $" (last: {traffic.LastFailure})";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
