namespace Bascule.Sandbox.Api;

/// <summary>What the server does about fields it does not know or meets twice.</summary>
internal enum FieldValidation
{
    /// <summary>Drops them silently.</summary>
    Ignore,

    /// <summary>Drops them and says so in a <c>Warning</c> header.</summary>
    Warn,

    /// <summary>Refuses the request.</summary>
    Strict,
}

/// <summary>Who writes, and how carefully.</summary>
internal sealed record WriteOptions
{
    /// <summary>The field manager: the query parameter, or the user agent up to its first slash.</summary>
    public string Manager { get; init; } = "unknown";

    /// <summary>Answer as if written, and write nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Treatment of unknown fields.</summary>
    public FieldValidation Validation { get; init; } = FieldValidation.Warn;

    /// <summary>The object carries its ownership of fields already, as server-side apply leaves it.</summary>
    public bool OwnershipIsRecorded { get; init; }

    /// <summary>Takes the texts for <c>Warning</c> headers; null drops them.</summary>
    public Action<string>? Warn { get; init; }
}
