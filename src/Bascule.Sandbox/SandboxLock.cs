using System.Globalization;

namespace Bascule.Sandbox;

/// <summary>Keeps two sandboxes from sharing a state directory. The system lets go of it however the process ends.</summary>
internal sealed class SandboxLock : IDisposable
{
    private readonly FileStream held;
    private readonly string ownerPath;

    private SandboxLock(FileStream held, string ownerPath)
    {
        this.held = held;
        this.ownerPath = ownerPath;
    }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="SandboxException">Another sandbox has it; the message names its process.</exception>
    public static SandboxLock Take(string directory)
    {
        var ownerPath = Path.Combine(directory, "sandbox.owner");
        try
        {
            var held = new FileStream(Path.Combine(directory, "sandbox.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(ownerPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new SandboxLock(held, ownerPath);
        }
        catch (IOException e)
        {
            var owner = File.Exists(ownerPath) ? $"process {File.ReadAllText(ownerPath)}" : "another process";
            throw new SandboxException($"a sandbox is already running in {directory} ({owner}): use it, or end it first with `bascule down`", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(ownerPath);
        held.Dispose();
    }
}
