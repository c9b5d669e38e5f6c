using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bascule.Sandbox.Schema;

/// <summary>How this room writes JSON into sentences.</summary>
internal static class Text
{
    /// <summary>Keeps <c>&lt;</c>, <c>+</c> and letters of other scripts readable, as Go prints them.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
