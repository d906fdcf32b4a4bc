namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>A tenth of the events comes twice, a tenth never, a third of the rest is held back, all come late.</summary>
internal static class BrokerFaults
{
    /// <summary>Settings of the sidecars that do it.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["SIDECAR_DUPLICATE"] = "0.1",
        ["SIDECAR_DROP"] = "0.1",
        ["SIDECAR_SHUFFLE"] = "0.3",
        ["SIDECAR_DELAY"] = "50",
        ["SIDECAR_SEED"] = "7",
    };

    /// <summary>Each of the faults was made, by the word of the sidecars.</summary>
    public static void AssertMade(RunningMesh mesh)
    {
        var said = string.Concat(
            mesh.Processes.Values.Where(static p => p.IsSidecar).Select(static p => p.Said(int.MaxValue)));
        Assert.All(
            ["was doubled on purpose", "was dropped on purpose", "was held back on purpose"],
            fault => Assert.Contains(fault, said, StringComparison.Ordinal));
    }
}
