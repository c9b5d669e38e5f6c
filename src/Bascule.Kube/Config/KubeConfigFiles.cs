using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bascule.Kube.Yaml;

namespace Bascule.Kube.Config;

/// <summary>One kubeconfig, or several merged: of two entries with the same name the first file's counts.</summary>
internal sealed class KubeConfigFiles
{
    private readonly Dictionary<string, Section> _contexts = [];
    private readonly Dictionary<string, Section> _clusters = [];
    private readonly Dictionary<string, Section> _users = [];
    private readonly string _names;
    private string? _current;

    private KubeConfigFiles(IReadOnlyList<string> files) => _names = string.Join(", ", files);

    /// <exception cref="KubeConfigException">A file cannot be read or is not a kubeconfig.</exception>
    public static KubeConfigFiles Read(IReadOnlyList<string> files)
    {
        var all = new KubeConfigFiles(files);
        foreach (var file in files)
            all.Add(file, Parse(file));
        return all;
    }

    /// <summary>The connection of a context.</summary>
    /// <param name="context">Its name; null for the current one.</param>
    /// <exception cref="KubeConfigException">It is not there, or incomplete.</exception>
    public KubeConnection Connect(string? context)
    {
        var name = context ?? _current ?? (_contexts.Count == 1 ? _contexts.Keys.Single() : null);
        if (name is null)
            throw new KubeConfigException($"{_names}: no current-context. Name one with --context; there {Known(_contexts)}.");
        if (!_contexts.TryGetValue(name, out var found))
            throw new KubeConfigException($"{_names}: found no context \"{name}\"; there {Known(_contexts)}.");
        var cluster = Referred(_clusters, found, "cluster") ?? throw new KubeConfigException($"{found}: found no cluster, expected the name of an entry of clusters");
        var user = Referred(_users, found, "user");
        var server = cluster.Text("server") ?? throw new KubeConfigException($"{cluster}: found no server, expected an address such as https://127.0.0.1:6443");
        return new KubeConnection
        {
            Server = Address(cluster, "server", server),
            Credential = user is null ? KubeCredential.None : Credential(user),
            Namespace = found.Text("namespace") ?? "default",
            Origin = $"context \"{name}\" of {found.File}",
            Authorities = cluster.Content("certificate-authority") is { } pem ? Certificates.Authorities(pem, cluster.ToString()) : null,
            TlsServerName = cluster.Text("tls-server-name"),
            SkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
            Proxy = cluster.Text("proxy-url") is { } proxy ? Address(cluster, "proxy-url", proxy) : null,
            ImpersonateUser = user?.Text("as"),
            ImpersonateGroups = user?.Texts("as-groups") ?? [],
        };
    }

