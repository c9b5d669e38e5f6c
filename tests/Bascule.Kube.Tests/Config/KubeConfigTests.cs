using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Bascule.Kube.Config;

namespace Bascule.Kube.Tests.Config;

public sealed class KubeConfigTests : IDisposable
{
    private const string Two = """
        apiVersion: v1
        kind: Config
        current-context: one
        clusters:
        - name: c1
          cluster: {server: "http://127.0.0.1:8001"}
        - name: c2
          cluster: {server: "https://example.test:6443/base", insecure-skip-tls-verify: true, tls-server-name: other}
        users:
        - name: u1
          user: {token: secret-one}
        - name: u2
          user: {username: me, password: secret-two}
        contexts:
        - name: one
          context: {cluster: c1, user: u1, namespace: mine}
        - name: two
          context: {cluster: c2, user: u2}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bascule-kubeconfig-");
    private readonly Dictionary<string, string> _variables = [];

    public KubeConfigTests() => _variables["HOME"] = _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Load_NoContextNamed_TakesTheCurrentOne()
    {
        var connection = Load(Write("config", Two));

        Assert.Equal(new Uri("http://127.0.0.1:8001"), connection.Server);
        Assert.Equal("secret-one", Assert.IsType<KubeCredential.Token>(connection.Credential).Value);
        Assert.Equal("mine", connection.Namespace);
        Assert.DoesNotContain("secret", $"{connection} {connection.Credential}", StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ContextNamed_TakesIt()
    {
        var connection = Load(Write("config", Two), "two");

        Assert.Equal("https://example.test:6443/base", connection.Server.ToString());
        Assert.Equal(("me", "secret-two"), (Assert.IsType<KubeCredential.Basic>(connection.Credential).User, ((KubeCredential.Basic)connection.Credential).Password));
        Assert.True(connection.SkipTlsVerify);
        Assert.Equal("other", connection.TlsServerName);
        Assert.Equal("default", connection.Namespace);
    }

    [Fact]
    public void Load_UnknownContext_NamesTheOnesThereAre()
    {
        var path = Write("config", Two);
        var error = Assert.Throws<KubeConfigException>(() => Load(path, "three"));

        Assert.Equal($"{path}: found no context \"three\"; there are one, two.", error.Message);
    }

    [Fact]
    public void Load_SeveralFiles_MergesThemAndTheFirstCounts()
    {
        var first = Write("first", "contexts: [{name: x, context: {cluster: c2, user: u1, namespace: first}}]\n");
        var second = Write("second", Two + "\n- name: x\n  context: {cluster: c1}\n");
        _variables["KUBECONFIG"] = $"{first}{Path.PathSeparator}{_folder.FullName}/absent{Path.PathSeparator}{second}";

        Assert.Equal("first", Load(null, "x").Namespace);
        Assert.Equal("mine", Load(null).Namespace);
    }

    [Fact]
    public void Load_NothingSet_ReadsTheHomeFile()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, ".kube"));
        Write(".kube/config", Two);

        Assert.Equal("mine", Load(null).Namespace);
    }

    [Fact]
    public void Load_NoConfigAtAll_SaysWhatToDo()
    {
        var error = Assert.Throws<KubeConfigException>(() => Load(null));

        Assert.Contains("bascule up", error.Message, StringComparison.Ordinal);
        Assert.Contains("KUBECONFIG", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clusters:\n- name: a\n  cluster: {server: [}\n", "line 3")]
    [InlineData("- just\n- a list\n", "expected a kubeconfig")]
    [InlineData("contexts: text\n", "contexts: found String, expected a list")]
    [InlineData("contexts:\n- context: {}\n", "contexts[0]: found no name")]
    [InlineData("contexts: [{name: a, context: {cluster: b}}]\n", "contexts[0].context.cluster: found \"b\"; there are none")]
    [InlineData("contexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b, cluster: {}}]\n", "clusters[0].cluster: found no server")]
    [InlineData("contexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b, cluster: {server: 5}}]\n", "server: found Number, expected text")]
    [InlineData("contexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b, cluster: {server: 'http://'}}]\n", "clusters[0].cluster.server: found \"http://\"")]
    [InlineData("contexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b, cluster: {server: 'https://x', certificate-authority-data: '%'}}]\n", "certificate-authority-data: not base64")]
    [InlineData("contexts: [{name: a, context: {cluster: b}}]\nclusters: [{name: b, cluster: {server: 'https://x', certificate-authority: absent.pem}}]\n", "certificate-authority: cannot read")]
    public void Load_BadFile_NamesFileAndPlace(string text, string expected)
    {
        var path = Write("config", text);
        var error = Assert.Throws<KubeConfigException>(() => Load(path));

        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Certificates_FromDataAndFromFilesBesideTheConfig()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        Write("key.pem", key.ExportECPrivateKeyPem());
        var path = Write("config", $$$"""
            contexts: [{name: a, context: {cluster: b, user: c}}]
            clusters: [{name: b, cluster: {server: 'https://x', certificate-authority-data: {{{Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate.ExportCertificatePem()))}}}}}]
            users: [{name: c, user: {client-certificate-data: {{{Convert.ToBase64String(Encoding.UTF8.GetBytes(certificate.ExportCertificatePem()))}}}, client-key: key.pem}}]
            """);
        var connection = Load(path);

        Assert.Equal(certificate.Thumbprint, Assert.Single(connection.Authorities!).Thumbprint);
        Assert.True(connection.Credential.ClientCertificate!.HasPrivateKey);
        Assert.Equal(certificate.Thumbprint, connection.Credential.ClientCertificate.Thumbprint);
    }

    [Fact]
    public void Load_Exec_ReadsTheProgram()
    {
        var path = Write("config", """
            contexts: [{name: a, context: {cluster: b, user: c}}]
            clusters: [{name: b, cluster: {server: 'https://x'}}]
            users:
            - name: c
              user:
                exec: {apiVersion: client.authentication.k8s.io/v1, command: ./get-token, args: [a, "2"], env: [{name: N, value: v}], installHint: get it there}
            """);
        var exec = Assert.IsType<KubeCredential.Exec>(Load(path).Credential);

        Assert.Equal(Path.Combine(_folder.FullName, "./get-token"), exec.Command);
        Assert.Equal(["a", "2"], exec.Arguments);
        Assert.Equal("v", exec.Environment["N"]);
        Assert.Equal("get it there", exec.InstallHint);
    }

    [Fact]
    public void Load_InAPod_UsesItsServiceAccount()
    {
        Write("token", "t");
        Write("namespace", "mine\n");
        _variables["KUBERNETES_SERVICE_HOST"] = "fd00::1";
        _variables["KUBERNETES_SERVICE_PORT"] = "443";
        var connection = Load(null);

        Assert.Equal("https://[fd00::1]/", connection.Server.ToString());
        Assert.Equal(Path.Combine(_folder.FullName, "token"), Assert.IsType<KubeCredential.TokenFile>(connection.Credential).Path);
        Assert.Equal("mine", connection.Namespace);
    }

    private KubeConnection Load(string? path, string? context = null) =>
        KubeConfig.Load(path, context, new KubeEnvironment { Variable = _variables.GetValueOrDefault, ServiceAccountFolder = _folder.FullName });

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
