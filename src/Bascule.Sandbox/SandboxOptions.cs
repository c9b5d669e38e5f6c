using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bascule.Sandbox;

/// <summary>What becomes of pods in a sandbox.</summary>
public enum PodRuntimeKind
{
    /// <summary>Each container is a process of this machine, on the pod's own loopback address.</summary>
    Process,

    /// <summary>No process: pods become ready after the delay that their annotations ask for.</summary>
    Simulated,
}

/// <summary>How the gateway listens.</summary>
public sealed record GatewayOptions
{
    /// <summary>Its port on 127.0.0.1: null for 8080, or the first free one after it; 0 for any free one.</summary>
    public int? Port { get; init; }
}

/// <summary>How to start a sandbox cluster.</summary>
public sealed record SandboxOptions
{
    /// <summary>Where the kubeconfig, logs, the lock and the containers' directories live; created when absent, readable by its owner only.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The API server's port on 127.0.0.1; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Serve the API over TLS with a certificate made for this start. Without it kubectl cannot enter: client-go sends no
    /// token over plain HTTP.
    /// </summary>
    public bool Tls { get; init; } = true;

    /// <summary>A second place to write the kubeconfig to; null for only the one in the state directory.</summary>
    public string? KubeconfigPath { get; init; }

    /// <summary>
    /// The images this machine can run: the last segment of an image's path, without tag and digest, and the command
    /// line that stands for it (so <c>goprom</c> serves <c>tecpi/goprom:1</c>). A container's <c>args</c> are appended,
    /// its <c>command</c> replaces the command line.
    /// </summary>
    public FrozenDictionary<string, ImmutableArray<string>> Images { get; init; } = FrozenDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>What becomes of pods.</summary>
    public PodRuntimeKind Runtime { get; init; } = PodRuntimeKind.Process;

    /// <summary>
    /// Serve Ingresses, HTTPRoutes, VirtualServices and the like, and know their kinds; null for a cluster without ingress
    /// controller.
    /// </summary>
    public GatewayOptions? Gateway { get; init; }

    /// <summary>The clock of everything in the cluster.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The source of names, jitter and balancing. The API token does not come from it.</summary>
    public required Random Random { get; init; }

    /// <summary>Where the cluster's components log.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
