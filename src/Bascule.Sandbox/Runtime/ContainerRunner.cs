using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Bascule.Kube.Events;

namespace Bascule.Sandbox.Runtime;

/// <summary>Runs one container again and again, as its restart policy asks, until its pod ends.</summary>
internal sealed class ContainerRunner
{
    /// <summary>After a run of this length, back-off starts from the beginning.</summary>
    private static readonly TimeSpan s_healthyRun = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_firstBackOff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestBackOff = TimeSpan.FromMinutes(5);

    private readonly PodContext context;
    private readonly ProcessPod pod;
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan backOff;

    public ContainerRunner(PodContext context, ProcessPod pod, ContainerSpec spec)
    {
        this.context = context;
        this.pod = pod;
        Spec = spec;
        Ending = Task.WhenAny(pod.Stopping, ended.Task);
        Status = new ContainerStatus(spec.Name, spec.Image) { WaitingReason = spec.IsInit ? "PodInitializing" : "ContainerCreating" };
    }

    /// <summary>What it runs.</summary>
    public ContainerSpec Spec { get; }

    /// <summary>Where it stands.</summary>
    public ContainerStatus Status { get; private set; }

    /// <summary>Completes when it first counts as started.</summary>
    public Task Started => started.Task;

    /// <summary>Completes when the container is to end for good.</summary>
    private Task Ending { get; }

    /// <summary>Ends it though its pod stays.</summary>
    public void End() => ended.TrySetResult();

    /// <summary>Runs until the pod ends or the restart policy says that it is done.</summary>
    public async Task RunAsync()
    {
        for (var run = 0; !Ending.IsCompleted; run++)
        {
            if (await PrepareAsync() is not { } launch)
                return;
            Set(Status with { Restarts = run });
            var result = await RunOnceAsync(launch, run);
            Set(Status with { RunningSince = null, Ended = result, IsReady = false, IsStarted = false });
            if (Ending.IsCompleted || !PodStatusBuilder.WillRestart(Spec, result))
                return;
            if (result.FinishedAt - result.StartedAt >= s_healthyRun)
                backOff = TimeSpan.Zero;
            await BackOffAsync();
        }
    }

    private void Set(ContainerStatus status)
    {
        Status = status;
        if (status.IsStarted)
            started.TrySetResult();
        _ = pod.PublishAsync();
    }

    /// <summary>The first restart comes at once, the next ones wait longer each time.</summary>
    private async Task BackOffAsync()
    {
        if (backOff > TimeSpan.Zero)
        {
            var name = $"{pod.Pod.Name}_{pod.Pod.Namespace}({pod.Pod.Uid})";
            Set(Status.Waiting("CrashLoopBackOff", $"back-off {Duration(backOff)} restarting failed container={Spec.Name} pod={name}"));
            pod.Tell(EventSeverity.Warning, "BackOff", $"Back-off restarting failed container {Spec.Name} in pod {name}");
            await WaitAsync(backOff);
        }

        backOff = Longer(backOff);
    }

    private static TimeSpan Longer(TimeSpan backOff) => backOff == TimeSpan.Zero ? s_firstBackOff : backOff * 2 < s_longestBackOff ? backOff * 2 : s_longestBackOff;

    private static string Duration(TimeSpan span) =>
        span.TotalSeconds < 60 ? $"{span.TotalSeconds:0}s" : $"{(int)span.TotalMinutes}m{span.Seconds.ToString(CultureInfo.InvariantCulture)}s";

