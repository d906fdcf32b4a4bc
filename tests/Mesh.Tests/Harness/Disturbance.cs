namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>What happens to a mesh in the middle of a run.</summary>
/// <param name="Name">For the report of a failure.</param>
/// <param name="Happen">Does it.</param>
internal sealed record Disturbance(string Name, Func<CancellationToken, Task> Happen)
{
    // What a server that was killed takes to be started again somewhere.
    private static readonly TimeSpan _away = TimeSpan.FromMilliseconds(300);

    /// <summary>A process killed, or a server killed or restarted: all processes alike.</summary>
    public static Disturbance Draw(Random random, RunningMesh mesh)
    {
        MeshProcess[] processes = [.. mesh.Processes.Values];
        var drawn = random.Next(processes.Length + 4);
        return drawn < processes.Length
            ? Kill(processes[drawn])
            : All(mesh)[drawn - processes.Length];
    }

    public static Disturbance Kill(MeshProcess process) => new(
        $"{process.Name} killed",
        _ =>
        {
            process.Kill();
            return Task.CompletedTask;
        });

    private static Disturbance[] All(RunningMesh mesh) =>
    [
        new("Redis killed", async ct =>
        {
            await mesh.Redis.KillAsync(ct);
            await Task.Delay(_away, ct);
            await mesh.Redis.RestartAsync(ct);
        }),
        new("Redis restarted", mesh.Redis.RestartAsync),
        new("PostgreSQL killed", async ct =>
        {
            await mesh.Postgres.KillAsync(ct);
            await Task.Delay(_away, ct);
            await mesh.Postgres.RestartAsync(ct);
        }),
        new("PostgreSQL restarted", mesh.Postgres.RestartAsync),
    ];
}
