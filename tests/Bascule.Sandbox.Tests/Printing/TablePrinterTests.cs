using Bascule.Kube;
using Bascule.Sandbox.Printing;
using Bascule.Sandbox.Schema;
using Bascule.Sandbox.Tests.Schema;

namespace Bascule.Sandbox.Tests.Printing;

public sealed class TablePrinterTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string, string, string> Objects => new()
    {
        { "apps/v1", "Deployment", "'spec': {'replicas': 3, 'selector': {'matchLabels': {'app': 'a'}}, 'template': {'spec': {'containers': [{'name': 'c', 'image': 'i:1'}]}}}, 'status': {'readyReplicas': 2, 'updatedReplicas': 3, 'availableReplicas': 2}", "a|2/3|3|2|5m|c|i:1|app=a" },
        { "apps/v1", "ReplicaSet", "'spec': {'replicas': 3, 'template': {'spec': {'containers': []}}}, 'status': {'replicas': 3, 'readyReplicas': 1}", "a|3|3|1|5m|||<none>" },
        { "v1", "Service", "'spec': {'type': 'NodePort', 'clusterIP': '10.0.0.1', 'ports': [{'port': 80, 'nodePort': 30080, 'protocol': 'TCP'}, {'port': 81, 'protocol': 'UDP'}], 'selector': {'app': 'a'}}", "a|NodePort|10.0.0.1|<none>|80:30080/TCP,81/UDP|5m|app=a" },
        { "v1", "Endpoints", "'subsets': [{'addresses': [{'ip': '1.1.1.1'}, {'ip': '1.1.1.2'}, {'ip': '1.1.1.3'}, {'ip': '1.1.1.4'}], 'ports': [{'port': 80}]}]", "a|1.1.1.1:80,1.1.1.2:80,1.1.1.3:80 + 1 more...|5m" },
        { "v1", "Namespace", "'status': {'phase': 'Active'}", "a|Active|5m" },
        { "v1", "ConfigMap", "'data': {'x': '1'}, 'binaryData': {'y': 'AA=='}", "a|2|5m" },
        { "v1", "Secret", "'type': 'Opaque', 'data': {'x': 'AA=='}", "a|Opaque|1|5m" },
        { "v1", "Node", "'status': {'conditions': [{'type': 'Ready', 'status': 'True'}], 'nodeInfo': {'kubeletVersion': 'v1'}, 'addresses': [{'type': 'InternalIP', 'address': '127.0.0.1'}]}", "a|Ready|<none>|5m|v1|127.0.0.1|<none>|<unknown>|<unknown>|<unknown>" },
        { "v1", "Event", "'lastTimestamp': '2026-01-01T11:59:30Z', 'type': 'Normal', 'reason': 'Started', 'message': 'It did', 'involvedObject': {'kind': 'Pod', 'name': 'p'}, 'source': {'component': 'kubelet'}, 'count': 2", "30s|Normal|Started|pod/p||kubelet|It did|<unknown>|2|a" },
        { "networking.k8s.io/v1", "Ingress", "'spec': {'ingressClassName': 'n', 'rules': [{'host': 'h'}]}", "a|n|h||80|5m" },
        { "coordination.k8s.io/v1", "Lease", "'spec': {'holderIdentity': 'me'}", "a|me|5m" },
        { "autoscaling/v2", "HorizontalPodAutoscaler", "'spec': {'scaleTargetRef': {'kind': 'Deployment', 'name': 'd'}, 'minReplicas': 1, 'maxReplicas': 5, 'metrics': [{'type': 'Resource', 'resource': {'name': 'cpu', 'target': {'averageUtilization': 80}}}]}", "a|Deployment/d|cpu: <unknown>/80%|1|5|0|5m" },
        { "batch/v1", "Job", "'spec': {'parallelism': 3, 'template': {'spec': {'containers': []}}}", "a|Running|0/1 of 3||5m|||<none>" },
        { "batch/v1", "Job", "'spec': {'completions': 1, 'template': {'spec': {'containers': []}}}, 'status': {'succeeded': 1, 'startTime': '2026-01-01T11:59:00Z', 'completionTime': '2026-01-01T11:59:40Z', 'conditions': [{'type': 'Complete', 'status': 'True'}]}", "a|Complete|1/1|40s|5m|||<none>" },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void Row_OfABuiltinKind_ReadsAsInKubectl(string apiVersion, string kind, string rest, string expected) =>
        Assert.Equal(expected, Cells(TestCatalog.Builtin(apiVersion, kind), $"{{'apiVersion': '{apiVersion}', 'kind': '{kind}', 'metadata': {{'name': 'a', 'creationTimestamp': '2026-01-01T11:55:00Z'}}, {rest}}}"));

    public static TheoryData<string, string, string> Pods => new()
    {
        { "", "'phase': 'Pending'", "0/1|Pending|0" },
        { "", "'phase': 'Running', 'containerStatuses': [{'ready': true, 'restartCount': 0, 'state': {'running': {}}}]", "1/1|Running|0" },
        { "", "'phase': 'Pending', 'containerStatuses': [{'ready': false, 'restartCount': 0, 'state': {'waiting': {'reason': 'ErrImagePull'}}}]", "0/1|ErrImagePull|0" },
        { "", "'phase': 'Running', 'containerStatuses': [{'ready': false, 'restartCount': 3, 'state': {'waiting': {'reason': 'CrashLoopBackOff'}}, 'lastState': {'terminated': {'finishedAt': '2026-01-01T11:59:00Z'}}}]", "0/1|CrashLoopBackOff|3 (60s ago)" },
        { "", "'phase': 'Failed', 'containerStatuses': [{'ready': false, 'restartCount': 0, 'state': {'terminated': {'exitCode': 7}}}]", "0/1|ExitCode:7|0" },
        { "", "'phase': 'Pending', 'initContainerStatuses': [{'restartCount': 0, 'state': {'running': {}}}]", "0/1|Init:0/1|0" },
        { ", 'deletionTimestamp': '2026-01-01T11:59:59Z'", "'phase': 'Running', 'containerStatuses': [{'ready': true, 'restartCount': 0, 'state': {'running': {}}}]", "1/1|Terminating|0" },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public void Row_OfAPod_PutsItsStateIntoOneWord(string metadata, string status, string expected)
    {
        var pod = $"{{'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {{'name': 'a', 'creationTimestamp': '2026-01-01T11:55:00Z' {metadata}}}, 'spec': {{'containers': [{{'name': 'c'}}], 'initContainers': [{{'name': 'i'}}]}}, 'status': {{{status}}}}}";

        Assert.Equal($"a|{expected}|5m|<none>|<none>|<none>|<none>", Cells(TestCatalog.Builtin("v1", "Pod"), pod));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(200, "3m20s")]
    [InlineData(600, "10m")]
    [InlineData(10799, "179m")]
    [InlineData(10800, "3h")]
    [InlineData(11100, "3h5m")]
    [InlineData(30000, "8h")]
    [InlineData(172800, "2d")]
    [InlineData(180000, "2d2h")]
    [InlineData(864000, "10d")]
    [InlineData(70000000, "2y80d")]
    public void Duration_Shown_IsKubectls(int seconds, string expected) => Assert.Equal(expected, HumanDuration.Of(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Row_OfACustomResource_HasTheColumnsOfItsDefinition()
    {
        var resource = TestCatalog.Custom("{'type': 'object', 'x-kubernetes-preserve-unknown-fields': true}", """
            , 'additionalPrinterColumns': [
              {'name': 'Size', 'type': 'integer', 'jsonPath': '.spec.size'},
              {'name': 'Ready', 'type': 'string', 'jsonPath': '.status.conditions[?(@.type==\u0022Ready\u0022)].status'},
              {'name': 'Hosts', 'type': 'string', 'jsonPath': '.spec.hosts'},
              {'name': 'Missing', 'type': 'string', 'jsonPath': '.spec.none'},
              {'name': 'Age', 'type': 'date', 'jsonPath': '.metadata.creationTimestamp'}]
            """);
        var cells = Cells(resource, "{'metadata': {'name': 'a', 'creationTimestamp': '2026-01-01T11:55:00Z'}, 'spec': {'size': 3, 'hosts': ['x', 'y']}, 'status': {'conditions': [{'type': 'Other', 'status': 'False'}, {'type': 'Ready', 'status': 'True'}]}}");

        Assert.Equal("a|3|True|[\"x\",\"y\"]||5m", cells);
    }

    [Fact]
    public void Table_InAWatch_NamesItsColumnsOnce()
    {
        var resource = TestCatalog.Builtin("v1", "ConfigMap");
        var item = KubeObject.From(TestCatalog.Object("{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'a', 'resourceVersion': '7'}}"));
        var first = TablePrinter.Print(resource, [item], null, IncludeObject.Metadata, withColumns: true, s_now);
        var second = TablePrinter.Print(resource, [item], null, IncludeObject.None, withColumns: false, s_now);

        Assert.Equal(["Name", "Data", "Age"], first["columnDefinitions"]!.AsArray().Select(c => (string?)c!["name"]));
        Assert.Equal("PartialObjectMetadata 7", $"{first["rows"]![0]!["object"]!["kind"]} {first["metadata"]!["resourceVersion"]}");
        Assert.Null(second["columnDefinitions"]);
        Assert.Null(second["rows"]![0]!["object"]);
    }

    private static string Cells(ServedResource resource, string json)
    {
        var table = TablePrinter.Print(resource, [KubeObject.From(TestCatalog.Object(json))], null, IncludeObject.None, withColumns: true, s_now);
        var cells = table["rows"]![0]!["cells"]!.AsArray();
        Assert.Equal(table["columnDefinitions"]!.AsArray().Count, cells.Count);
        return string.Join('|', cells.Select(c => c?.ToString()));
    }
}
