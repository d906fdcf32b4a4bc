namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>What happens to a mesh in the middle of a run.</summary>
/// <param name="Name">For the report of a failure.</param>
/// <param name="Happen">Does it.</param>
internal sealed record Disturbance(string Name, Func<CancellationToken, Task> Happen)
{
    // What a server that was killed takes to be started again somewhere.
    private static readonly TimeSpan _away = TimeSpan.FromMilliseconds(300);

    // Long enough for its work to be taken over while it still believes that it holds it.
    private static readonly TimeSpan _asleep = RunningMesh.Lease + TimeSpan.FromSeconds(1);

    /// <summary>
    /// A process killed, a service put to sleep for longer than its leases, or a server killed or restarted.
    /// </summary>
    public static Disturbance Draw(Random random, RunningMesh mesh)
    {
        Disturbance[] all =
        [
            .. mesh.Processes.Values.Select(Kill),
            .. mesh.Processes.Values.Where(static p => !p.IsSidecar).Select(Sleep),
            .. Servers(mesh),
        ];
        return all[random.Next(all.Length)];
    }

    public static Disturbance Sleep(MeshProcess process) =>
        new($"{process.Name} asleep", ct => process.PauseAsync(_asleep, ct));

    public static Disturbance Kill(MeshProcess process) => new(
        $"{process.Name} killed",
        _ =>
        {
            process.Kill();
            return Task.CompletedTask;
        });

    private static Disturbance[] Servers(RunningMesh mesh) =>
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
