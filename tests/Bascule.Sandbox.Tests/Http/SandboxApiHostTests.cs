using System.Net;
using System.Text.Json;
using Bascule.Sandbox.Http;

namespace Bascule.Sandbox.Tests.Http;

public sealed class SandboxApiHostTests(TestApi api) : IClassFixture<TestApi>
{
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer test-tokem")]
    public async Task Request_WithoutTheToken_Is401(string? authorization)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api.Address, "/api/v1/pods"));
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Unauthorized", JsonElement.Parse(await response.Content.ReadAsByteArrayAsync()).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Request_UnderAForeignHost_Is403()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/pods");
        request.Headers.Host = "evil.example:80";

        using var response = await api.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothings", null, "application/json", 404, "NotFound")]
    [InlineData("GET", "/nowhere", null, "application/json", 404, "NotFound")]
    [InlineData("GET", ConfigMaps + "/absent", null, "application/json", 404, "NotFound")]
    [InlineData("PATCH", ConfigMaps, "{}", "application/merge-patch+json", 405, "MethodNotAllowed")]
    [InlineData("PATCH", ConfigMaps + "/absent", "{}", "application/json", 415, "UnsupportedMediaType")]
    [InlineData("POST", ConfigMaps, "{", "application/json", 400, "BadRequest")]
    [InlineData("POST", ConfigMaps, "[]", "application/json", 400, "BadRequest")]
    [InlineData("POST", ConfigMaps, "{\"data\":{\"a\":\"1\",\"a\":\"2\"}}", "application/json", 400, "BadRequest")]
    [InlineData("POST", ConfigMaps, "{\"kind\":\"Secret\",\"apiVersion\":\"v1\"}", "application/json", 400, "BadRequest")]
    [InlineData("POST", ConfigMaps, "a: [", "application/yaml", 400, "BadRequest")]
    [InlineData("POST", ConfigMaps, "{}", "application/vnd.kubernetes.protobuf", 400, "BadRequest")]
    [InlineData("POST", ConfigMaps, "{}", "application/cbor", 415, "UnsupportedMediaType")]
    [InlineData("POST", ConfigMaps, "{\"metadata\":{\"name\":\"No Good\"}}", "application/json", 422, "Invalid")]
    [InlineData("GET", ConfigMaps + "?fieldSelector=data.x%3D1", null, "application/json", 400, "BadRequest")]
    [InlineData("GET", ConfigMaps + "?labelSelector=a%20near%20(b)", null, "application/json", 400, "BadRequest")]
    [InlineData("GET", ConfigMaps + "?continue=rubbish", null, "application/json", 400, "BadRequest")]
    public async Task Request_ThatMakesNoSense_IsRefusedWithAStatus(string method, string path, string? body, string mediaType, int status, string reason)
    {
        var answer = await api.SendAsync(new(method), path, body, mediaType);

        Assert.Equal(status, answer.Status);
        Assert.Equal("Status", answer.Body.GetProperty("kind").GetString());
        Assert.Equal(reason, answer.Body.GetProperty("reason").GetString());
        Assert.Equal(status, answer.Body.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Body_InYaml_IsTaken()
    {
        var answer = await api.SendAsync(HttpMethod.Post, ConfigMaps, "metadata:\n  name: yaml\ndata:\n  a: '1'\n", "application/yaml");

        Assert.Equal(201, answer.Status);
        Assert.Equal("1", answer.Body.GetProperty("data").GetProperty("a").GetString());
    }

    [Fact]
    public async Task Body_OverTheLimit_Is413()
    {
        var answer = await api.SendAsync(HttpMethod.Post, ConfigMaps, $$$"""{"metadata":{"name":"large"},"data":{"a":"{{{new string('x', 70_000)}}}" } }""");

        Assert.Equal(413, answer.Status);
    }

    [Fact]
    public async Task List_InPages_ShowsOneVersionWhileObjectsChange()
    {
        foreach (var name in (string[])["p1", "p2", "p3"])
            await api.SendAsync(HttpMethod.Post, ConfigMaps, $$$"""{"metadata":{"labels":{"set":"pages"},"name":"{{{name}}}" } }""");

        var first = await api.SendAsync(HttpMethod.Get, ConfigMaps + "?labelSelector=set%3Dpages&limit=2");
        await api.SendAsync(HttpMethod.Delete, ConfigMaps + "/p3");
        await api.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"p4","labels":{"set":"pages"}}}""");
        var token = first.Body.GetProperty("metadata").GetProperty("continue").GetString()!;
        var second = await api.SendAsync(HttpMethod.Get, $"{ConfigMaps}?labelSelector=set%3Dpages&limit=2&continue={Uri.EscapeDataString(token)}");

        Assert.Equal(["p1", "p2"], Names(first.Body));
        Assert.Equal(["p3"], Names(second.Body));
    }

    [Fact]
    public async Task Watch_FromTheSelectorsView_AddsAndDeletesAsLabelsChange()
    {
        await api.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"turncoat","labels":{"side":"blue"}}}""");
        using var response = await api.Http.GetAsync(ConfigMaps + "?watch=true&labelSelector=side%3Dred&timeoutSeconds=20", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        await Side("red");
        await Side("blue");

        Assert.Equal(["ADDED", "DELETED"], [await TypeOfNext(lines), await TypeOfNext(lines)]);
    }

    [Fact]
    public async Task Watch_FromAForgottenVersion_SaysExpired()
    {
        api.Server.Store.Compact(api.Server.Store.Current.Version);
        await api.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"after"}}""");

        var answer = await api.SendAsync(HttpMethod.Get, ConfigMaps + "?watch=true&resourceVersion=2");

        Assert.Equal("ERROR", answer.Body.GetProperty("type").GetString());
        var status = answer.Body.GetProperty("object");
        Assert.Equal(410, status.GetProperty("code").GetInt32());
        Assert.StartsWith("too old resource version: 2 (", status.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_AskedForTheStreamingList_EndsTheListWithABookmark()
    {
        await api.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"streamed","labels":{"set":"stream"}}}""");
        using var response = await api.Http.GetAsync(ConfigMaps + "?watch=true&labelSelector=set%3Dstream&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal(["ADDED", "BOOKMARK"], [await TypeOfNext(lines), await TypeOfNext(lines)]);
    }

    [Fact]
    public async Task Port_InUse_IsNamedInTheError()
    {
        var refusal = await Assert.ThrowsAsync<SandboxException>(() => SandboxApiHost.StartAsync(api.Server, new() { Token = "t", Port = api.Address.Port }, default));

        Assert.Contains($"port {api.Address.Port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_Stopped_EndsItsWatches()
    {
        await using var own = new TestApi();
        await own.InitializeAsync();
        using var response = await own.Http.GetAsync(ConfigMaps + "?watch=true", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        var end = lines.ReadToEndAsync();
        own.Server.Store.EndWatches();

        Assert.Equal("", await end.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Metadata_Only_LeavesTheRestOut()
    {
        await api.SendAsync(HttpMethod.Post, ConfigMaps, """{"metadata":{"name":"meta"},"data":{"a":"1"}}""");

        var answer = await api.SendAsync(HttpMethod.Get, ConfigMaps + "/meta", accept: "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");

        Assert.Equal("PartialObjectMetadata", answer.Body.GetProperty("kind").GetString());
        Assert.False(answer.Body.TryGetProperty("data", out _));
    }

    private static async Task<string?> TypeOfNext(StreamReader lines) =>
        JsonElement.Parse((await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)))!).GetProperty("type").GetString();

    private static IEnumerable<string?> Names(JsonElement list) =>
        list.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("metadata").GetProperty("name").GetString());

    private async Task Side(string value) =>
        await api.SendAsync(HttpMethod.Patch, ConfigMaps + "/turncoat", "{\"metadata\":{\"labels\":{\"side\":\"" + value + "\"}}}", "application/merge-patch+json");
}
