using System.Text.Json.Nodes;

namespace EndToEnd.Tests;

/// <summary>A whole controller that asks AWS; the test plays AWS and its load balancer controller.</summary>
public sealed class AwsTests(Cluster cluster)
{
    private const string Action = "alb.ingress.kubernetes.io/actions.goprom";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    [Fact]
    public async Task Step_GoesOnOnlyOnceAwsHasTheWeight_AndStatusNamesTheTargetGroups_TRALB14_TRALB17_TRALB20()
    {
        await using var space = await cluster.NewSpaceAsync();
        using var aws = PlayedAws.Start($"{space.Name}/goprom", "goprom", "goprom-canary");
        using var controller = TestController.Start(cluster, space, options: ["--aws-verify-target-group"], variables: new()
        {
            ["AWS_ENDPOINT_URL"] = aws.Address.AbsoluteUri,
            ["AWS_REGION"] = "eu-central-1",
            ["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE",
            ["AWS_SECRET_ACCESS_KEY"] = Secret,
        });
        await space.ApplyAsync(Manifest(space));
        (await space.KubectlAsync("patch", "ingress", "goprom", "--subresource", "status", "-p", $$"""{"status":{"loadBalancer":{"ingress":[{"hostname":"{{PlayedAws.Dns}}"}] } } }""")).Succeeded();
        await space.PhaseAsync("goprom", "Healthy");

        (await space.KubectlAsync("patch", "rollout", "goprom", "--type", "json", "-p", """[{"op":"replace","path":"/spec/template/spec/containers/0/env/0/value","value":"v2.0.0"}]""")).Succeeded();
        var waiting = await space.RolloutAsync("goprom", r => r["status"]?["canary"]?["weights"]?["verified"]?.GetValue<bool>() == false, "not verified");
        Assert.Equal(0, Space.Step(waiting));
        await UntilToldAsync(space, "TargetGroupUnverified");

        aws.Weights = await WishedAsync(space);
        var paused = await space.PausedAtStepAsync("goprom", 1);

        Assert.Equal("tg-goprom-canary/73e2", paused["status"]!["alb"]!["canaryTargetGroup"]!["fullName"]!.GetValue<string>());
        await UntilToldAsync(space, "TargetGroupVerified");
        Assert.All(aws.Signed, s => Assert.Matches("^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/[0-9]{8}/eu-central-1/elasticloadbalancing/aws4_request, ", s));
        Assert.DoesNotContain(Secret, controller.Log, StringComparison.Ordinal);
    }

    private static Task<JsonNode[]> UntilToldAsync(Space space, string reason) =>
        Space.UntilAsync(() => space.ListAsync("events", "--field-selector", $"reason={reason}"), events => events.Length > 0, $"an event {reason}");

    /// <summary>What the annotation of the Ingress asks for: what AWS' own controller would carry out.</summary>
    private static async Task<IReadOnlyDictionary<string, int>> WishedAsync(Space space)
    {
        var ingress = JsonNode.Parse((await space.KubectlAsync("get", "ingress", "goprom", "-o", "json")).Succeeded())!;
        var action = JsonNode.Parse(ingress["metadata"]!["annotations"]![Action]!.GetValue<string>())!;
        var weights = action["ForwardConfig"]!["TargetGroups"]!.AsArray().ToDictionary(g => g!["ServiceName"]!.GetValue<string>(), g => g!["Weight"]!.GetValue<int>());
        Assert.Equal(20, weights["goprom-canary"]);
        return weights;
    }

    private static string Manifest(Space space) => string.Join("\n---\n", new[] { "goprom", "goprom-canary" }.Select(name => $$"""
        apiVersion: v1
        kind: Service
        metadata: { name: {{name}} }
        spec: { selector: { app: goprom }, ports: [{ name: http, port: 80, targetPort: http }] }
        """)) + $$"""

        ---
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: { name: goprom }
        spec: { ingressClassName: alb, rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: goprom, port: { name: use-annotation } } } }] } }] }
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: { name: goprom, labels: { {{TestController.InstanceLabel}}: {{space.Name}} } }
        spec:
          replicas: 1
          selector: { matchLabels: { app: goprom } }
          template:
            metadata: { labels: { app: goprom } }
            spec:
              containers:
              - name: goprom
                image: {{Cluster.Image}}
                env: [{ name: VERSION, value: v1.0.0 }]
                ports: [{ name: http, containerPort: 8080 }]
          strategy:
            canary:
              canaryService: goprom-canary
              stableService: goprom
              trafficRouting: { alb: { ingress: goprom, servicePort: 80 } }
              steps: [{ setWeight: 20 }, { pause: {} }]
        """;
}
