namespace Bascule.Sandbox.Tests.Kubectl;

[Collection(nameof(KubectlCollection))]
public sealed class KubectlApplyTests(KubectlApi api)
{
    [Fact]
    public async Task Apply_ClientSideTwice_CreatesThenLeavesAlone()
    {
        var ns = await api.NamespaceAsync("apply-client");

        Assert.Equal("deployment.apps/web created", await api.OkAsync($"apply -n {ns} -f -", Deployment(1)));
        Assert.Equal("deployment.apps/web unchanged", await api.OkAsync($"apply -n {ns} -f -", Deployment(1)));
        Assert.Equal("deployment.apps/web configured", await api.OkAsync($"apply -n {ns} -f -", Deployment(3)));
        Assert.Equal("3", await api.OkAsync($"get -n {ns} deployment web -o jsonpath={{.spec.replicas}}"));
    }

    [Fact]
    public async Task Apply_WithoutAFieldItHadBefore_RemovesIt()
    {
        var ns = await api.NamespaceAsync("apply-removes");
        await api.OkAsync($"apply -n {ns} -f -", Map("a: '1'\n  b: '2'"));

        await api.OkAsync($"apply -n {ns} -f -", Map("a: '1'"));

        Assert.Equal("""{"a":"1"}""", await api.OkAsync($"get -n {ns} configmap settings -o jsonpath={{.data}}"));
    }

    [Fact]
    public async Task Apply_ServerSideAgainstAnotherManager_ConflictsUntilForced()
    {
        var ns = await api.NamespaceAsync("apply-conflict");
        await api.OkAsync($"apply -n {ns} -f -", Deployment(1));

        var refused = await api.RunAsync($"apply -n {ns} --server-side --field-manager=other -f -", Deployment(5));

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas", refused.Error, StringComparison.Ordinal);
        Assert.Equal("deployment.apps/web serverside-applied", await api.OkAsync($"apply -n {ns} --server-side --field-manager=other --force-conflicts -f -", Deployment(5)));
        Assert.Equal("5", await api.OkAsync($"get -n {ns} deployment web -o jsonpath={{.spec.replicas}}"));
    }

    [Fact]
    public async Task Apply_ServerSideAfterClientSide_TakesOverWithoutConflict()
    {
        await api.NeedsAsync(21, "get --show-managed-fields");
        var ns = await api.NamespaceAsync("apply-migrate");
        await api.OkAsync($"apply -n {ns} -f -", Deployment(1));

        await api.OkAsync($"apply -n {ns} --server-side -f -", Deployment(4));

        Assert.Equal("4", await api.OkAsync($"get -n {ns} deployment web -o jsonpath={{.spec.replicas}}"));
        Assert.Equal("kubectl kubectl-last-applied Apply Apply", await api.OkAsync($"get -n {ns} deployment web --show-managed-fields -o \"jsonpath={{.metadata.managedFields[*].manager}} {{.metadata.managedFields[*].operation}}\""));
    }

    [Fact]
    public async Task Apply_ServerSideTwice_KeepsTheVersion()
    {
        var ns = await api.NamespaceAsync("apply-same");
        await api.OkAsync($"apply -n {ns} --server-side -f -", Deployment(1));
        var before = await api.OkAsync($"get -n {ns} deployment web -o jsonpath={{.metadata.resourceVersion}}");

        await api.OkAsync($"apply -n {ns} --server-side -f -", Deployment(1));

        Assert.Equal(before, await api.OkAsync($"get -n {ns} deployment web -o jsonpath={{.metadata.resourceVersion}}"));
    }

    [Fact]
    public async Task Apply_ServerSideWithoutAFieldItHadBefore_RemovesItUnlessOthersOwnIt()
    {
        var ns = await api.NamespaceAsync("apply-shared");
        await api.OkAsync($"apply -n {ns} --server-side --field-manager=one -f -", Map("a: '1'\n  b: '2'"));
        await api.OkAsync($"apply -n {ns} --server-side --field-manager=two -f -", Map("b: '2'"));

        await api.OkAsync($"apply -n {ns} --server-side --field-manager=one -f -", Map("c: '3'"));

        Assert.Equal("""{"b":"2","c":"3"}""", await api.OkAsync($"get -n {ns} configmap settings -o jsonpath={{.data}}"));
    }

    [Fact]
    public async Task Diff_OfAChange_ShowsItAndWritesNothing()
    {
        var ns = await api.NamespaceAsync("diff");
        await api.OkAsync($"apply -n {ns} -f -", Deployment(1));

        var diff = await api.RunAsync($"diff -n {ns} -f -", Deployment(2));

        Assert.Equal(1, diff.ExitCode);
        Assert.Contains("-  replicas: 1", diff.Output, StringComparison.Ordinal);
        Assert.Contains("+  replicas: 2", diff.Output, StringComparison.Ordinal);
        Assert.Equal("1", await api.OkAsync($"get -n {ns} deployment web -o jsonpath={{.spec.replicas}}"));
    }

    [Fact]
    public async Task Create_WithAnUnknownField_IsRefused()
    {
        await api.NeedsAsync(25, "validation by the server");
        var ns = await api.NamespaceAsync("unknown-field");

        var refused = await api.RunAsync($"create -n {ns} -f -", Deployment(1).Replace("replicas:", "replicaz:", StringComparison.Ordinal));

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("strict decoding error: unknown field \"spec.replicaz\"", refused.Error, StringComparison.Ordinal);
    }

    private static string Deployment(int replicas) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          replicas: {{replicas}}
          selector:
            matchLabels: {app: web}
          template:
            metadata:
              labels: {app: web}
            spec:
              containers:
              - name: web
                image: web:1
                ports: [{containerPort: 80}]
        """;

    private static string Map(string data) => $"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
        data:
          {data}
        """;
}

[CollectionDefinition(nameof(KubectlCollection))]
public sealed class KubectlCollection : ICollectionFixture<KubectlApi>;
