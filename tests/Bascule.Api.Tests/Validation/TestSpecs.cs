using System.Text.Json;
using Bascule.Api.Rollouts;
using Bascule.Api.Validation;

namespace Bascule.Api.Tests.Validation;

/// <summary>Rollouts with one field at fault.</summary>
internal static class TestSpecs
{
    public const string Selector = "\"selector\":{\"matchLabels\":{\"app\":\"web\"}}";
    public const string Template = "\"template\":{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"v1\"}]}}";
    public const string Strategy = "\"strategy\":{\"canary\":{}}";

    /// <summary>The first error of a Rollout with this spec, as it prints; "no error" when it is good.</summary>
    public static string FirstError(string spec) => RolloutValidation.FirstError(Read(spec))?.ToString() ?? "no error";

    public static string OfStrategy(string strategy) => FirstError($"{Selector},{Template},\"strategy\":{strategy}");

    public static string OfCanary(string fields) => OfStrategy($"{{\"canary\":{{{fields}}}}}");

    public static Rollout Read(string spec) => Rollout.Read(JsonElement.Parse($"{{\"metadata\":{{\"name\":\"web\"}},\"spec\":{{{spec}}}}}"));
}