    private async Task WaitAsync(TimeSpan delay)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(pod.Abandoned);
        await Task.WhenAny(Task.Delay(delay, context.Time, over.Token), Ending);
        await over.CancelAsync();
        pod.Abandoned.ThrowIfCancellationRequested();
    }

    /// <summary>Finds the image and builds the environment, waiting as long as it takes; null when the pod ends before.</summary>
    private async Task<LaunchSpec?> PrepareAsync()
    {
        var wait = s_firstBackOff;
        while (!Ending.IsCompleted)
        {
            try
            {
                if (context.Images.Find(Spec.Image) is { } image)
                {
                    pod.Tell(EventSeverity.Normal, "Pulled", $"Container image \"{Spec.Image}\" already present on machine");
                    return await BuildAsync(image);
                }

                if (ImageCatalog.Malformed(Spec.Image) is { } malformed)
                {
                    Set(Status.Waiting("InvalidImageName", malformed));
                    pod.Tell(EventSeverity.Warning, "InspectFailed", malformed);
                    pod.Tell(EventSeverity.Warning, "Failed", "Error: InvalidImageName");
                    await WaitAsync(Timeout.InfiniteTimeSpan);
                    return null;
                }

                var why = context.Images.Missing(Spec.Image);
                pod.Tell(EventSeverity.Normal, "Pulling", $"Pulling image \"{Spec.Image}\"");
                pod.Tell(EventSeverity.Warning, "Failed", $"Failed to pull image \"{Spec.Image}\": {why}");
                pod.Tell(EventSeverity.Warning, "Failed", "Error: ErrImagePull");
                Set(Status.Waiting("ErrImagePull", why));
                // Shown for a moment before it becomes a back-off, as users of Kubernetes know it.
                await WaitAsync(TimeSpan.FromSeconds(1));
                Set(Status.Waiting("ImagePullBackOff", $"Back-off pulling image \"{Spec.Image}\": {why}"));
                pod.Tell(EventSeverity.Normal, "BackOff", $"Back-off pulling image \"{Spec.Image}\"");
            }
            catch (ContainerConfigException e)
            {
                Set(Status.Waiting("CreateContainerConfigError", e.Message));
                pod.Tell(EventSeverity.Warning, "Failed", $"Error: {e.Message}");
            }

            await WaitAsync(wait);
            wait = Longer(wait);
        }

        return null;
    }

    private async Task<LaunchSpec> BuildAsync(LocalImage image)
    {
        var home = Directory.CreateDirectory(Path.Combine(pod.WorkDirectory, Spec.Name)).FullName;
        var variables = await context.Environment.BuildAsync(pod.Pod, Spec, pod.Address, home, pod.Abandoned);
        string[] Expanded(ImmutableArray<string> words) => [.. words.Select(w => VariableExpansion.Expand(w, variables))];
        return new LaunchSpec([.. image.CommandLine(Expanded(Spec.Command), Expanded(Spec.Args))], variables, Spec.WorkingDir ?? home);
    }

    private async Task<EndedRun> RunOnceAsync(LaunchSpec launch, int run)
    {
        var begun = context.Time.GetUtcNow();
        var id = $"bascule://{pod.Pod.Uid}-{Spec.Name}-{run.ToString(CultureInfo.InvariantCulture)}";
        using var log = context.Logs.Begin(pod.Pod, Spec.Name, run);
        ContainerProcess process;
        try
        {
            process = ContainerProcess.Start(launch, log, context.Reaper, context.Time);
        }
        catch (LaunchException e)
        {
            pod.Tell(EventSeverity.Warning, "Failed", $"Error: failed to start container \"{Spec.Name}\": {e.Message}");
            return new EndedRun(128, "StartError", e.Message, begun, context.Time.GetUtcNow(), id);
        }

        using (process)
        {
            pod.Tell(EventSeverity.Normal, "Created", $"Created container: {Spec.Name}");
            pod.Tell(EventSeverity.Normal, "Started", $"Started container {Spec.Name}");
            Set(Status with { Id = id, Last = Status.Ended ?? Status.Last, Ended = null, RunningSince = begun, IsStarted = Spec.Startup is null, IsReady = Spec.Startup is null && Spec.Readiness is null });
            await WatchAsync(process, launch, begun);
            var code = await process.Exited;
            return new EndedRun(code, code == 0 ? "Completed" : "Error", "", begun, context.Time.GetUtcNow(), id);
        }
    }

    /// <summary>Probes the process and ends it when its pod ends or it is no longer alive.</summary>
    private async Task WatchAsync(ContainerProcess process, LaunchSpec launch, DateTimeOffset begun)
    {
        using var running = new CancellationTokenSource();
        using var kill = pod.Abandoned.Register(process.Kill);
        var probes = new ContainerProbes(context, pod, Spec, begun, (command, ct) => ContainerProcess.ExecAsync(launch with { Command = command }, context.Reaper, ct));
        probes.Changed += (isStarted, isReady) => Set(Status with { IsStarted = isStarted, IsReady = isReady });
        var probing = probes.RunAsync(running.Token);
        await Task.WhenAny(process.Exited, Ending, probes.Died);
        if (!process.Exited.IsCompleted)
        {
            var stopping = Ending.IsCompleted;
            pod.Tell(EventSeverity.Normal, "Killing", stopping ? $"Stopping container {Spec.Name}" : $"Container {Spec.Name} failed {probes.DiedOf} probe, will be restarted");
            await StopAsync(process, launch, stopping ? pod.GracePeriod : probes.GracePeriod ?? pod.GracePeriod);
        }

        await running.CancelAsync();
        await probing;
    }

    /// <summary>First the hook, then no new connections, then the signal, and in the end the other signal.</summary>
    private async Task StopAsync(ContainerProcess process, LaunchSpec launch, TimeSpan grace)
    {
        using var deadline = new CancellationTokenSource(grace, context.Time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, pod.Abandoned);
        try
        {
            await PreStopAsync(launch, patience.Token).WaitAsync(patience.Token);
            await UnrouteAsync(patience.Token);
            process.Terminate();
            await process.Exited.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.Exited;
        }
    }

    /// <summary>
    /// A real cluster races the signal against the news that the pod is leaving; here the news may come first, for a
    /// moment, so that programs which stop listening at once lose nothing.
    /// </summary>
    private async Task UnrouteAsync(CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(1), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        try
        {
            await context.Routes.WhenUnroutedAsync(pod.Address, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The network is slow; the pod must end all the same.
        }
    }

    private async Task PreStopAsync(LaunchSpec launch, CancellationToken cancellationToken)
    {
        var failure = "";
        if (Spec.PreStop.At("sleep").Int("seconds") is { } seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), context.Time, cancellationToken);
        }
        else if (Spec.PreStop.At("httpGet") is { ValueKind: JsonValueKind.Object } get)
        {
            failure = (await context.Prober.HttpGetAsync(get, Spec, pod.Address, cancellationToken)).Message;
        }
        else if (Spec.PreStop.At("exec") is { ValueKind: JsonValueKind.Object } exec)
        {
            try
            {
                var result = await ContainerProcess.ExecAsync(launch with { Command = [.. exec.Texts("command")] }, context.Reaper, cancellationToken);
                failure = result.ExitCode == 0 ? "" : $"exit code {result.ExitCode}: {result.Output}";
            }
            catch (LaunchException e)
            {
                failure = e.Message;
            }
        }

        if (failure.Length > 0)
            pod.Tell(EventSeverity.Warning, "FailedPreStopHook", $"PreStopHook failed: {failure}");
    }
}
