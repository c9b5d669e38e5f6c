namespace Bascule.Simulation.World;

/// <summary>Takes the result of what must have happened already: in a simulation only virtual time may pass.</summary>
internal static class Completed
{
    /// <summary>The result.</summary>
    /// <exception cref="InvalidOperationException">It waits for something real.</exception>
    public static T Result<T>(Task<T> task)
    {
        Finish(task);
        return task.Result;
    }

    /// <summary>Throws what the task threw.</summary>
    /// <exception cref="InvalidOperationException">It waits for something real.</exception>
    public static void Finish(Task task)
    {
        if (!task.IsCompleted)
            throw new InvalidOperationException("the simulation waited for something real: only virtual time may pass in it");
        task.GetAwaiter().GetResult();
    }
}
