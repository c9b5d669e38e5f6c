using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bascule.Cli.Output;

/// <summary>Redraws a view in place when it changes, and once a second for its ages.</summary>
/// <param name="console">The terminal.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveScreen(IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Shows views until there are no more.</summary>
    /// <returns>False when a view was null: what was watched is gone.</returns>
    public async Task<bool> ShowAsync<T>(IAsyncEnumerable<T?> views, Func<T, IRenderable> render, CancellationToken cancellationToken)
        where T : class
    {
        await using var source = views.GetAsyncEnumerator(cancellationToken);
        var next = source.MoveNextAsync().AsTask();
        return await console.Live(Text.Empty).StartAsync(async live =>
        {
            T? shown = null;
            while (true)
            {
                var tick = Task.Delay(Tick, time, cancellationToken);
                if (await Task.WhenAny(next, tick) == next)
                {
                    if (!await next)
                        return true;
                    shown = source.Current;
                    if (shown is null)
                        return false;
                    next = source.MoveNextAsync().AsTask();
                }

                if (shown is not null)
                    live.UpdateTarget(render(shown));
                cancellationToken.ThrowIfCancellationRequested();
            }
        });
    }
}
