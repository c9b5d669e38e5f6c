using Bascule.Controller.Views;
using Bascule.Kube;
using static Bascule.Controller.Tests.TestObjects;

namespace Bascule.Controller.Tests.Views;

public sealed class PodTextTests
{
    [Theory]
    [InlineData("""{"phase":"Pending"}""", "Pending", 0, 0)]
    [InlineData("""{"phase":"Running","containerStatuses":[{"ready":true,"restartCount":2,"state":{"running":{}}}]}""", "Running", 1, 2)]
    [InlineData("""{"phase":"Pending","containerStatuses":[{"ready":false,"state":{"waiting":{"reason":"ErrImagePull"}}}]}""", "ErrImagePull", 0, 0)]
    [InlineData("""{"phase":"Running","containerStatuses":[{"ready":false,"restartCount":5,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}""", "CrashLoopBackOff", 0, 5)]
    [InlineData("""{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":3}}}]}""", "ExitCode:3", 0, 0)]
    [InlineData("""{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":137,"signal":9}}}]}""", "Signal:9", 0, 0)]
    [InlineData("""{"phase":"Failed","reason":"Evicted"}""", "Evicted", 0, 0)]
    [InlineData("""{"phase":"Running","containerStatuses":[{"state":{"terminated":{"reason":"Completed","exitCode":0}}},{"ready":true,"state":{"running":{}}}]}""", "Running", 1, 0)]
    public void Read_ByStatus_SaysWhatKubectlSays(string status, string word, int ready, int restarts)
    {
        var view = PodText.Read(Pod(status, "{}"));

        Assert.Equal((word, ready, restarts), (view.Status, view.ReadyContainers, view.Restarts));
    }

    [Theory]
    [InlineData("""{"state":{"running":{}}}""", "Init:0/1")]
    [InlineData("""{"state":{"waiting":{"reason":"ImagePullBackOff"}}}""", "Init:ImagePullBackOff")]
    [InlineData("""{"state":{"terminated":{"exitCode":1,"reason":"Error"}}}""", "Init:Error")]
    [InlineData("""{"state":{"terminated":{"exitCode":0}}}""", "Pending")]
    public void Read_WhileInitializing_SaysWhere(string container, string word) =>
        Assert.Equal(word, PodText.Read(Pod($$"""{"phase":"Pending","initContainerStatuses":[{{container}}]}""", "{}")).Status);

    [Fact]
    public void Read_BeingDeleted_IsTerminating() =>
        Assert.Equal("Terminating", PodText.Read(Pod("""{"phase":"Running"}""", """{"deletionTimestamp":"2026-01-02T03:04:05Z"}""")).Status);

    private static KubeObject Pod(string status, string metadata)
    {
        var pod = Named("p", spec: """{"containers":[{"name":"a"}],"initContainers":[{"name":"i"}]}""").ToNode();
        pod["status"] = Json(status);
        return With(KubeObject.From(pod), "metadata", metadata);
    }
}
