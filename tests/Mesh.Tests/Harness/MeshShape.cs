namespace KoopmanMesh.Mesh.Tests.Harness;

/// <summary>What a mesh consists of.</summary>
internal sealed record MeshShape
{
    public int Capture { get; init; } = 2;

    public int Koopman { get; init; } = 2;

    public int Credit { get; init; } = 1;

    /// <summary>Settings of every service, beside the short leases that a test can wait for.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of every sidecar: its faults.</summary>
    public IReadOnlyDictionary<string, string> Sidecars { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of one replica, by its name, e.g. <c>capture-0</c>.</summary>
    public Func<string, IReadOnlyDictionary<string, string>> Replica { get; init; } =
        static _ => new Dictionary<string, string>();

    /// <summary>Folder of the artifacts; by default one of the mesh's own.</summary>
    public string? State { get; init; }

    public IEnumerable<(string Role, int Index)> Replicas() =>
        Of("capture", Capture).Concat(Of("koopman", Koopman)).Concat(Of("credit", Credit));

    private static IEnumerable<(string Role, int Index)> Of(string role, int count) =>
        Enumerable.Range(0, count).Select(i => (role, i));
}
