namespace Bascule.Sandbox.Storage;

/// <summary>One write: what a key held before and what it holds after. Shared by all watchers.</summary>
/// <param name="Version">The version the write made.</param>
/// <param name="Storage">The collection.</param>
/// <param name="Before">The content before; null when the write created the object.</param>
/// <param name="After">The content after; for a removal the last state, stamped with the removal's version.</param>
/// <param name="IsRemoval">The object is gone.</param>
public sealed record StoreEvent(long Version, StorageKey Storage, StoredObject? Before, StoredObject After, bool IsRemoval)
{
    private StoredObject? _beforeNow;

    /// <summary>
    /// The content before, stamped with this event's version: what a watcher gets whose selector no longer matches.
    /// </summary>
    /// <remarks>Made once, when first asked for; two racing askers make equal values.</remarks>
    public StoredObject? BeforeAtThisVersion => Before is null ? null : _beforeNow ??= StoredObject.Freeze(Before.ToNode(), Version);
}
