namespace EndToEnd.Tests;

/// <summary>The objects that scenarios apply; the same for a sandbox and for a real cluster.</summary>
internal static class Manifests
{
    /// <summary>A goprom Rollout.</summary>
    /// <param name="version">What <c>VERSION</c> says, which also makes the template a new one.</param>
    /// <param name="strategy">What stands under <c>canary:</c>, indented by six blanks.</param>
    /// <param name="replicas">Pods.</param>
    /// <param name="environment">Further variables of the container, as <c>NAME=value</c>.</param>
    public static string Goprom(string version, string strategy, int replicas = 4, params string[] environment) =>
        Goprom(version, "canary", strategy, replicas, environment);

    /// <summary>A goprom Rollout of a blue-green.</summary>
    /// <param name="version">What <c>VERSION</c> says, which also makes the template a new one.</param>
    /// <param name="strategy">What stands under <c>blueGreen:</c>.</param>
    /// <param name="replicas">Pods.</param>
    public static string GopromBlueGreen(string version, string strategy, int replicas) => Goprom(version, "blueGreen", strategy, replicas, []);

    private static string Goprom(string version, string kind, string strategy, int replicas, string[] environment) =>
        $"""
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata:
          name: goprom
        spec:
          replicas: {replicas}
          selector:
            matchLabels:
              app: goprom
          strategy:
            {kind}:
              {strategy.ReplaceLineEndings("\n      ")}
        {Template(version, environment)}
        """;

    /// <summary>A Rollout that takes its pod template from a Deployment of its name.</summary>
    /// <param name="strategy">What stands under <c>canary:</c>.</param>
    /// <param name="scaleDown">What becomes of the Deployment's pods.</param>
    /// <param name="replicas">Pods.</param>
    public static string Referring(string strategy, string scaleDown, int replicas) =>
        $"""
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata:
          name: goprom
        spec:
          replicas: {replicas}
          workloadRef:
            apiVersion: apps/v1
            kind: Deployment
            name: goprom
            scaleDown: {scaleDown}
          strategy:
            canary:
              {strategy.ReplaceLineEndings("\n      ")}
        """;

    /// <summary>A goprom Deployment.</summary>
    public static string Deployment(string version, int replicas) =>
        $"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: goprom
        spec:
          replicas: {replicas}
          selector:
            matchLabels:
              app: goprom
        {Template(version, [])}
        """;

    /// <summary>A Service for goprom's pods, on port 80.</summary>
    public static string Service(string name) =>
        $"""
        apiVersion: v1
        kind: Service
        metadata:
          name: {name}
        spec:
          selector:
            app: goprom
          ports:
          - port: 80
            targetPort: 8080
        """;

    /// <summary>
    /// An AnalysisTemplate <c>health</c> that asks the Prometheus at the argument <c>prometheus</c>, and is content when the
    /// argument <c>value</c>, which is what Prometheus answers, is 0.95 or more.
    /// </summary>
    /// <param name="often">How often it measures, as a field of the metric.</param>
    public static string Health(string often) =>
        $$$"""
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata:
          name: health
        spec:
          args:
          - name: prometheus
          - name: value
          metrics:
          - name: health
            {{{often}}}
            successCondition: result[0] >= 0.95
            failureLimit: 0
            provider:
              prometheus:
                address: "{{args.prometheus}}"
                query: vector({{args.value}})
        """;

    /// <summary>A Rollout that belongs to the controller of an instance.</summary>
    public static string OfInstance(string instance, string rollout) =>
        rollout.Replace("metadata:\n  name: goprom\n", $"metadata:\n  name: goprom\n  labels:\n    {TestController.InstanceLabel}: {instance}\n", StringComparison.Ordinal);

    /// <summary>The pod template of both, indented by two blanks.</summary>
    private static string Template(string version, string[] environment) =>
        $"""
          template:
            metadata:
              labels:
                app: goprom
            spec:
              terminationGracePeriodSeconds: 5
              containers:
              - name: goprom
                image: {Cluster.Image}
                ports:
                - name: http
                  containerPort: 8080
                - name: probe
                  containerPort: 8086
                env:
                - name: VERSION
                  value: {version}
        {string.Concat(environment.Select(e => $"        - name: {e.Split('=')[0]}\n          value: \"{e.Split('=')[1]}\"\n"))}        readinessProbe:
                  httpGet:
                    path: /ready
                    port: probe
                  periodSeconds: 1
        """;
}
