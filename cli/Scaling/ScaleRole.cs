namespace KoopmanMesh.Cli.Scaling;

/// <summary>Which services get replicas; the others have one.</summary>
internal enum ScaleRole
{
    Both,
    Capture,
    Koopman,
}

/// <summary>How many of each service that makes.</summary>
internal static class ScaleRoleExtensions
{
    public static int Captures(this ScaleRole role, int replicas) => role == ScaleRole.Koopman ? 1 : replicas;

    public static int Koopmans(this ScaleRole role, int replicas) => role == ScaleRole.Capture ? 1 : replicas;

    public static string Name(this ScaleRole role) => role.ToString().ToLowerInvariant();
}
