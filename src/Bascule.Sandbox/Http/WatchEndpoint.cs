using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Bascule.Kube;
using Bascule.Sandbox.Api;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Http;

/// <summary>Streams a watch as one line of JSON per event, flushed as soon as there is nothing more to send at once.</summary>
internal sealed class WatchEndpoint(ApiServer server, SandboxApiOptions options)
{
    /// <summary>A batch this large is sent before more is added to it.</summary>
    private const int BatchBytes = 64 << 10;

    public async Task StreamAsync(HttpContext context, Schema.ServedResource resource, string? @namespace, WatchQuery query)
    {
        var presentation = Presentation.Of(context.Request, resource, server.Time);
        context.Response.ContentType = Answers.JsonType;
        ApiWatch watch;
        try
        {
            watch = server.Watch(resource, @namespace, query);
        }
        catch (KubeException expired) when (expired.IsExpired)
        {
            // Clients look for this one in the stream.
            WriteLine(context.Response.BodyWriter, "ERROR"u8, Encoding.UTF8.GetBytes(expired.Status!.Root.GetRawText()));
            await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            return;
        }

        using (watch)
        {
            using var end = new CancellationTokenSource(Timeout(context.Request), server.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(end.Token, context.RequestAborted);
            using var bookmarks = context.Request.Query["allowWatchBookmarks"].ToString() is "true" or "1"
                ? server.Time.CreateTimer(static w => ((ApiWatch)w!).AskForBookmark(), watch, options.BookmarkInterval, options.BookmarkInterval)
                : null;
            try
            {
                await context.Response.StartAsync(both.Token);
                await context.Response.BodyWriter.FlushAsync(both.Token);
                await PumpAsync(watch, context.Response.BodyWriter, presentation, both.Token);
            }
            catch (OperationCanceledException) when (both.IsCancellationRequested)
            {
                // The time is over or the client is gone: the stream ends here either way.
            }
        }
    }

    private static async Task PumpAsync(ApiWatch watch, PipeWriter output, Presentation presentation, CancellationToken cancellationToken)
    {
        var withColumns = true;
        while (await watch.WaitAsync(cancellationToken))
        {
            var batch = 0;
            while (watch.TryRead(out var next))
            {
                var json = next.Object is null ? presentation.Bookmark(next) : presentation.One(next.Object, withColumns);
                withColumns &= next.Object is null;
                WriteLine(output, Name(next.Type), json.Span);
                batch += json.Length;
                if (batch > BatchBytes)
                {
                    await output.FlushAsync(cancellationToken);
                    batch = 0;
                }
            }

            var flushed = await output.FlushAsync(cancellationToken);
            if (flushed.IsCompleted)
                return;
        }
    }

    private static ReadOnlySpan<byte> Name(WatchEventType type) => type switch
    {
        WatchEventType.Added => "ADDED"u8,
        WatchEventType.Modified => "MODIFIED"u8,
        WatchEventType.Deleted => "DELETED"u8,
        WatchEventType.Bookmark => "BOOKMARK"u8,
    };

    private static void WriteLine(IBufferWriter<byte> output, ReadOnlySpan<byte> type, ReadOnlySpan<byte> json)
    {
        output.Write("{\"type\":\""u8);
        output.Write(type);
        output.Write("\",\"object\":"u8);
        output.Write(json);
        output.Write("}\n"u8);
    }

    private TimeSpan Timeout(HttpRequest request) =>
        int.TryParse(request.Query["timeoutSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : options.WatchTimeout;
}
