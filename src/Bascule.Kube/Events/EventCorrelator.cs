using System.Globalization;
using System.Text.Json.Nodes;

namespace Bascule.Kube.Events;

/// <summary>
/// Decides what becomes of an event, as Kubernetes' own components do: a repetition is counted on the first one, many
/// that differ only in their message become one, and an object that never stops talking is heard less often. Not
/// thread-safe; remembers a bounded number of events.
/// </summary>
/// <param name="component">Who speaks.</param>
/// <param name="random">Makes names.</param>
internal sealed class EventCorrelator(string component, Random random)
{
    /// <summary>Events with the same reason and different messages, within the window, before they are combined.</summary>
    public const int MostSimilar = 10;

    /// <summary>Events about one object before it is heard only once per <see cref="Refill"/>.</summary>
    public const int Burst = 25;

    public static readonly TimeSpan SimilarWindow = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);
    private const int MostRemembered = 4096;
    private const int LongestName = 253;
    private const int LongestMessage = 1024;

    private readonly Recent<(string Object, EventSeverity, string Reason, string Message), Known> _equal = new(MostRemembered);
    private readonly Recent<(string Object, EventSeverity, string Reason), Similar> _similar = new(MostRemembered);
    private readonly Recent<string, Allowance> _allowances = new(MostRemembered);

    /// <summary>What to write; null when the event is one too many.</summary>
    public EventWrite? Correlate(KubeEvent value, DateTimeOffset now)
    {
        var about = Identity(value.About);
        if (!_allowances.GetOrAdd(about, _ => new Allowance(now)).Take(now))
            return null;
        var message = Combined(about, value, now);
        var known = _equal.Find((about, value.Severity, value.Reason, message));
        if (known is null)
            return Create(value, message, now);
        known.Count++;
        return new EventWrite.Count(known.Key, new JsonObject
        {
            ["count"] = known.Count,
            ["lastTimestamp"] = Stamp(now),
            ["message"] = Cut(known.Combines ? $"(combined from similar events): {value.Message}" : value.Message),
        });
    }

    /// <summary>The write that begins the event anew, because the cluster no longer has it.</summary>
    public EventWrite Restart(KubeEvent value, DateTimeOffset now) =>
        Create(value, Combined(Identity(value.About), value, now), now);

    /// <summary>The message under which the event is counted: its own, or one for all that are similar.</summary>
    private string Combined(string about, KubeEvent value, DateTimeOffset now)
    {
        var similar = _similar.GetOrAdd((about, value.Severity, value.Reason), _ => new Similar());
        if (now - similar.Last > SimilarWindow)
            similar.Messages.Clear();
        similar.Last = now;
        if (similar.Messages.Contains(value.Message))
            return value.Message;
        if (similar.Messages.Count >= MostSimilar)
            return "";
        similar.Messages.Add(value.Message);
        return value.Message;
    }

    private EventWrite.Create Create(KubeEvent value, string message, DateTimeOffset now)
    {
        var about = value.About;
        var key = new ObjectKey(about.Key.Namespace ?? "default", NewName(about.Key.Name));
        var combines = message.Length == 0 && value.Message.Length > 0;
        _equal.Put((Identity(about), value.Severity, value.Reason, message), new Known(key, combines));
        var involved = new JsonObject
        {
            ["kind"] = about.Type.Kind,
            ["namespace"] = about.Key.Namespace,
            ["name"] = about.Key.Name,
            ["uid"] = about.Uid,
            ["apiVersion"] = about.Type.ApiVersion,
            ["resourceVersion"] = about.ResourceVersion,
        };
        foreach (var empty in involved.Where(p => p.Value is null || p.Value.ToString().Length == 0).Select(p => p.Key).ToList())
            involved.Remove(empty);
        return new EventWrite.Create(key, new JsonObject
        {
            ["kind"] = ResourceTypes.Events.Kind,
            ["apiVersion"] = ResourceTypes.Events.ApiVersion,
            ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace },
            ["involvedObject"] = involved,
            ["reason"] = value.Reason,
            ["message"] = Cut(combines ? $"(combined from similar events): {value.Message}" : value.Message),
            ["source"] = new JsonObject { ["component"] = component },
            ["firstTimestamp"] = Stamp(now),
            ["lastTimestamp"] = Stamp(now),
            ["count"] = 1,
            ["type"] = value.Severity.ToString(),
            ["reportingComponent"] = component,
            ["reportingInstance"] = "",
        });
    }

    private string NewName(string about)
    {
        var suffix = $".{random.NextInt64():x16}";
        return about.Length + suffix.Length > LongestName ? about[..(LongestName - suffix.Length)] + suffix : about + suffix;
    }

    private static string Identity(ObjectReference about) => $"{about.Type}/{about.Key}/{about.Uid}";

    private static string Cut(string message) => message.Length <= LongestMessage ? message : $"{message[..(LongestMessage - 3)]}...";

    private static string Stamp(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private sealed class Known(ObjectKey key, bool combines)
    {
        public ObjectKey Key { get; } = key;

        public bool Combines { get; } = combines;

        public int Count { get; set; } = 1;
    }

    private sealed class Similar
    {
        public HashSet<string> Messages { get; } = [];

        public DateTimeOffset Last { get; set; }
    }

    /// <summary>A bucket of events that fills up again slowly.</summary>
    private sealed class Allowance(DateTimeOffset now)
    {
        private double _left = Burst;
        private DateTimeOffset _last = now;

        public bool Take(DateTimeOffset at)
        {
            // A clock set back gives nothing, and takes nothing away.
            if (at > _last)
                _left = Math.Min(Burst, _left + (at - _last) / Refill);
            _last = at;
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }
}

/// <summary>What to send for an event. A closed family.</summary>
/// <param name="Key">The event object.</param>
/// <param name="Body">The object, or the patch.</param>
internal abstract record EventWrite(ObjectKey Key, JsonObject Body)
{
    /// <summary>A new event.</summary>
    public sealed record Create(ObjectKey Key, JsonObject Body) : EventWrite(Key, Body);

    /// <summary>One more of an event that exists.</summary>
    public sealed record Count(ObjectKey Key, JsonObject Body) : EventWrite(Key, Body);
}
