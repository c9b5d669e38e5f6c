using System.Collections.Frozen;
using System.Globalization;

namespace Bascule.Sandbox.Http.Protobuf;

/// <summary>What the bytes of a field are.</summary>
internal enum WireValue
{
    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>Bytes, which JSON writes in base64.</summary>
    Bytes,

    /// <summary>A 64-bit floating point number.</summary>
    Floating,

    /// <summary>Another message.</summary>
    Message,
}

/// <summary>One field of a message.</summary>
/// <param name="Name">Its name in JSON; null when the fields of the message below stand in its parent.</param>
/// <param name="Value">What its bytes are.</param>
/// <param name="Message">The message below; null for other values.</param>
/// <param name="IsList">It may occur several times.</param>
/// <param name="IsMap">It is an entry of a map from text.</param>
internal sealed record MessageField(string? Name, WireValue Value, string? Message, bool IsList, bool IsMap);

/// <summary>The protobuf messages of the built-in kinds, read once from an embedded table.</summary>
/// <remarks>
/// A line is a message and its fields: <c>number=name:type</c>, where the type is s, i, b, y, d or a message, behind
/// <c>[]</c> for a list and <c>{}</c> for a map; the name <c>-</c> marks fields that JSON writes into the parent.
/// </remarks>
internal static class MessageTable
{
    private static readonly Lazy<FrozenDictionary<string, FrozenDictionary<int, MessageField>>> s_messages = new(Load);

    /// <summary>The fields of a message by number; null when the message is unknown.</summary>
    public static FrozenDictionary<int, MessageField>? Find(string message) => s_messages.Value.GetValueOrDefault(message);

    private static FrozenDictionary<string, FrozenDictionary<int, MessageField>> Load()
    {
        using var resource = typeof(MessageTable).Assembly.GetManifestResourceStream("protobuf-messages")!;
        using var reader = new StreamReader(resource);
        var messages = new Dictionary<string, FrozenDictionary<int, MessageField>>();
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            messages[words[0]] = words.Skip(1).Select(Field).ToFrozenDictionary(f => f.Number, f => f.Field);
        }

        return messages.ToFrozenDictionary();
    }

    private static (int Number, MessageField Field) Field(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, type) = (text[(equals + 1)..colon], text[(colon + 1)..]);
        var isList = type.StartsWith("[]", StringComparison.Ordinal);
        var isMap = type.StartsWith("{}", StringComparison.Ordinal);
        var plain = isList || isMap ? type[2..] : type;
        var value = plain switch
        {
            "s" => WireValue.Text,
            "i" => WireValue.Integer,
            "b" => WireValue.Truth,
            "y" => WireValue.Bytes,
            "d" => WireValue.Floating,
            _ => WireValue.Message,
        };
        return (int.Parse(text.AsSpan(0, equals), CultureInfo.InvariantCulture), new(name == "-" ? null : name, value, value == WireValue.Message ? plain : null, isList, isMap));
    }
}
