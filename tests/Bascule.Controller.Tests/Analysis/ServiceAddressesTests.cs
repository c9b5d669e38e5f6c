using System.Text.Json.Nodes;
using Bascule.Controller.Analysis;
using Bascule.Kube;

namespace Bascule.Controller.Tests.Analysis;

public sealed class ServiceAddressesTests
{
    [Theory]
    [InlineData("prometheus", "shop", "10.0.0.1")]
    [InlineData("prometheus.shop", "other", "10.0.0.1")]
    [InlineData("prometheus.shop.svc", null, "10.0.0.1")]
    [InlineData("prometheus.shop.svc.cluster.local", null, "10.0.0.1")]
    [InlineData("prometheus", "other", null)]
    [InlineData("prometheus.shop.example.com", "shop", null)]
    [InlineData("headless", "shop", null)]
    [InlineData("127.0.0.1", "shop", null)]
    public void Service_Named_IsFoundAsClusterDnsWould(string host, string? @namespace, string? expected)
    {
        var cluster = new TestCluster();
        Put(cluster, "prometheus", "10.0.0.1");
        Put(cluster, "headless", "None");

        Assert.Equal(expected, new ServiceAddresses(cluster).Find(host, @namespace)?.ToString());
    }

    private static void Put(TestCluster cluster, string name, string clusterIP) => cluster.Put(ResourceTypes.Services, new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "shop" },
        ["spec"] = new JsonObject { ["clusterIP"] = clusterIP },
    });
}
