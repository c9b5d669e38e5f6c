namespace Bascule.Sandbox.Tests.Kubectl;

[Collection(nameof(KubectlCollection))]
public sealed class KubectlTests(KubectlApi api)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Get_InItsFormats_ShowsTheObject()
    {
        var ns = await api.NamespaceAsync("formats");
        await api.OkAsync($"create -n {ns} configmap one --from-literal=k=v");

        Assert.StartsWith("NAME", await api.OkAsync($"get -n {ns} configmaps"), StringComparison.Ordinal);
        Assert.StartsWith("NAME", await api.OkAsync($"get -n {ns} configmaps -o wide"), StringComparison.Ordinal);
        Assert.Contains("k: v", await api.OkAsync($"get -n {ns} configmap one -o yaml"), StringComparison.Ordinal);
        Assert.Contains("\"k\": \"v\"", await api.OkAsync($"get -n {ns} configmap one -o json"), StringComparison.Ordinal);
        Assert.Equal("v", await api.OkAsync($"get -n {ns} configmap one -o jsonpath={{.data.k}}"));
        Assert.Equal("configmap/one", await api.OkAsync($"get -n {ns} configmaps -o name"));
    }

    [Fact]
    public async Task Get_WithSelectors_ShowsWhatMatches()
    {
        var ns = await api.NamespaceAsync("selectors");
        foreach (var name in (string[])["a", "b", "c"])
            await api.OkAsync($"create -n {ns} configmap {name}");
        await api.OkAsync($"label -n {ns} configmap a tier=front");
        await api.OkAsync($"label -n {ns} configmap b tier=back");

        Assert.Equal("configmap/a", await api.OkAsync($"get -n {ns} configmaps -o name -l tier=front"));
        Assert.Equal("configmap/a\nconfigmap/b", await api.OkAsync($"get -n {ns} configmaps -o name -l \"tier in (front,back)\""));
        Assert.Equal("configmap/c", await api.OkAsync($"get -n {ns} configmaps -o name -l !tier"));
        Assert.Equal("configmap/b", await api.OkAsync($"get -n {ns} configmaps -o name --field-selector metadata.name=b"));
        Assert.Equal("configmap/a\nconfigmap/b\nconfigmap/c", await api.OkAsync($"get -n {ns} configmaps -o name --chunk-size=1"));
    }

    [Fact]
    public async Task Get_Watching_PrintsChangesAsTheyHappen()
    {
        var ns = await api.NamespaceAsync("watching");
        await api.OkAsync($"create -n {ns} configmap seen");
        using var watch = api.Start($"get -n {ns} configmaps -w -o name");
        try
        {
            Assert.Equal("configmap/seen", await watch.StandardOutput.ReadLineAsync().WaitAsync(s_patience));
            await api.OkAsync($"create -n {ns} configmap later");
            Assert.Equal("configmap/later", await watch.StandardOutput.ReadLineAsync().WaitAsync(s_patience));
        }
        finally
        {
            watch.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Metadata_LabelledAndAnnotated_KeepsItsGeneration()
    {
        await api.NeedsAsync(22, "the answer 'unlabeled'");
        var ns = await api.NamespaceAsync("metadata");
        await api.OkAsync($"create -n {ns} deployment web --image=web:1");

        Assert.Equal("deployment.apps/web labeled", await api.OkAsync($"label -n {ns} deployment web tier=front"));
        Assert.Equal("deployment.apps/web annotated", await api.OkAsync($"annotate -n {ns} deployment web note=hello"));
        Assert.Equal("1", await api.OkAsync($"get -n {ns} deployment web -o jsonpath={{.metadata.generation}}"));
        Assert.Equal("deployment.apps/web unlabeled", await api.OkAsync($"label -n {ns} deployment web tier-"));
    }

    [Fact]
    public async Task Deployment_ScaledAndReimaged_CountsItsGeneration()
    {
        var ns = await api.NamespaceAsync("generation");
        await api.OkAsync($"create -n {ns} deployment web --image=web:1");

        Assert.Equal("deployment.apps/web scaled", await api.OkAsync($"scale -n {ns} deployment web --replicas=4"));
        Assert.Equal("deployment.apps/web image updated", await api.OkAsync($"set image -n {ns} deployment web web=web:2"));
        Assert.Equal("3 4 web:2", await api.OkAsync($"get -n {ns} deployment web -o \"jsonpath={{.metadata.generation}} {{.spec.replicas}} {{.spec.template.spec.containers[0].image}}\""));
    }

    [Theory]
    [InlineData("merge", """{"data":{"k":"2","gone":null}}""")]
    [InlineData("strategic", """{"data":{"k":"2","gone":null}}""")]
    [InlineData("json", """[{"op":"replace","path":"/data/k","value":"2"},{"op":"remove","path":"/data/gone"}]""")]
    public async Task Patch_OfEachType_ChangesTheObject(string type, string patch)
    {
        var ns = await api.NamespaceAsync($"patch-{type}");
        await api.OkAsync($"create -n {ns} configmap one --from-literal=k=1 --from-literal=gone=1");

        await api.OkAsync($"patch -n {ns} configmap one --type={type} -p \"{patch.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

        Assert.Equal("""{"k":"2"}""", await api.OkAsync($"get -n {ns} configmap one -o jsonpath={{.data}}"));
    }

    [Fact]
    public async Task Replace_FromAnOldVersion_Conflicts()
    {
        var ns = await api.NamespaceAsync("replace");
        await api.OkAsync($"create -n {ns} configmap one --from-literal=k=1");
        var old = await api.OkAsync($"get -n {ns} configmap one -o yaml");
        await api.OkAsync($"label -n {ns} configmap one a=b");

        var refused = await api.RunAsync($"replace -n {ns} -f -", old);

        Assert.Contains("the object has been modified; please apply your changes to the latest version and try again", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_Exposed_GetsAddressAndNodePort()
    {
        var ns = await api.NamespaceAsync("expose");
        await api.OkAsync($"create -n {ns} deployment web --image=web:1 --port=80");

        await api.OkAsync($"expose -n {ns} deployment web --type=NodePort --port=80");

        Assert.StartsWith("127.96.", await api.OkAsync($"get -n {ns} service web -o jsonpath={{.spec.clusterIP}}"), StringComparison.Ordinal);
        Assert.InRange(int.Parse(await api.OkAsync($"get -n {ns} service web -o jsonpath={{.spec.ports[0].nodePort}}"), System.Globalization.CultureInfo.InvariantCulture), 30_000, 32_767);
    }

    [Fact]
    public async Task CustomResource_Defined_IsServedAtOnceAndGoesWithItsDefinition()
    {
        var ns = await api.NamespaceAsync("custom");
        await api.OkAsync("apply -f -", """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.test.example}
            spec:
              group: test.example
              scope: Namespaced
              names: {plural: widgets, kind: Widget}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec: {type: object, properties: {size: {type: integer}, color: {type: string, default: red}}}
                      status: {type: object, properties: {size: {type: integer}}}
            """);

        await api.OkAsync("wait --for=condition=Established crd/widgets.test.example --timeout=20s");
        await api.OkAsync($"apply -n {ns} -f -", "---\n{apiVersion: test.example/v1, kind: Widget, metadata: {name: w}, spec: {size: 2}}");
        await api.OkAsync($"scale -n {ns} widget w --replicas=7");

        Assert.Equal("7 red 2", await api.OkAsync($"get -n {ns} widget w -o \"jsonpath={{.spec.size}} {{.spec.color}} {{.metadata.generation}}\""));
        await api.OkAsync("delete crd widgets.test.example --timeout=20s");
        Assert.NotEqual(0, (await api.RunAsync($"get -n {ns} widgets")).ExitCode);
    }

    [Theory]
    [InlineData("background", "")]
    [InlineData("foreground", "")]
    [InlineData("orphan", "configmap/dependent")]
    public async Task Delete_OfAnOwner_TreatsDependentsAsAsked(string cascade, string left)
    {
        await api.NeedsAsync(24, "wait --for=delete on what is gone already");
        var ns = await api.NamespaceAsync($"cascade-{cascade}");
        await api.OkAsync($"create -n {ns} configmap owner");
        var uid = await api.OkAsync($"get -n {ns} configmap owner -o jsonpath={{.metadata.uid}}");
        await api.OkAsync($"create -n {ns} -f -", $"---\n{{apiVersion: v1, kind: ConfigMap, metadata: {{name: dependent, ownerReferences: [{{apiVersion: v1, kind: ConfigMap, name: owner, uid: {uid}, blockOwnerDeletion: true}}]}}}}");

        await api.OkAsync($"delete -n {ns} configmap owner --cascade={cascade} --timeout=20s");

        if (left.Length == 0)
            await api.OkAsync($"wait -n {ns} --for=delete configmap/dependent --timeout=20s");
        Assert.Equal(left, await api.OkAsync($"get -n {ns} configmaps -o name"));
    }

    [Fact]
    public async Task Namespace_Deleted_TakesItsContentAlong()
    {
        var ns = await api.NamespaceAsync("doomed");
        await api.OkAsync($"create -n {ns} configmap inside");

        await api.OkAsync($"delete namespace {ns} --timeout=20s");

        Assert.Contains("NotFound", (await api.RunAsync($"get namespace {ns}")).Error, StringComparison.Ordinal);
        await api.NamespaceAsync(ns);
        Assert.Equal("", await api.OkAsync($"get -n {ns} configmaps -o name"));
    }

    [Fact]
    public async Task Auth_CanI_SaysYes() => Assert.Equal("yes", await api.OkAsync("auth can-i create deployments"));

    [Fact]
    public async Task Wait_ForACondition_ReturnsWhenItHolds()
    {
        await api.NeedsAsync(24, "patch --subresource");
        var ns = await api.NamespaceAsync("waiting");
        await api.OkAsync($"create -n {ns} deployment web --image=web:1");
        using var wait = api.Start($"wait -n {ns} --for=condition=Available deployment/web --timeout=30s");

        await api.OkAsync($"patch -n {ns} deployment web --subresource=status --type=merge -p \"{{\\\"status\\\":{{\\\"conditions\\\":[{{\\\"type\\\":\\\"Available\\\",\\\"status\\\":\\\"True\\\"}}]}}}}\"");

        await wait.WaitForExitAsync().WaitAsync(s_patience);
        Assert.Equal(0, wait.ExitCode);
    }

    [Fact]
    public async Task Events_OfBothApis_AreOneCollection()
    {
        await api.NeedsAsync(26, "kubectl events");
        var ns = await api.NamespaceAsync("events");
        await api.OkAsync($"create -n {ns} -f -", $"---\n{{apiVersion: v1, kind: Event, metadata: {{name: e1}}, type: Warning, reason: Broken, message: it broke, involvedObject: {{kind: Pod, name: p, namespace: {ns}}}, lastTimestamp: '2026-01-01T00:00:00Z'}}");

        Assert.Contains("it broke", await api.OkAsync($"events -n {ns}"), StringComparison.Ordinal);
        Assert.Equal("it broke", await api.OkAsync($"get -n {ns} events.events.k8s.io e1 -o jsonpath={{.note}}"));
        Assert.Equal("event/e1", await api.OkAsync($"get -n {ns} events -o name --field-selector reason=Broken,involvedObject.name=p"));
    }

    [Fact]
    public async Task Discovery_ApiResourcesAndExplain_KnowTheKinds()
    {
        Assert.Contains("deployments", await api.OkAsync("api-resources"), StringComparison.Ordinal);
        Assert.Contains("replicas", await api.OkAsync("explain deployment.spec"), StringComparison.Ordinal);
    }
}