    private static JsonObject Parse(string file)
    {
        try
        {
            var documents = YamlReader.ReadAll(File.ReadAllText(file));
            return documents.Count switch
            {
                0 => [],
                _ when documents[0].Root is JsonObject root => root,
                _ => throw new KubeConfigException($"{file}: found YAML that is not a map, expected a kubeconfig (apiVersion: v1, kind: Config)"),
            };
        }
        catch (YamlFormatException exception)
        {
            throw new KubeConfigException($"{file}: not a kubeconfig: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"cannot read the kubeconfig {file}: {exception.Message}", exception);
        }
    }

    private void Add(string file, JsonObject root)
    {
        if (_current is null && root["current-context"] is JsonValue current && current.GetValueKind() == JsonValueKind.String && current.GetValue<string>() is { Length: > 0 } name)
            _current = name;
        Add(file, root, "contexts", "context", _contexts);
        Add(file, root, "clusters", "cluster", _clusters);
        Add(file, root, "users", "user", _users);
    }

    private static void Add(string file, JsonObject root, string list, string body, Dictionary<string, Section> into)
    {
        if (root[list] is not { } found)
            return;
        if (found is not JsonArray entries)
            throw new KubeConfigException($"{file}: {list}: found {found.GetValueKind()}, expected a list");
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not JsonObject entry || entry["name"] is not JsonValue name || name.GetValueKind() != JsonValueKind.String)
                throw new KubeConfigException($"{file}: {list}[{i}]: found no name, expected name and {body}");
            into.TryAdd(name.GetValue<string>(), new Section(file, $"{list}[{i}].{body}", entry[body] as JsonObject ?? []));
        }
    }

    private static Section? Referred(Dictionary<string, Section> sections, Section context, string field)
    {
        if (context.Text(field) is not { Length: > 0 } name)
            return null;
        return sections.TryGetValue(name, out var found) ? found : throw new KubeConfigException($"{context}.{field}: found \"{name}\"; there {Known(sections)}.");
    }

    private static string Known(Dictionary<string, Section> sections) =>
        sections.Count == 0 ? "are none" : $"{(sections.Count == 1 ? "is" : "are")} {string.Join(", ", sections.Keys.Order(StringComparer.Ordinal))}";

    private static Uri Address(Section section, string field, string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var address) && address.Host.Length > 0
            ? address
            : throw new KubeConfigException($"{section}.{field}: found \"{text}\", expected an address such as https://127.0.0.1:6443");

    /// <summary>In kubectl's order: what a user names first is what counts.</summary>
    private static KubeCredential Credential(Section user)
    {
        var certificate = user.Content("client-certificate") is { } pem
            ? Certificates.Client(pem, user.Content("client-key") ?? throw new KubeConfigException($"{user}: found client-certificate without client-key"), user.ToString())
            : null;
        KubeCredential credential = user switch
        {
            _ when user.Text("token") is { } token => new KubeCredential.Token(token),
            _ when user.Path("tokenFile") is { } file => new KubeCredential.TokenFile(file),
            _ when user.Text("username") is { } name => new KubeCredential.Basic(name, user.Text("password") ?? ""),
            _ when user.Inner("exec") is { } exec => Exec(exec),
            _ when user.Inner("auth-provider") is { } provider => throw new KubeConfigException($"{provider}: auth-provider is no longer supported by Kubernetes; use the exec plugin of your cloud"),
            _ => KubeCredential.None,
        };
        return credential with { ClientCertificate = certificate };
    }

    private static KubeCredential.Exec Exec(Section exec)
    {
        var command = exec.Text("command") ?? throw new KubeConfigException($"{exec}: found no command, expected the credential program");

        // A relative command with a slash is meant from the kubeconfig's folder, a bare name from PATH.
        var found = command.Contains('/', StringComparison.Ordinal) ? exec.Resolve(command) : command;
        return new KubeCredential.Exec(exec.Text("apiVersion") ?? "client.authentication.k8s.io/v1", found, exec.Texts("args"), exec.Pairs("env"))
        {
            InstallHint = exec.Text("installHint"),
            ProvideClusterInfo = exec.Flag("provideClusterInfo"),
        };
    }

    /// <summary>One map of a file, with its place for messages.</summary>
    private sealed record Section(string File, string Place, JsonObject Body)
    {
        public string? Text(string name) => Body[name] switch
        {
            null => null,
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is { Length: > 0 } text ? text : null,
            var other => throw new KubeConfigException($"{this}.{name}: found {other.GetValueKind()}, expected text"),
        };

        public bool Flag(string name) => Body[name]?.GetValueKind() == JsonValueKind.True;

        public Section? Inner(string name) => Body[name] is JsonObject inner ? new Section(File, $"{Place}.{name}", inner) : null;

        public string? Path(string name) => Text(name) is { } path ? Resolve(path) : null;

        /// <summary>Relative paths are meant from the folder of the file they stand in.</summary>
        public string Resolve(string path) => System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(File))!, path);

        /// <summary><c>NAME-data</c>, base64, else the content of the file <c>NAME</c>.</summary>
        public string? Content(string name)
        {
            if (Text($"{name}-data") is { } data)
            {
                try
                {
                    return Encoding.UTF8.GetString(Convert.FromBase64String(data));
                }
                catch (FormatException exception)
                {
                    throw new KubeConfigException($"{this}.{name}-data: not base64", exception);
                }
            }

            if (Path(name) is not { } path)
                return null;
            try
            {
                return System.IO.File.ReadAllText(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new KubeConfigException($"{this}.{name}: cannot read {path}: {exception.Message}", exception);
            }
        }

        public ImmutableArray<string> Texts(string name) =>
            Body[name] is JsonArray list ? [.. list.Select(item => item is JsonValue value ? value.ToString() : throw new KubeConfigException($"{this}.{name}: expected a list of texts"))] : [];

        public ImmutableDictionary<string, string> Pairs(string name) =>
            Body[name] is JsonArray list
                ? list.OfType<JsonObject>().ToImmutableDictionary(pair => pair["name"]?.ToString() ?? "", pair => pair["value"]?.ToString() ?? "")
                : ImmutableDictionary<string, string>.Empty;

        public override string ToString() => $"{File}: {Place}";
    }
}
