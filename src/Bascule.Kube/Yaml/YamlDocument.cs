using System.Text.Json.Nodes;

namespace Bascule.Kube.Yaml;

/// <summary>One document of a YAML stream.</summary>
/// <param name="Root">Its content.</param>
/// <param name="Line">The line on which it begins, from 1.</param>
public sealed record YamlDocument(JsonNode Root, int Line);
