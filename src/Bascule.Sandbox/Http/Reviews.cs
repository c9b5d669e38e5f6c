using System.Text.Json.Nodes;
using Bascule.Sandbox.Api;
using Bascule.Sandbox.Schema;
using Microsoft.AspNetCore.Http;

namespace Bascule.Sandbox.Http;

/// <summary>Answers who the caller is and what they may do: whoever has the token is the administrator and may do anything.</summary>
internal static class Reviews
{
    public static async Task AnswerAsync(HttpContext context, ServedResource resource)
    {
        var review = await RequestBody.ReadObjectAsync(context.Request, context.RequestAborted) ?? throw ApiErrors.BadRequest("found an empty body, expected a review");
        MetadataRules.FitToPath(resource, @namespace: MetadataRules.Of(review).String("namespace"), name: null, review);
        review["status"] = resource.Type.Kind switch
        {
            "SelfSubjectRulesReview" => Rules(),
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = Administrator() },
            "TokenReview" => new JsonObject { ["authenticated"] = true, ["user"] = Administrator() },
            _ => new JsonObject { ["allowed"] = true, ["reason"] = "the sandbox's token may do anything" },
        };
        await Answers.WriteAsync(context, StatusCodes.Status201Created, review);
    }

    private static JsonObject Administrator() => new()
    {
        ["username"] = "sandbox-admin",
        ["groups"] = new JsonArray("system:masters", "system:authenticated"),
    };

    private static JsonObject Rules() => new()
    {
        ["resourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["apiGroups"] = new JsonArray("*"), ["resources"] = new JsonArray("*") }),
        ["nonResourceRules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("*"), ["nonResourceURLs"] = new JsonArray("*") }),
        ["incomplete"] = false,
    };
}
