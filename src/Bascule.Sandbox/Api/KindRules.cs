using System.Text.Json.Nodes;
using Bascule.Sandbox.Schema;

namespace Bascule.Sandbox.Api;

/// <summary>What Kubernetes does to objects of one kind beyond their schema. The base does nothing special.</summary>
internal abstract class KindRules
{
    /// <summary>Completes a new object, after defaults and before validation.</summary>
    public virtual void Create(JsonObject obj, RuleContext context)
    {
    }

    /// <summary>Completes a changed object, after defaults and before validation.</summary>
    /// <param name="next">What is about to be written.</param>
    /// <param name="old">What is stored.</param>
    /// <param name="context">Where and when.</param>
    public virtual void Update(JsonObject next, JsonObject old, RuleContext context)
    {
    }

    /// <summary>Changes that are not allowed; also called for a creation, then with no old object.</summary>
    public virtual IEnumerable<FieldError> Refuse(JsonObject next, JsonObject? old) => [];
}

/// <summary>What kind rules may know of a request.</summary>
/// <param name="Now">The instant of the write.</param>
/// <param name="Subresource">The subresource written; null for the object itself.</param>
internal sealed record RuleContext(DateTimeOffset Now, string? Subresource);
